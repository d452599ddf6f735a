package mistune

// paragraph: ((?:[^\n]+\n?(?!INTERRUPT))+)\n*
func (p *blockParser) paragraph() {
	end := lineEnd(p.s, p.i)
	for end < len(p.s) && end+1 < len(p.s) && p.s[end+1] != '\n' && !p.interrupts(end+1) {
		end = lineEnd(p.s, end+1)
	}
	p.emit(Block{Kind: Paragraph, Source: p.s[p.i:end]}, skipNewlines(p.s, end))
}

// interrupts reports whether the line at i ends the paragraph before it. It follows mistune's own grammar: > and + end
// a paragraph, but •, ^ and numbers without a space do not.
func (p *blockParser) interrupts(i int) bool {
	s := p.s
	mark := skipSpaces(s, i)
	if mark < len(s) {
		switch c := s[mark]; {
		case c == '`' || c == '~':
			if _, _, ok := p.matchFences(i); ok {
				return true
			}
		case c == '#':
			if _, _, _, ok := matchHeading(s, i); ok {
				return true
			}
		case c == '>':
			if mark+1 < len(s) && s[mark+1] != '\n' {
				return true
			}
		case c == '[':
			if _, _, _, ok := p.matchLink(i); ok {
				return true
			}
			if _, _, ok := p.matchNote(i); ok {
				return true
			}
		case c == '<' && mark == i:
			if w := skipWord(s, i+1); isTagName(s, i+1, w) && !isInlineTag(s[i+1:w]) {
				return true
			}
		case mark-i <= 3 && threeMarks(s, mark) >= 0:
			return true
		}
		if listInterrupts(s, mark) {
			return true
		}
	}
	level, _ := underline(s, lineEnd(s, i))
	return level > 0
}

// listInterrupts: (?=[*+-]|\d+\.)(([*+-])?(?:\d+\.)?) [\s\S]
func listInterrupts(s string, i int) bool {
	start := i
	if c := s[i]; c == '*' || c == '+' || c == '-' {
		i++
	}
	i = skipNumber(s, i)
	return i > start && i+1 < len(s) && s[i] == ' '
}
