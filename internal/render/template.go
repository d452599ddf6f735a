package render

import (
	"strings"

	"github.com/notifykit/notify/internal/text"
)

// Template is the part of a template that messages are made of.
type Template struct {
	Type    string // "sms", "email" or "letter"
	Subject string // emails and letters
	Body    string
	// ContactBlock, WelshSubject and WelshBody are for letters.
	ContactBlock, WelshSubject, WelshBody string
}

// Placeholders lists the names that the template uses, in their first spelling and in the order the service reports
// them. Reading and previewing a template see the Welsh half of a letter; sending does not (see
// [Template.SendPlaceholders]).
func (t Template) Placeholders() []string {
	switch t.Type {
	case "letter":
		return placeholderNames(t.ContactBlock, t.WelshSubject, t.WelshBody, t.Subject, t.Body)
	case "email":
		return placeholderNames(t.Subject, t.Body)
	}
	return placeholderNames(t.Body)
}

// SendPlaceholders lists the names that a message needs values for.
func (t Template) SendPlaceholders() []string {
	t.WelshSubject, t.WelshBody = "", ""
	return t.Placeholders()
}

func placeholderNames(parts ...string) []string {
	var names []string
	seen := make(map[string]bool)
	for _, part := range parts {
		for p, ok := nextPlaceholder(part, 0); ok; p, ok = nextPlaceholder(part, p.end) {
			if key := Key(p.name); !seen[key] {
				seen[key] = true
				names = append(names, p.name)
			}
		}
	}
	return names
}

// Missing returns those names that v has no value for.
func Missing(placeholders []string, v Values) []string {
	var missing []string
	for _, name := range placeholders {
		if _, ok := v.Get(name); !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

// Body is the body of an email or letter as the API shows it: with values, and nothing else done to it but stripping.
// The body of a text message is [SMSBody].
func Body(body string, v Values) string {
	return text.Strip(field{bullets: true, unfilled: unfilledHTML}.substitute(body, v))
}

// EmailSubject is the subject of an email.
func EmailSubject(subject string, v Values) string {
	return line(field{unfilled: unfilledHTML}.substitute(subject, v))
}

// LetterSubject is the subject of a letter as the API shows it, which is HTML.
func LetterSubject(subject string, v Values) string {
	return line(field{escape: true, unfilled: unfilledHTML}.substitute(subject, v))
}

func line(s string) string { return text.NormaliseSpace(typography(s)) }

// MaxEmailBytes is how long the body of an email may be, in bytes of UTF-8. Measured on the real service.
const MaxEmailBytes = 2_000_000

// IsEmpty reports whether the service refuses the message as empty; body is what [SMSBody] or [Body] made of it. An
// email or letter whose template does not begin and end with a placeholder never counts as empty.
func IsEmpty(t Template, body string) bool {
	if t.Type != "sms" && t.Body != "" && !(strings.HasPrefix(t.Body, "((") && strings.HasSuffix(t.Body, "))")) {
		return false
	}
	return body == ""
}
