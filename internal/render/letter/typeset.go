package letter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/notifykit/notify/internal/text"
)

// Measures in millimetres from the top left corner of an A4 page, as the real service sets letters.
const (
	pageHeight   = 297.0
	margin       = 15.0
	columnWidth  = 137.5
	dateTop      = 85.0
	bodyTop      = 94.0
	footerTop    = pageHeight - 12
	listIndent   = 8.0
	pointsToMM   = 25.4 / 72
	fontFamily   = "Helvetica"
	maximumLines = 7
)

// style is a font and the distance from one line to the next in millimetres.
type style struct {
	weight  string // fpdf's style letters
	points  float64
	leading float64
}

var (
	bodyStyle    = style{"", 12.5, 16 * pointsToMM}
	headingStyle = style{"B", 12.5, 16 * pointsToMM}
	subjectStyle = style{"B", 20, 24 * pointsToMM}
	footerStyle  = style{"", 9, 11 * pointsToMM}
)

// frame is a fixed place on the first page: text that does not fit is cut.
type frame struct {
	left, top, width float64
	lines            int
	style            style
}

var (
	// The window of the envelope shows 95.5 by 26.8 mm.
	addressBlock = frame{24, 40, 95.5, maximumLines, style{"", 10, 26.8 / maximumLines}}
	contactBlock = frame{130, 20, 65, 14, style{"", 10, 4.5}}
)

// line is one piece of text, encoded for the font, with its place on a page.
type line struct {
	x, y  float64
	style style
	text  string
}

// page is laid out in full before anything is drawn, because every footer shows the number of pages.
type page struct {
	language      language
	number, total int
	lines         []line
}

// typesetter breaks text into lines and lines into pages.
type typesetter struct {
	f     *fpdf.Fpdf
	pages []page
	first int     // index of the page on which the current language began
	y     float64 // top of the next line
}

// begin starts a letter in the given language on a new page.
func (t *typesetter) begin(l language) {
	t.first = len(t.pages)
	t.pages = append(t.pages, page{language: l})
	t.y = margin
}

func (t *typesetter) breakPage() {
	t.pages = append(t.pages, page{language: t.pages[t.first].language})
	t.y = margin
}

// full reports whether the letter is so long that the rest is left out.
func (t *typesetter) full() bool { return len(t.pages) > maxDrawn }

// atTop reports whether the current page has nothing on it yet.
func (t *typesetter) atTop() bool { return len(t.pages[len(t.pages)-1].lines) == 0 }

func (t *typesetter) space(mm float64) {
	if !t.atTop() {
		t.y += mm
	}
}

// body sets the blocks of a letter.
func (t *typesetter) body(blocks []Block) {
	for i, b := range blocks {
		if t.full() {
			return
		}
		// The marker of an item without text is on the same line as the first marker of the list inside it.
		rest := blocks[i+1:]
		t.add(b, b.Content == "" && len(rest) > 0 && rest[0].Kind == Item && rest[0].Depth > b.Depth)
		switch {
		case b.Last:
			t.space(bodyStyle.leading / 2)
		case b.Depth > 0:
		case b.Kind == Heading:
			t.space(bodyStyle.leading / 4)
		case b.Kind == Paragraph, b.Kind == QRCode:
			t.space(bodyStyle.leading)
		}
	}
}

// add sets a block. After a shared marker, the next block goes on the same line.
func (t *typesetter) add(b Block, shared bool) {
	indent := float64(b.Depth) * listIndent
	switch b.Kind {
	case PageBreak:
		if !t.atTop() {
			t.breakPage()
		}
	case Gap:
		t.space(bodyStyle.leading)
	case Heading:
		// A heading at the foot of a page, away from the text below it, reads badly.
		if t.y+3*headingStyle.leading > pageHeight-margin {
			t.breakPage()
		}
		t.lines(b.Content, indent, columnWidth-indent, headingStyle)
	case Item:
		t.room(bodyStyle)
		t.place(margin+indent-listIndent+2, t.y, encode(b.Marker), bodyStyle)
		if b.Content == "" && !shared {
			t.y += bodyStyle.leading
		}
		t.lines(b.Content, indent, columnWidth-indent, bodyStyle)
	default:
		t.lines(b.Content, indent, columnWidth-indent, bodyStyle)
	}
}

func (t *typesetter) text(s string, st style) { t.lines(s, 0, columnWidth, st) }

// lines sets s in a column of the given indent and width, over as many pages as it takes.
func (t *typesetter) lines(s string, indent, width float64, st style) {
	for _, l := range t.wrap(s, width, st) {
		if t.full() {
			return
		}
		t.room(st)
		t.place(margin+indent, t.y, l, st)
		t.y += st.leading
	}
}

// room begins a new page if the current one cannot take another line.
func (t *typesetter) room(st style) {
	if t.y+st.leading > pageHeight-margin {
		t.breakPage()
	}
}

// block sets lines in a frame. What does not fit on a line of the frame is cut.
func (t *typesetter) block(lines []string, at frame) {
	y := at.top
	for _, s := range lines[:min(len(lines), at.lines)] {
		if wrapped := t.wrap(s, at.width, at.style); len(wrapped) > 0 {
			t.place(at.left, y, wrapped[0], at.style)
		}
		y += at.style.leading
	}
}

func (t *typesetter) place(x, y float64, encoded string, st style) {
	p := &t.pages[len(t.pages)-1]
	p.lines = append(p.lines, line{x, y, st, encoded})
}

func (t *typesetter) wrap(s string, width float64, st style) []string {
	t.f.SetFont(fontFamily, st.weight, st.points)
	var out []string
	for _, l := range t.f.SplitLines([]byte(encode(s)), width+2*t.f.GetCellMargin()) {
		out = append(out, string(l))
	}
	return out
}

// draw draws the pages with their footers.
func (t *typesetter) draw() {
	number(t.pages)
	for _, p := range t.pages {
		t.f.AddPage()
		for _, l := range p.lines {
			t.put(l)
		}
		t.put(line{margin, footerTop, footerStyle, fmt.Sprintf(p.language.footer, p.number, p.total)})
	}
}

func (t *typesetter) put(l line) {
	t.f.SetFont(fontFamily, l.style.weight, l.style.points)
	// Text is placed by its base line, which lies about four fifths down the line.
	t.f.Text(l.x, l.y+0.8*l.style.leading, l.text)
}

// number numbers the pages of each language.
func number(pages []page) {
	total := make(map[string]int, 2)
	for i := range pages {
		total[pages[i].language.footer]++
		pages[i].number = total[pages[i].language.footer]
	}
	for i := range pages {
		pages[i].total = total[pages[i].language.footer]
	}
}

// encode returns s in Windows-1252, the encoding of PDF's built-in fonts. Tabs become spaces, and other control
// characters vanish, except the line feed. A character outside the encoding becomes its base letter, a plainer
// punctuation mark or a question mark.
func encode(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	s, _ = text.Downgrade(s, fits)
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok && r != utf8.RuneError {
			out = append(out, b)
		}
	}
	return string(out)
}

func fits(r rune) bool {
	_, ok := charmap.Windows1252.EncodeRune(r)
	return ok
}
