package mistune

import "strings"

// resolver turns the Markdown of blocks into prose, once all definitions are known. Only the first reference to a
// footnote counts, so it reads the blocks in the order of the document.
type resolver struct {
	*definitions
	notes     map[string][]Block
	order     []string // footnotes in the order of the references
	inNote    bool
	inLink    bool
	linkDepth int
}

// resolve works in place. It joins tight paragraphs that follow each other, and makes one ordinary paragraph of them
// unless the list item is tight.
func (r *resolver) resolve(blocks []Block, tight bool) []Block {
	out := blocks[:0]
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch b.Kind {
		case TightParagraph:
			start := i
			for i+1 < len(blocks) && blocks[i+1].Kind == TightParagraph {
				i++
			}
			b.Prose = r.inline(joinTexts(blocks[start : i+1]))
			if !tight {
				b.Kind = Paragraph
			}
		case Paragraph, Heading:
			b.Prose = r.inline(b.Source)
		case Item:
			b.Children = r.resolve(b.Children, !b.loose)
		case Inset, List:
			b.Children = r.resolve(b.Children, false)
		case tableBlock:
			for _, cell := range b.Children { // they may refer to footnotes
				r.inline(cell.Source)
			}
			continue
		case footnoteBlock:
			r.inNote = true
			if r.notes == nil {
				r.notes = make(map[string][]Block)
			}
			r.notes[b.Source] = r.resolve(b.Children, false)
			r.inNote = false
			continue
		}
		out = append(out, b)
	}
	return out
}

func joinTexts(blocks []Block) string {
	if len(blocks) == 1 {
		return blocks[0].Source
	}
	lines := make([]string, len(blocks))
	for i := range blocks {
		lines[i] = blocks[i].Source
	}
	return strings.Join(lines, "\n")
}
