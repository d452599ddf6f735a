package render

import (
	"strings"

	"github.com/notifykit/notify/internal/render/placeholder"
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

// Placeholders lists the names that the template uses, in their first spelling and in the order that the service
// reports. The Welsh half of a letter counts when a template is read or previewed, but not when it is sent: see
// [Template.SendPlaceholders].
func (t Template) Placeholders() []string {
	switch t.Type {
	case "letter":
		return placeholder.Names(t.ContactBlock, t.WelshSubject, t.WelshBody, t.Subject, t.Body)
	case "email":
		return placeholder.Names(t.Subject, t.Body)
	}
	return placeholder.Names(t.Body)
}

// SendPlaceholders lists the names that a message needs values for.
func (t Template) SendPlaceholders() []string {
	t.WelshSubject, t.WelshBody = "", ""
	return t.Placeholders()
}

// Body returns the body of an email or letter as the API shows it: filled and stripped, but still Markdown.
func Body(body string, v Values) string {
	return text.Strip(placeholder.Field{Bullets: true}.Fill(body, v))
}

// Subject returns the subject of an email, or of a letter that is to be drawn.
func Subject(subject string, v Values) string {
	return line(placeholder.Field{}.Fill(subject, v))
}

// SubjectHTML returns the subject of a letter as the API shows it.
func SubjectHTML(subject string, v Values) string {
	return line(placeholder.Field{Escape: true}.Fill(subject, v))
}

func line(s string) string { return text.NormaliseSpace(typography(s)) }

// MaxEmailBytes is the greatest length of the body of an email, in bytes of UTF-8. Measured on the real service.
const MaxEmailBytes = 2_000_000

// IsEmpty reports whether the service refuses the message as empty; body is the result of [SMS] or [Body]. An email or
// letter whose template does not begin and end with a placeholder never counts as empty.
func IsEmpty(t Template, body string) bool {
	if t.Type != "sms" && t.Body != "" && !(strings.HasPrefix(t.Body, "((") && strings.HasSuffix(t.Body, "))")) {
		return false
	}
	return body == ""
}
