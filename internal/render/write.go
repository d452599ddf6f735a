package render

import (
	"bytes"
	"strings"

	"github.com/notifykit/notify/internal/render/mistune"
	"github.com/notifykit/notify/internal/text"
)

// form is a way of writing a document: what to put around each part, and how to write links and list items.
type form struct {
	paragraph, bullets, numbers, inset tags
	headings                           []tags // of the first levels; deeper headings are paragraphs
	item                               func(b []byte, ordered bool, number int) []byte
	itemEnd                            string
	rule, lineBreak                    string
	link                               func(url, title string) tags
	bareLink                           func(b []byte, l *mistune.Link) []byte
	labelled                           bool // a link with an empty label shows its address
	qrCodes                            bool // a paragraph may be a QR code
}

type tags struct{ before, after string }

// reading is Markdown and the document parsed from it.
type reading struct {
	source   string
	document mistune.Document
}

func parse(source string) reading { return reading{source, mistune.Parse(source)} }

// write writes the document as one string.
func (f form) write(r *reading) string {
	w := writer{form: f, b: make([]byte, 0, 2*len(r.source))}
	w.blocks(r.document)
	return string(w.b)
}

// writer writes a document in a form.
type writer struct {
	form
	b  []byte
	qr func(data string) // if set, is called with the data of each QR code
}

func (w *writer) add(s string) { w.b = append(w.b, s...) }

func (w *writer) blocks(blocks []mistune.Block) {
	for i := range blocks {
		w.block(&blocks[i])
	}
}

func (w *writer) block(b *mistune.Block) {
	switch b.Kind {
	case mistune.Paragraph:
		w.writeParagraph(&b.Prose)
	case mistune.TightParagraph:
		w.prose(&b.Prose)
	case mistune.Heading:
		if int(b.Level) > len(w.headings) {
			w.writeParagraph(&b.Prose)
			return
		}
		t := w.headings[b.Level-1]
		w.add(t.before)
		w.prose(&b.Prose)
		w.add(t.after)
	case mistune.Rule:
		w.add(w.rule)
	case mistune.Inset:
		w.add(w.inset.before)
		w.blocks(b.Children)
		w.add(w.inset.after)
	case mistune.List:
		w.list(b)
	case mistune.Code:
		w.add(b.Source)
	case mistune.Newline:
		w.add(w.lineBreak)
	}
}

func (w *writer) list(b *mistune.Block) {
	t := w.bullets
	if b.Ordered {
		t = w.numbers
	}
	w.add(t.before)
	for i := range b.Children {
		w.b = w.item(w.b, b.Ordered, i+1)
		start := len(w.b)
		w.blocks(b.Children[i].Children)
		w.strip(start)
		w.add(w.itemEnd)
	}
	w.add(t.after)
}

// writeParagraph leaves out a paragraph that holds nothing but white space.
func (w *writer) writeParagraph(p *mistune.Prose) {
	begin := len(w.b)
	w.add(w.paragraph.before)
	start := len(w.b)
	w.prose(p)
	switch data, isCode := w.code(start); {
	case w.isBlank(start):
		w.b = w.b[:begin]
	case isCode:
		if w.qr != nil {
			w.qr(data)
		}
		w.b = w.b[:begin]
		w.add(`<p class="qr-code">` + data + "</p>")
	default:
		w.add(w.paragraph.after)
	}
}

// code returns the data of the QR code in w.b from start on, if it is one.
func (w *writer) code(start int) (data string, ok bool) {
	if first := bytes.TrimLeftFunc(w.b[start:], text.IsSpace); !w.qrCodes || len(first) == 0 || first[0]|0x20 != 'q' {
		return "", false
	}
	return qrData(string(w.b[start:]))
}

func (w *writer) prose(p *mistune.Prose) {
	w.text(p.Before)
	for i := range p.Links {
		l := &p.Links[i]
		if l.Bare {
			w.b = w.bareLink(w.b, l)
		} else {
			t := w.link(l.URL, l.Title)
			w.add(t.before)
			start := len(w.b)
			w.prose(&l.Label)
			if w.labelled && len(w.b) == start {
				w.add(l.URL)
			}
			w.add(t.after)
		}
		w.text(l.After)
	}
}

func (w *writer) text(s string) {
	for {
		i := strings.IndexByte(s, mistune.HardBreak)
		if i < 0 {
			w.add(s)
			return
		}
		w.add(s[:i])
		w.add(w.lineBreak)
		s = s[i+1:]
	}
}

func (w *writer) isBlank(start int) bool {
	return len(bytes.TrimLeftFunc(w.b[start:], text.IsSpace)) == 0
}

// strip removes white space from both ends of w.b from start on.
func (w *writer) strip(start int) {
	n := copy(w.b[start:], bytes.TrimFunc(w.b[start:], text.IsSpace))
	w.b = w.b[:start+n]
}
