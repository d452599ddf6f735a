package render

import "strings"

// table matches the two kinds of tables. Nothing is shown of them.
//
//	[ ]*(\S.*\|.*)\n *([-:]+ *\|[-| :]*)\n((?:.*\|.*(?:\n|$))*)\n*
//	[ ]*\|(.+)\n *\|( *[-:]+[-| :]*)\n((?: *\|.*(?:\n|$))*)\n*
func (p *blockParser) table(bordered bool) bool {
	end := lineEnd(p.s, p.i)
	head := strings.TrimLeft(p.s[p.i:end], " ")
	ruleEnd := lineEnd(p.s, min(end+1, len(p.s)))
	if ruleEnd >= len(p.s) {
		return false
	}
	rule := strings.TrimLeft(p.s[end+1:ruleEnd], " ")
	if bordered {
		var ok bool
		if rule, ok = strings.CutPrefix(rule, "|"); !ok || len(head) < 2 || head[0] != '|' {
			return false
		}
		rule = strings.TrimLeft(rule, " ")
	} else if head == "" || startsWithSpace(head) || !strings.Contains(head[1:], "|") {
		return false
	}
	columns := strings.TrimLeft(rule, "-:")
	if columns == rule || strings.Trim(columns, "-| :") != "" || !bordered && !strings.HasPrefix(strings.TrimLeft(columns, " "), "|") {
		return false
	}
	i := ruleEnd + 1
	for i < len(p.s) {
		end := lineEnd(p.s, i)
		line := p.s[i:end]
		if bordered && !strings.HasPrefix(strings.TrimLeft(line, " "), "|") || !strings.Contains(line, "|") {
			break
		}
		i = min(end+1, len(p.s))
	}
	p.i = skipNewlines(p.s, i)
	return true
}
