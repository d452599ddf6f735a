package mistune

import "strings"

// The places where blocks are parsed, each with rules of its own.
const (
	documentRules = iota
	itemRules     // no headings with #, tables, definitions, paragraphs
	noteRules     // no definitions
)

// maxDepth is how deeply lists nest, and how deeply insets do. One level deeper still opens, but holds only text.
const maxDepth = 6

// blockParser splits text into blocks.
type blockParser struct {
	*definitions
	listDepth, insetDepth int

	// The string being parsed, the place reached in it, and what was found so far.
	s       string
	i       int
	out     []Block
	keyEnd  finder // of ] and ^, which end the key of a link
	noteEnd finder // of ]
	fences  fenceScanner
	html    *htmlScanner
}

// parse splits s into blocks by a set of rules.
func (p *blockParser) parse(s string, rules int) []Block {
	inner := blockParser{definitions: p.definitions, listDepth: p.listDepth, insetDepth: p.insetDepth}
	inner.s = strings.TrimRight(s, "\n")
	for inner.i < len(inner.s) {
		inner.block(rules)
	}
	return inner.out
}

// block consumes one block. The order of the rules matters.
func (p *blockParser) block(rules int) {
	item := rules == itemRules
	switch {
	case p.newline():
	case !item && p.hrule():
	case p.blockCode():
	case p.fencedCode():
	case !item && p.headingLine():
	case !item && p.table(false):
	case p.underlined():
	case item && p.hrule():
	case p.inset():
	case p.list():
	case p.blockHTML():
	case rules == documentRules && p.linkDefinition():
	case rules == documentRules && p.noteDefinition():
	case !item && p.table(true):
	case item:
		end := lineEnd(p.s, p.i)
		p.emit(Block{Kind: TightParagraph, Source: p.s[p.i:end]}, end)
	default:
		p.paragraph()
	}
}

func (p *blockParser) emit(b Block, end int) bool {
	p.out = append(p.out, b)
	p.i = end
	return true
}

// newline: \n+
func (p *blockParser) newline() bool {
	end := skipNewlines(p.s, p.i)
	if end-p.i > 1 {
		return p.emit(Block{Kind: Newline}, end)
	}
	moved := end > p.i
	p.i = end
	return moved
}

// hrule: [ ]{0,3}[-*_](?: *[-*_]){2,} *(?:\n+|$)
func (p *blockParser) hrule() bool {
	if i := skipSpaces(p.s, p.i); i-p.i <= 3 {
		if end := threeMarks(p.s, i); end >= 0 {
			return p.emit(Block{Kind: Rule}, skipNewlines(p.s, end))
		}
	}
	return false
}

// threeMarks matches (?:[-*_] *){3,} up to the end of the line, and returns where that is, or -1.
func threeMarks(s string, i int) int {
	n := 0
	if i == len(s) || s[i] == ' ' {
		return -1
	}
	for ; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '-', '*', '_':
			n++
		case ' ':
		default:
			return -1
		}
	}
	if n < 3 {
		return -1
	}
	return i
}

// blockCode: ( {4}[^\n]+\n*)+
func (p *blockParser) blockCode() bool {
	var b strings.Builder
	i := p.i
	for strings.HasPrefix(p.s[i:], "    ") && i+4 < len(p.s) && p.s[i+4] != '\n' {
		end := skipNewlines(p.s, lineEnd(p.s, i))
		b.WriteString(p.s[i+4 : end])
		i = end
	}
	return i > p.i && p.emit(Block{Kind: Code, Source: b.String()}, i)
}

func (p *blockParser) fencedCode() bool {
	code, end, ok := p.matchFences(p.i)
	return ok && p.emit(Block{Kind: Code, Source: code}, end)
}

func (p *blockParser) headingLine() bool {
	level, s, end, ok := matchHeading(p.s, p.i)
	return ok && p.emit(heading(level, s), end)
}

// matchHeading: [ ]*(#{1,6}) *([^\n]+?) *#* *(?:\n+|$)
func matchHeading(s string, i int) (level int, title string, end int, ok bool) {
	i = skipSpaces(s, i)
	for level < 6 && i+level < len(s) && s[i+level] == '#' {
		level++
	}
	if level == 0 {
		return 0, "", 0, false
	}
	end = lineEnd(s, i)
	line := s[i+level : end]
	title = strings.TrimLeft(line, " ")
	switch {
	case title == "" && line != "":
		title = " "
	case title == "" && level > 1:
		level, title = level-1, "#"
	case title == "":
		return 0, "", 0, false
	default:
		whole := title
		title = strings.TrimRight(strings.TrimRight(strings.TrimRight(title, " "), "#"), " ")
		if title == "" {
			title = whole[:1]
		}
	}
	return level, title, skipNewlines(s, end), true
}

func (p *blockParser) underlined() bool {
	if p.s[p.i] == '\n' {
		return false
	}
	title := lineEnd(p.s, p.i)
	level, end := underline(p.s, title)
	return level > 0 && p.emit(heading(level, p.s[p.i:title]), end)
}

func heading(level int, title string) Block {
	return Block{Kind: Heading, Level: uint8(level), Source: title} //nolint:gosec // at most 6
}

// underline matches \n *(=|-)+ *(?:\n+|$) and returns the level of the heading, or 0.
func underline(s string, i int) (level, end int) {
	if i == len(s) {
		return 0, 0
	}
	i = skipSpaces(s, i+1)
	start := i
	for i < len(s) && (s[i] == '=' || s[i] == '-') {
		i++
	}
	end = skipSpaces(s, i)
	if i == start || !atLineEnd(s, end) {
		return 0, 0
	}
	level = 2
	if s[i-1] == '=' {
		level = 1
	}
	return level, skipNewlines(s, end)
}

// inset: ( *\^[^\n]+(\n[^\n]+)*\n*)+
func (p *blockParser) inset() bool {
	i := p.i
	for {
		mark := skipSpaces(p.s, i)
		if mark+1 >= len(p.s) || p.s[mark] != '^' || p.s[mark+1] == '\n' {
			break
		}
		for i < len(p.s) && p.s[i] != '\n' {
			i = min(lineEnd(p.s, i)+1, len(p.s))
		}
		i = skipNewlines(p.s, i)
	}
	if i == p.i {
		return false
	}
	inset := Block{Kind: Inset}
	p.insetDepth++
	if p.insetDepth > maxDepth {
		inset.Children = []Block{{Kind: TightParagraph, Source: p.s[p.i:i]}}
	} else {
		inset.Children = p.parse(withoutCarets(p.s[p.i:i]), documentRules)
	}
	p.insetDepth--
	return p.emit(inset, i)
}

// withoutCarets removes ^ *\^ ? from every line.
func withoutCarets(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if inner, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "^"); ok {
			lines[i] = strings.TrimPrefix(inner, " ")
		}
	}
	return strings.Join(lines, "\n")
}
