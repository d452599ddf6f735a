package render

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// The markdown of the real service is the Python library mistune 0.8.4 with a changed grammar: an ordered list of patterns
// tried at the current place. It is not CommonMark. The patterns are matched by hand here, because some of them backtrack
// for ever on hostile text; each rule's comment shows the pattern that it stands for.

// renderer is one form of output. Texts come in finished: escaped, with their links.
type renderer interface {
	heading(level int, text string) string
	paragraph(text string) string
	rule() string
	inset(body string) string
	list(ordered bool, items []string) string
	lineBreak() string
	link(url, title, text string) string
	autolink(url string, isEmail bool) string
}

type blockKind int

const (
	paragraphBlock blockKind = iota
	textBlock                // like a paragraph, but inside a list item
	headingBlock
	ruleBlock
	insetBlock
	listBlock
	itemBlock
	codeBlock // and HTML: anything to be copied
	newlineBlock
	footnoteBlock
)

type block struct {
	kind     blockKind
	text     string // of a footnote its key
	level    int    // of a heading
	flag     bool   // of a list: ordered; of an item: loose
	children []block
}

type reference struct{ url, title string }

// document is a text being rendered.
type document struct {
	renderer
	links     map[string]reference
	footnotes map[string]int // the number of each defined footnote, 0 until it is referred to
	notes     map[string]string
	order     []string // footnotes in the order of the references
	inNote    bool
	inLink    bool
	linkDepth int
}

// markdown renders s, which ends without a line break.
func markdown(s string, r renderer) string {
	d := &document{renderer: r}
	p := blockParser{document: d}
	blocks := p.parse(preprocess(s), documentRules)
	var b strings.Builder
	b.Grow(len(s) + len(s)/2)
	b.WriteString(d.render(blocks))
	for _, key := range d.order {
		b.WriteString(d.notes[key])
	}
	return b.String()
}

// preprocess makes line breaks \n and tabs spaces, and empties lines that hold nothing but spaces.
func preprocess(s string) string {
	if strings.ContainsAny(s, "\r\t\u2424") {
		s = lineBreaks.Replace(s)
		s = expandTabs(s)
		s = strings.ReplaceAll(s, "\u2424", "\n")
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] == ' ' {
			end++
		}
		if end > i && (end == len(s) || s[end] == '\n') {
			b.WriteString(s[done:i])
			done = end
		}
		n := strings.IndexByte(s[end:], '\n')
		if n < 0 {
			break
		}
		i = end + n + 1
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func expandTabs(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		switch r {
		case '\t':
			n := 4 - column%4
			b.WriteString("    "[:n])
			column += n
			continue
		case '\n':
			column = -1
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}

func (d *document) render(blocks []block) string {
	var b strings.Builder
	for i := 0; i < len(blocks); {
		i += d.renderBlock(&b, blocks[i:], false)
	}
	return b.String()
}

// renderBlock renders the first block, or the run of text blocks at the front, and returns how many that were.
func (d *document) renderBlock(b *strings.Builder, blocks []block, tight bool) int {
	switch first := &blocks[0]; first.kind {
	case textBlock:
		n := 1
		for n < len(blocks) && blocks[n].kind == textBlock {
			n++
		}
		s := d.inline(joinTexts(blocks[:n]))
		if !tight {
			s = d.paragraph(s)
		}
		b.WriteString(s)
		return n
	case paragraphBlock:
		b.WriteString(d.paragraph(d.inline(first.text)))
	case headingBlock:
		b.WriteString(d.heading(first.level, d.inline(first.text)))
	case ruleBlock:
		b.WriteString(d.rule())
	case insetBlock:
		b.WriteString(d.inset(d.render(first.children)))
	case listBlock:
		items := make([]string, len(first.children))
		for i := range first.children {
			items[i] = text.Strip(d.renderItem(&first.children[i]))
		}
		b.WriteString(d.list(first.flag, items))
	case codeBlock:
		b.WriteString(first.text)
	case newlineBlock:
		b.WriteString(d.lineBreak())
	case footnoteBlock:
		d.inNote = true
		if d.notes == nil {
			d.notes = make(map[string]string)
		}
		d.notes[first.text] = d.render(first.children)
		d.inNote = false
	}
	return 1
}

func (d *document) renderItem(item *block) string {
	var b strings.Builder
	for i := 0; i < len(item.children); {
		i += d.renderBlock(&b, item.children[i:], !item.flag)
	}
	return b.String()
}

func joinTexts(blocks []block) string {
	if len(blocks) == 1 {
		return blocks[0].text
	}
	lines := make([]string, len(blocks))
	for i := range blocks {
		lines[i] = blocks[i].text
	}
	return strings.Join(lines, "\n")
}

// linkKey is by what a link or footnote is found again.
func linkKey(s string) string {
	var b strings.Builder
	writeText(&b, text.Lower(s))
	s = quoteEscaper.Replace(b.String())
	b.Reset()
	for i := 0; i < len(s); {
		if end := skipSpace(s, i); end > i {
			b.WriteByte(' ')
			i = end
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

var quoteEscaper = strings.NewReplacer(`"`, "&quot;", "'", "&#39;")

// writeText escapes text, but not the entities in it.
func writeText(b *strings.Builder, s string) {
	for {
		i := strings.IndexAny(s, "&<>")
		if i < 0 {
			b.WriteString(s)
			return
		}
		b.WriteString(s[:i])
		if s[i] == '&' && isEntity(s[i:]) {
			b.WriteByte('&')
		} else {
			writeEscaped(b, s[i:i+1])
		}
		s = s[i+1:]
	}
}

// isEntity matches &#?\w+; at the start of s.
func isEntity(s string) bool {
	i := 1
	if strings.HasPrefix(s, "&#") {
		i = 2
	}
	start := i
	i = skipWord(s, i)
	return i > start && i < len(s) && s[i] == ';'
}

func skipWord(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isWord(r) {
			break
		}
		i += size
	}
	return i
}
