package render

import (
	"bytes"
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// writer writes a document down in one of its forms.
type writer struct {
	form
	b  []byte
	qr func(data string) // is handed the data of QR codes, if set
}

// markdown reads s and writes it down again.
func markdown(s string, f form) string {
	w := writer{form: f, b: make([]byte, 0, 2*len(s))}
	w.blocks(parse(s))
	return string(w.b)
}

func (w *writer) add(s string) { w.b = append(w.b, s...) }

func (w *writer) blocks(blocks []block) {
	for i := range blocks {
		w.block(&blocks[i])
	}
}

func (w *writer) block(b *block) {
	switch b.kind {
	case paragraphBlock:
		w.writeParagraph(&b.prose)
	case textBlock:
		w.prose(&b.prose)
	case headingBlock:
		if int(b.level) > len(w.headings) {
			w.writeParagraph(&b.prose)
			return
		}
		t := w.headings[b.level-1]
		w.add(t.before)
		w.prose(&b.prose)
		w.add(t.after)
	case ruleBlock:
		w.add(w.rule)
	case insetBlock:
		w.add(w.inset.before)
		w.blocks(b.children)
		w.add(w.inset.after)
	case listBlock:
		w.list(b)
	case codeBlock:
		w.add(b.text)
	case newlineBlock:
		w.add(w.lineBreak)
	}
}

func (w *writer) list(b *block) {
	t := w.bullets
	if b.flag {
		t = w.numbers
	}
	w.add(t.before)
	for i := range b.children {
		w.b = w.item(w.b, b.flag, i+1)
		start := len(w.b)
		w.blocks(b.children[i].children)
		w.strip(start)
		w.add(w.itemEnd)
	}
	w.add(t.after)
}

// writeParagraph leaves out a paragraph that holds nothing but white space.
func (w *writer) writeParagraph(p *prose) {
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

// code is the data of the QR code that stands in b from start on, if one does.
func (w *writer) code(start int) (data string, ok bool) {
	if first := bytes.TrimLeftFunc(w.b[start:], text.IsSpace); !w.qrCodes || len(first) == 0 || first[0]|0x20 != 'q' {
		return "", false
	}
	return qrData(string(w.b[start:]))
}

func (w *writer) prose(p *prose) {
	w.text(p.text)
	for i := range p.links {
		l := &p.links[i]
		if l.bare {
			w.b = w.bareLink(w.b, l)
		} else {
			t := w.link(l.url, l.title)
			w.add(t.before)
			start := len(w.b)
			w.prose(&l.label)
			if w.labelled && len(w.b) == start {
				w.add(l.url)
			}
			w.add(t.after)
		}
		w.text(l.after)
	}
}

func (w *writer) text(s string) {
	for {
		i := strings.IndexByte(s, hardBreak[0])
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

// strip removes white space from both ends of what stands in b from start on.
func (w *writer) strip(start int) {
	n := copy(w.b[start:], bytes.TrimFunc(w.b[start:], text.IsSpace))
	w.b = w.b[:start+n]
}
