package pdf

import (
	"strings"

	"github.com/notifykit/notify/internal/text"
)

type kind int

const (
	paragraph kind = iota
	heading
	item
	inset
	pageBreak
)

const bullet = "\u2022"

// block is a piece of a letter's body.
type block struct {
	kind   kind
	marker string   // of an item: a bullet, or its number as it was typed
	lines  []string // as they were typed: a line break in the body is one in the letter
	last   bool     // of an item: it ends its list
}

func (b block) text() string { return strings.Join(b.lines, "\n") }

// parseBody splits a body into blocks. It knows the block marks of the letter dialect, one a line, and leaves
// everything else as it was typed.
func parseBody(s string) []block {
	var blocks []block
	open := false // a plain line continues the last block
	s = strings.NewReplacer("\r\n", "\n", "\f", "\n***\n").Replace(s)
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimFunc(l, text.IsSpace)
		b, marked := parseMark(l)
		switch {
		case l == "":
			open = false
		case marked:
			blocks = append(blocks, b)
			open = b.kind == item || b.kind == inset
		case open:
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, l)
		default:
			blocks = append(blocks, block{kind: paragraph, lines: []string{l}})
			open = true
		}
	}
	for i := range blocks {
		blocks[i].last = i+1 == len(blocks) || blocks[i+1].kind != item ||
			(blocks[i].marker == bullet) != (blocks[i+1].marker == bullet)
	}
	return blocks
}

// parseMark recognises a line that begins a block other than a paragraph.
func parseMark(l string) (block, bool) {
	if isRule(l) {
		return block{kind: pageBreak}, true
	}
	if marker, rest, ok := cutMarker(l); ok {
		return block{kind: item, marker: marker, lines: []string{rest}}, true
	}
	// Two and more number signs are headings of a lower level, which letters set as paragraphs.
	if rest, ok := strings.CutPrefix(l, "#"); ok && strings.Trim(rest, "# ") != "" && rest[0] != '#' {
		return block{kind: heading, lines: []string{strings.TrimSpace(rest)}}, true
	}
	if rest, ok := strings.CutPrefix(l, "^"); ok && rest != "" {
		return block{kind: inset, lines: []string{strings.TrimSpace(rest)}}, true
	}
	return block{}, false
}

// isRule reports whether l is three or more of one of * - _, with or without blanks between.
func isRule(l string) bool {
	l = strings.ReplaceAll(l, " ", "")
	return len(l) >= 3 && strings.Contains("*-_", l[:1]) && strings.Trim(l, l[:1]) == ""
}

// cutMarker parts a list item's marker from its text.
func cutMarker(l string) (marker, rest string, ok bool) {
	first, rest, ok := strings.Cut(l, " ")
	if !ok {
		return "", "", false
	}
	rest = strings.TrimSpace(rest)
	switch first {
	case "*", "-", "+", bullet:
		return bullet, rest, true
	}
	digits := strings.TrimRight(first, ".")
	if len(first) != len(digits)+1 || len(digits) == 0 || len(digits) > 3 || strings.Trim(digits, "0123456789") != "" {
		return "", "", false
	}
	return first, rest, true
}
