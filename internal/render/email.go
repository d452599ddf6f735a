package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// Email is the body of an email, with the values that fill it. Each method writes one part of the delivered email from
// the Markdown, which is parsed on first use. An Email is not safe for concurrent use.
type Email struct {
	body           string
	values         Values
	escaped, plain *reading
}

// NewEmail returns an email with this body, filled with the values.
func NewEmail(body string, v Values) *Email { return &Email{body: body, values: v} }

// HTML returns the body as the preview of a template shows it: without the HTML document around it.
func (e *Email) HTML() string {
	return typography(emailHTML().write(e.read(true)))
}

// PlainText returns the plain text part of the delivered email.
func (e *Email) PlainText() string {
	s := entity.Unescape(typography(plainText().write(e.read(false))))
	return strings.TrimLeftFunc(s, text.IsSpace) + "\n"
}

// maxPreheader is the greatest length of a preheader, in characters. Measured on the real service.
const maxPreheader = 256

// Preheader returns the beginning of the email, which mail programs show beside its subject.
func (e *Email) Preheader() string {
	s := typography(preheader().write(e.read(true)))
	s = strings.Join(strings.FieldsFunc(s, text.IsSpace), " ")
	n := 0
	for i := range s {
		if n == maxPreheader {
			s = s[:i]
			break
		}
		n++
	}
	return text.Strip(s)
}

// read parses the email, with HTML escaped or not. If there is nothing to escape, one reading serves both.
func (e *Email) read(escape bool) *reading {
	r, other := &e.plain, e.escaped
	if escape {
		r, other = &e.escaped, e.plain
	}
	if *r == nil {
		s := unlinkGOVUK(placeholder.Field{Escape: escape, Bullets: true}.Fill(e.body, e.values))
		if other == nil || other.source != s {
			fresh := parse(s)
			other = &fresh
		}
		*r = other
	}
	return *r
}

// unlinkGOVUK stops mail programs from making a link of "GOV.UK" at the start of a word. It also drops two characters
// that they can't show.
func unlinkGOVUK(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; ; {
		n := strings.IndexByte(s[i:], '.')
		if n < 0 {
			break
		}
		i += n + 1
		if i < len("gov.") || len(s) < i+2 || !strings.EqualFold(s[i-4:i-1], "gov") || !strings.EqualFold(s[i:i+2], "uk") {
			continue
		}
		if len(s) > i+2 && strings.IndexByte("/?#", s[i+2]) >= 0 {
			continue
		}
		before := s[:i-4]
		if before != "" && strings.IndexByte("#*^", before[len(before)-1]) >= 0 {
			before = before[:len(before)-1]
		}
		if strings.TrimRightFunc(before, text.IsSpace) == before && before != "" {
			continue
		}
		b.WriteString(s[done:i])
		b.WriteString("\u200b")
		done = i
	}
	b.WriteString(s[done:])
	return unsupported.Replace(b.String())
}

var unsupported = strings.NewReplacer("\u2028", "", "\u3164", "")
