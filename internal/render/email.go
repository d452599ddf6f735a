package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/entity"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

// EmailHTML is the body of an email as the preview of a template shows it: without the document around it.
func EmailHTML(body string, v Values) string {
	s := placeholder.Field{Escape: true, Bullets: true}.Fill(body, v)
	return typography(markdown(unlinkGOVUK(s), emailHTML()))
}

// EmailText is the plain text part of a delivered email.
func EmailText(body string, v Values) string {
	s := placeholder.Field{Bullets: true}.Fill(body, v)
	s = entity.Unescape(typography(markdown(unlinkGOVUK(s), plainText())))
	return strings.TrimLeftFunc(s, text.IsSpace) + "\n"
}

// maxPreheader is how many characters of an email are shown beside its subject. Measured on the real service.
const maxPreheader = 256

// EmailPreheader is the beginning of an email, which mail programs show beside its subject.
func EmailPreheader(body string, v Values) string {
	s := placeholder.Field{Escape: true, Bullets: true}.Fill(body, v)
	s = typography(markdown(unlinkGOVUK(s), preheader()))
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

// unlinkGOVUK keeps mail programs from making a link of a "GOV.UK" that starts a word, and drops two characters that
// they can't show.
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
