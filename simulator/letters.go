package simulator

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pdf"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/render/letter"
	"github.com/notifykit/notify/simulator/internal/london"
)

// letterFile is the PDF of a letter. For a templated letter the PDF is not kept: drawing it again produces the same
// bytes.
type letterFile struct {
	uploaded []byte
	infected bool
	invalid  bool         // can't be printed
	pages    atomic.Int32 // 0 until counted
}

// newLetterFile judges an uploaded PDF.
func newLetterFile(content []byte) *letterFile {
	file := &letterFile{uploaded: content, infected: document.Infected(content)}
	if file.infected {
		return file
	}
	info, err := pdf.Inspect(content)
	file.invalid = err != nil || info.Validate() != nil
	if !file.invalid {
		file.pages.Store(int32(info.Pages)) //nolint:gosec // at most 10
	}
	return file
}

// precompiled reports whether the letter was a PDF when it was sent.
func (n *notification) precompiled() bool { return n.template.template.hidden }

// pdf returns the letter as a PDF: the uploaded one, or one drawn from the template; nil if it can't be drawn.
func (n *notification) pdf() []byte {
	if n.precompiled() {
		return n.letter.uploaded
	}
	content, pages := n.draw()
	n.letter.pages.Store(int32(pages)) //nolint:gosec // megabytes of text make thousands of pages
	return content
}

func (n *notification) pages() int {
	if pages := n.letter.pages.Load(); pages != 0 || n.precompiled() {
		return int(pages)
	}
	n.pdf()
	return int(n.letter.pages.Load())
}

// tooLong reports whether a templated letter has more pages than Notify prints. It draws only letters that might.
func (n *notification) tooLong() bool {
	return (n.template.WelshBody != "" || couldBeTooLong(n.subject, n.body)) && n.pages() > pdf.MaxPages
}

// couldBeTooLong is true for every body that takes more than ten pages: one with many lines, or with the marks for that
// many page breaks.
func couldBeTooLong(subject, body string) bool {
	const (
		shortLine    = 20  // characters: the widest letters, indented as far as lists go, or in the size of the subject
		fewLines     = 150 // ten pages hold 450, but each may be a paragraph with space after it
		marksOfBreak = 3   // the three may differ, be in lists and have spaces between them
	)
	lines := 2*len(subject)/shortLine + len(body)/shortLine + strings.Count(body, "\n")
	marks := strings.Count(body, "*") + strings.Count(body, "-") + strings.Count(body, "_")
	return lines >= fewLines || marks >= pdf.MaxPages*marksOfBreak
}

func (n *notification) draw() (content []byte, pages int) {
	v, values := n.template, render.NewValues(n.personalisation)
	address, _ := recipient.ParseAddress(recipient.AddressFrom(n.personalisation)) // it was checked when it was sent
	content, pages, err := letter.Draw(letter.Contents{
		Address:      address.Lines,
		ContactBlock: lines(render.Body(v.LetterContactBlock, values)),
		Date:         time.UnixMicro(n.createdAt()).In(london.Zone()),
		Subject:      render.Subject(v.Subject, values),
		Body:         render.NewLetter(v.Body, values).Blocks(),
		WelshSubject: render.Subject(v.WelshSubject, values),
		WelshBody:    render.NewLetter(v.WelshBody, values).Blocks(),
	})
	if err != nil {
		return nil, 0
	}
	return content, pages
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
