package render

import "strings"

// The markdown of the real service is the Python library mistune 0.8.4 with a changed grammar: an ordered list of
// patterns tried at the current place. It is not CommonMark. The patterns are matched by hand here, because some of
// them backtrack for ever on hostile text; each rule's comment shows the pattern that it stands for.
//
// A text is read once, by parse. What it is made of is then written down in several forms, none of which reads
// markdown.

// document is a text as it was understood, in the order in which it is shown: footnotes come last. Definitions, and
// tables, of which nothing is shown, are gone.
type document []block

type blockKind uint8

const (
	paragraphBlock blockKind = iota
	textBlock                // like a paragraph, but inside a list item with no space around it
	headingBlock
	ruleBlock
	insetBlock
	listBlock
	itemBlock
	codeBlock // and HTML: anything to be copied
	newlineBlock

	// These are only known while a text is parsed.
	tableBlock
	footnoteBlock
)

// block is a piece of a document: prose, or further blocks.
type block struct {
	kind     blockKind
	level    uint8  // of a heading
	flag     bool   // of a list: ordered; of an item: loose
	text     string // of code; of the others while they are parsed
	prose    prose
	children []block
}

// prose is what stands in a paragraph, a heading or an item: text, and links with the text that follows each.
type prose struct {
	text  string // is HTML: &, < and > are escaped, line breaks are a hardBreak
	links []link
}

// hardBreak is a line break that is shown. No text holds the character otherwise: it is a line break like any other
// when the text comes in.
const hardBreak = "\r"

// link is a link, or an address that makes one of itself and has no label.
type link struct {
	bare, mail bool
	url, title string
	label      prose
	after      string
}

// parse reads markdown.
func parse(s string) document {
	d := &definitions{}
	p := blockParser{definitions: d}
	blocks := p.parse(preprocess(s), documentRules)
	r := resolver{definitions: d}
	blocks = r.resolve(blocks, false)
	for _, key := range r.order {
		blocks = append(blocks, r.notes[key]...)
	}
	return blocks
}

type reference struct{ url, title string }

// definitions are what a text defines in one place and refers to in another.
type definitions struct {
	links     map[string]reference
	footnotes map[string]int // the number of each defined footnote, 0 until it is referred to
}

// resolver turns the texts of blocks into prose, once all definitions are known. The first reference to a footnote is
// the one that counts, so the order is that of the document.
type resolver struct {
	*definitions
	notes     map[string][]block
	order     []string // footnotes in the order of the references
	inNote    bool
	inLink    bool
	linkDepth int
}

// resolve works in place. Texts that follow each other are one; but in a tight list item they make a paragraph.
func (r *resolver) resolve(blocks []block, tight bool) []block {
	out := blocks[:0]
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch b.kind {
		case textBlock:
			start := i
			for i+1 < len(blocks) && blocks[i+1].kind == textBlock {
				i++
			}
			b.prose = r.inline(joinTexts(blocks[start : i+1]))
			if !tight {
				b.kind = paragraphBlock
			}
		case paragraphBlock, headingBlock:
			b.prose = r.inline(b.text)
		case itemBlock:
			b.children = r.resolve(b.children, !b.flag)
		case insetBlock, listBlock:
			b.children = r.resolve(b.children, false)
		case tableBlock:
			for _, cell := range b.children { // they may refer to footnotes
				r.inline(cell.text)
			}
			continue
		case footnoteBlock:
			r.inNote = true
			if r.notes == nil {
				r.notes = make(map[string][]block)
			}
			r.notes[b.text] = r.resolve(b.children, false)
			r.inNote = false
			continue
		}
		out = append(out, b)
	}
	return out
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
