package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/render/letter"
	"github.com/notifykit/notify/internal/render/mistune"
	"github.com/notifykit/notify/internal/text"
)

// layout makes a row of blocks of a document.
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

// prose is what is read of p, line by line. Typography does not look beyond a line, as it does not look beyond a tag.
func (w *layout) prose(p *mistune.Prose) string {
	inner := writer{form: w.form}
	inner.prose(p)
	lines := strings.Split(string(inner.b), "\n")
	for i, line := range lines {
		lines[i] = text.Strip(shown(line))
	}
	return text.Strip(strings.Join(lines, "\n"))
}

// shown is HTML without tags as it is read.
func shown(s string) string { return entity.Unescape(typography(s)) }

// isProse reports whether b can stand beside an item's marker.
func isProse(b *mistune.Block) bool {
	_, isCode := printedCode(b)
	return (b.Kind == mistune.TightParagraph || b.Kind == mistune.Paragraph) && !isCode
}

// printedCode is the data of the QR code that is printed instead of a paragraph, or a heading that is one, if it is.
func printedCode(b *mistune.Block) (data string, ok bool) {
	if b.Kind == mistune.TightParagraph {
		return "", false
	}
	w := writer{form: letterHTML()}
	w.prose(&b.Prose)
	return w.code(0)
}
