package mistune

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// listMarker matches [•*-]|\d+\. and returns its end, or i.
func listMarker(s string, i int) int {
	if i < len(s) && (s[i] == '*' || s[i] == '-') {
		return i + 1
	}
	if strings.HasPrefix(s[i:], "•") {
		return i + len("•")
	}
	return skipNumber(s, i)
}

func (p *blockParser) list() bool {
	end, ordered := p.matchList()
	if end < 0 {
		return false
	}
	whole := p.s[p.i:end]
	list := Block{Kind: List, Ordered: ordered}
	p.listDepth++
	if p.listDepth > maxDepth {
		list.Children = []Block{{Kind: Item, Children: []Block{{Kind: TightParagraph, Source: whole}}}}
	} else {
		list.Children = p.items(whole)
	}
	p.listDepth--
	return p.emit(list, end)
}

// matchList: ( *)([•*-]|\d+\.)[\s\S]+? up to the first place where one of these holds:
//
//	\n+(?=\1?(?:[-*_] *){3,}(?:\n+|$))          a rule follows
//	\n+(?=LINK DEFINITION|FOOTNOTE DEFINITION)
//	\n{2,}(?! )(?!\1(?:[•*-]|\d+\.) )\n*        an empty line, then neither a space nor the same
//	                                            indent, marker and space
//	\s*$
func (p *blockParser) matchList() (end int, ordered bool) {
	s := p.s
	mark := skipSpaces(s, p.i)
	indent := s[p.i:mark]
	i := listMarker(s, mark)
	if i == mark || i == len(s) {
		return -1, false
	}
	ordered = s[i-1] == '.'
	_, size := utf8.DecodeRuneInString(s[i:])
	i += size
	content := max(i, len(strings.TrimRightFunc(s, text.IsSpace)))
	for i <= content {
		run := lineEnd(s, i)
		next := skipNewlines(s, run)
		if next == len(s) || run > content {
			break
		}
		if p.endsList(next, next-run, indent) {
			return next, ordered
		}
		i = next
	}
	return len(s), ordered
}

func (p *blockParser) endsList(i, newlines int, indent string) bool {
	s := p.s
	if threeMarks(s, i) >= 0 {
		return true
	}
	inner, indented := strings.CutPrefix(s[i:], indent)
	if indented && threeMarks(inner, 0) >= 0 {
		return true
	}
	if _, _, _, ok := p.matchLink(i); ok {
		return true
	}
	if _, _, ok := p.matchNote(i); ok {
		return true
	}
	if newlines != 2 {
		return newlines > 2
	}
	if s[i] == ' ' {
		return false
	}
	after := listMarker(inner, 0)
	return !(indented && after > 0 && strings.HasPrefix(inner[after:], " "))
}

// items splits a list at the lines that begin like its first line, with the same indent and a marker.
func (p *blockParser) items(list string) []Block {
	indent := list[:skipSpaces(list, 0)]
	var items []string
	start := 0
	for i := 0; ; {
		n := strings.IndexByte(list[i:], '\n')
		if n < 0 {
			items = append(items, list[start:])
			break
		}
		i += n + 1
		if rest, ok := strings.CutPrefix(list[i:], indent); ok && listMarker(rest, 0) > 0 {
			items = append(items, list[start:i-1])
			start = i
		}
	}
	blocks := make([]Block, len(items))
	spaced := false
	for i, item := range items {
		marker := listMarker(item, len(indent))
		width := len(indent) + utf8.RuneCountInString(item[len(indent):marker])
		item = item[marker:]
		if strings.Contains(item, "\n ") {
			item = outdent(item, width)
		}
		loose := spaced || hasParagraphs(item)
		if i < len(items)-1 && item != "" {
			spaced = strings.HasSuffix(item, "\n")
			loose = loose || spaced
		}
		blocks[i] = Block{Kind: Item, loose: loose, Children: p.parse(item, itemRules)}
	}
	return blocks
}

// outdent removes up to n spaces from the start of each line.
func outdent(s string, n int) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		spaces := min(skipSpaces(s, 0), n)
		end := lineEnd(s, 0)
		b.WriteString(s[min(spaces, end):end])
		if end == len(s) {
			return b.String()
		}
		b.WriteByte('\n')
		s = s[end+1:]
	}
}

// hasParagraphs: \n\n(?!\s*$)
func hasParagraphs(item string) bool {
	i := strings.Index(item, "\n\n")
	return i >= 0 && strings.TrimLeftFunc(item[i:], text.IsSpace) != ""
}
