package mistune

import "strings"

// table matches the two kinds of tables. Tables are not shown, but a reference to a footnote in a cell counts.
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
	second := strings.TrimLeft(columns, " ")
	if columns == rule || strings.Trim(columns, "-| :") != "" || !bordered && !strings.HasPrefix(second, "|") {
		return false
	}
	table := Block{Kind: tableBlock}
	for cell := range strings.SplitSeq(head, "|") {
		table.addCell(cell)
	}
	i := ruleEnd + 1
	for i < len(p.s) {
		end := lineEnd(p.s, i)
		line := p.s[i:end]
		if bordered && !strings.HasPrefix(strings.TrimLeft(line, " "), "|") || !strings.Contains(line, "|") {
			break
		}
		table.addRow(line)
		i = min(end+1, len(p.s))
	}
	return p.emit(table, skipNewlines(p.s, i))
}

// addRow splits a row at each | that has no backslash before it.
func (b *Block) addRow(row string) {
	start := 0
	for i := range len(row) {
		if row[i] == '|' && (i == 0 || row[i-1] != '\\') {
			b.addCell(row[start:i])
			start = i + 1
		}
	}
	b.addCell(row[start:])
}

// addCell keeps a cell that may refer to a footnote.
func (b *Block) addCell(s string) {
	if strings.Contains(s, "[^") {
		b.Children = append(b.Children, Block{Source: strings.ReplaceAll(s, `\|`, "|")})
	}
}
