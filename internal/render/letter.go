package render

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/letter"
	"github.com/notifykit/notify/internal/render/mistune"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// Letter is the body of a letter, with the values that fill it. Its Markdown is parsed on first use. A Letter is not
// safe for concurrent use.
type Letter struct {
	body   string
	values Values
	parsed bool
	reading
}

// NewLetter returns a letter with this body, filled with the values.
func NewLetter(body string, v Values) *Letter { return &Letter{body: body, values: v} }

func (l *Letter) read() *reading {
	if !l.parsed {
		l.reading = parse(placeholder.Field{Escape: true, Bullets: true}.Fill(l.body, l.values))
		l.parsed = true
	}
	return &l.reading
}

// HTML returns the body as it is printed, except that a QR code is a paragraph with its data.
func (l *Letter) HTML() string {
	return strings.ReplaceAll(typography(letterHTML().write(l.read())), "-", "\u2011")
}

// Blocks returns the same body as [Letter.HTML], as blocks to draw. Insets are ordinary paragraphs, as in the letters
// of the real service.
func (l *Letter) Blocks() []letter.Block {
	w := layout{form: letterProse()}
	w.blocks(l.read().document, 0)
	return w.out
}

// maxQRBytes is how many bytes a QR code in a letter can hold. GOV.UK Notify API documentation, "Send a letter",
// "Cannot create a usable QR code".
const maxQRBytes = 504

// QRTooLong finds the first QR code whose data are too long, and counts their bytes. The service counts them as escaped
// HTML, so & takes five bytes. If there are no values, it looks at the bare template.
func (l *Letter) QRTooLong() (data string, numBytes int, tooLong bool) {
	w := writer{form: letterHTML(), qr: func(s string) {
		if s = withoutStrong(s); !tooLong && len(s) > maxQRBytes {
			data, numBytes, tooLong = s, len(s), true
		}
	}}
	if l.values.Empty() {
		w.blocks(mistune.Parse(l.body))
	} else {
		w.blocks(l.read().document)
	}
	return data, numBytes, tooLong
}

// qrData matches a whole paragraph with \s*qr\s*:\s*(.+), ignoring case. If only white space follows the colon, the
// last character of it is the data.
func qrData(paragraph string) (data string, ok bool) {
	s := strings.TrimLeftFunc(paragraph, text.IsSpace)
	if len(s) < 2 || !strings.EqualFold(s[:2], "qr") {
		return "", false
	}
	s, ok = strings.CutPrefix(strings.TrimLeftFunc(s[2:], text.IsSpace), ":")
	data = strings.TrimLeftFunc(s, text.IsSpace)
	if data == "" {
		_, last := utf8.DecodeLastRuneInString(s)
		data = s[len(s)-last:]
	}
	return data, ok && data != "" && !strings.Contains(data, "\n")
}

// withoutStrong replaces each bare link in the HTML of a letter with its full address.
func withoutStrong(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, strongOpen)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		protocol, rest, _ := strings.Cut(after, "'>")
		address, rest, _ := strings.Cut(rest, strongClose)
		b.WriteString(protocol + address)
		s = rest
	}
}
