package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/render/letter"
	"github.com/notifykit/notify/internal/render/mistune"
	"github.com/notifykit/notify/internal/text"
)

// layout turns a document into the blocks of a letter.
type layout struct {
	form
	out []letter.Block
}

func (w *layout) add(b letter.Block) { w.out = append(w.out, b) }

func (w *layout) blocks(blocks []mistune.Block, depth int) {
	for i := range blocks {
		w.block(&blocks[i], depth)
	}
}

func (w *layout) block(b *mistune.Block, depth int) {
	switch b.Kind {
	case mistune.Paragraph, mistune.TightParagraph:
		w.paragraph(b, depth)
	case mistune.Heading:
		if b.Level > 1 {
			w.paragraph(b, depth)
		} else if s := w.prose(&b.Prose); s != "" {
			w.add(letter.Block{Kind: letter.Heading, Content: s, Depth: depth})
		}
	case mistune.Rule:
		w.add(letter.Block{Kind: letter.PageBreak})
	case mistune.Inset:
		w.blocks(b.Children, depth)
	case mistune.List:
		w.list(b, depth+1)
	case mistune.Code:
		if s := shown(strings.Join(strings.FieldsFunc(b.Source, text.IsSpace), " ")); s != "" {
			w.add(letter.Block{Kind: letter.Paragraph, Content: s, Depth: depth})
		}
	case mistune.Newline:
		w.add(letter.Block{Kind: letter.Gap, Depth: depth})
	}
}

func (w *layout) paragraph(b *mistune.Block, depth int) {
	if data, ok := printedCode(b); ok {
		w.add(letter.Block{Kind: letter.QRCode, Content: entity.Unescape(withoutStrong(data)), Depth: depth})
		return
	}
	if s := w.prose(&b.Prose); s != "" {
		w.add(letter.Block{Kind: letter.Paragraph, Content: s, Depth: depth})
	}
}

func (w *layout) list(b *mistune.Block, depth int) {
	for i := range b.Children {
		item := letter.Block{Kind: letter.Item, Marker: itemMarker(b.Ordered, i+1), Depth: depth}
		inside := b.Children[i].Children
		if len(inside) > 0 && isProse(&inside[0]) {
			item.Content = w.prose(&inside[0].Prose)
			inside = inside[1:]
		}
		w.add(item)
		w.blocks(inside, depth)
	}
	if depth == 1 && len(w.out) > 0 {
		w.out[len(w.out)-1].Last = true
	}
}

// prose returns p as it is read on paper. Typography is applied to each line alone, because in HTML it does not look
// beyond the <br>.
func (w *layout) prose(p *mistune.Prose) string {
	inner := writer{form: w.form}
	inner.prose(p)
	lines := strings.Split(string(inner.b), "\n")
	for i, line := range lines {
		lines[i] = text.Strip(shown(line))
	}
	return text.Strip(strings.Join(lines, "\n"))
}

// shown applies typography to HTML without tags, and decodes its entities.
func shown(s string) string { return entity.Unescape(typography(s)) }

// isProse reports whether b can go beside an item's marker.
func isProse(b *mistune.Block) bool {
	_, isCode := printedCode(b)
	return (b.Kind == mistune.TightParagraph || b.Kind == mistune.Paragraph) && !isCode
}

// printedCode returns the data of the QR code that is printed instead of b, if there is one. b is a paragraph, or a
// heading that is printed as one.
func printedCode(b *mistune.Block) (data string, ok bool) {
	if b.Kind == mistune.TightParagraph {
		return "", false
	}
	w := writer{form: letterHTML()}
	w.prose(&b.Prose)
	return w.code(0)
}
