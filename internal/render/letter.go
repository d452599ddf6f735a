package render

import (
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/render/mistune"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// LetterHTML is the body of a letter as it is printed, but that a QR code is a paragraph with its data.
func LetterHTML(body string, v Values) string {
	s := typography(markdown(letterBody(body, v), letterHTML()))
	return strings.ReplaceAll(s, "-", "\u2011")
}

func letterBody(body string, v Values) string {
	return placeholder.Field{Escape: true, Bullets: true}.Fill(body, v)
}

// MaxQRBytes is how much a QR code in a letter can hold. GOV.UK Notify API documentation, "Send a letter", "Cannot
// create a usable QR code".
const MaxQRBytes = 504

// QRTooLong finds the first QR code in a letter whose data are too long, and counts its bytes. The service counts them
// with HTML's escapes, so & takes five; but it looks at the bare template if there are no values.
func QRTooLong(t Template, v Values) (data string, numBytes int, tooLong bool) {
	body := t.Body
	if !v.Empty() {
		body = letterBody(body, v)
	}
	w := writer{form: letterHTML(), qr: func(s string) {
		if s = withoutStrong(s); !tooLong && len(s) > MaxQRBytes {
			data, numBytes, tooLong = s, len(s), true
		}
	}}
	w.blocks(mistune.Parse(body))
	return data, numBytes, tooLong
}

// qrData matches a whole paragraph with \s*qr\s*:\s*(.+), ignoring case. The data of a code that has none but white
// space are the last of it.
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

// withoutStrong turns links in a letter back into text.
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
