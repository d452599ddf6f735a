package simulator

import (
	"slices"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ids"
)

// Notification is a message as the simulator keeps it, for a test to look at.
type Notification struct {
	ID      string
	Type    MessageType
	KeyType KeyType
	KeyName string
	Status  Status
	// To is the phone number or email address as the sender wrote it, or the lines of a letter's address.
	To string
	// Reference is the sender's own. HasReference distinguishes an empty one from a missing one, which the API shows as
	// null.
	Reference    string
	HasReference bool
	TemplateID   string
	// TemplateName is the template's name in the version that was sent.
	TemplateName    string
	TemplateVersion int
	// Subject is empty for texts.
	Subject string
	// Body is what the API shows. A text message has the service's name before it on the phone, but not here.
	Body string
	// Personalisation holds strings, numbers as they were written, booleans, []any and map[string]any. In place of a file
	// is its link.
	Personalisation map[string]any
	// Files are in the order of the personalisation, which package notify sorts alphabetically.
	Files []File
	// Postage is empty except for letters.
	Postage   string
	CreatedAt time.Time
	// SentAt and CompletedAt are zero until they happen. Letters of test keys are never sent.
	SentAt, CompletedAt time.Time
	// Unsubscribed says that somebody followed the link to unsubscribe.
	Unsubscribed bool
}

// File is a file that was sent by email, as the recipient would download it.
type File struct {
	// Placeholder is the key of the personalisation that held the file.
	Placeholder string
	// Filename is empty if none was given.
	Filename string
	// URL is the link in the email.
	URL     string
	Content []byte
}

// view is the message as a test sees it.
func (n *notification) view() Notification {
	v := Notification{
		ID: n.ID.String(), Type: n.kind(), KeyType: n.keyType(), KeyName: n.keyName, Status: n.status(), To: n.to,
		Reference: n.Reference, HasReference: n.Referenced,
		TemplateID: n.template.template.id.String(), TemplateName: n.template.Name, TemplateVersion: n.template.Version,
		Subject: n.subject, Body: n.body, Files: slices.Clone(n.files), Postage: n.postage,
		CreatedAt: wireMicros(n.createdAt()).UTC(), SentAt: wireMicros(n.sentAt).UTC(), Unsubscribed: n.unsubscribed,
	}
	v.Personalisation, _ = goValue(n.personalisation).(map[string]any)
	if n.status().completes() {
		v.CompletedAt = wireMicros(n.changedAt()).UTC()
	}
	return v
}

// goValue turns a parsed value into plain Go types.
func goValue(v any) any {
	switch v := v.(type) {
	case pyjson.Int:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = goValue(v[i])
		}
		return list
	case *pyjson.Object:
		m := make(map[string]any, v.Len())
		for i := range v.Len() {
			m[v.Keys[i]] = goValue(v.At(i))
		}
		return m
	}
	return v
}

// Delivered is a message as it reaches its recipient.
type Delivered struct {
	// Text is what a phone shows, with the service's name before it, or the plain text part of an email. Empty for
	// letters.
	Text string
	// HTML is the body of an email, or of a letter as it is printed, without the document around it. Empty for texts.
	HTML string
	// Preheader is the beginning of an email, as mail programs show it beside the subject.
	Preheader string
	// PDF is a letter.
	PDF []byte
}

// Delivered renders the message with that id for its recipient, whatever its status, and reports whether the message
// exists.
func (svc *Service) Delivered(id string) (Delivered, bool) {
	n := svc.find(id)
	if n == nil {
		return Delivered{}, false
	}
	v, values := n.template, render.NewValues(n.personalisation)
	switch n.kind() {
	case MessageTypeSMS:
		m, _ := render.SMS(v.Body, values, svc.prefix()) // it rendered when it was sent
		return Delivered{Text: m.Delivered()}, true
	case MessageTypeEmail:
		body := v.Body
		if v.HasUnsubscribeLink {
			body += "\n\n---\n\n[Unsubscribe from these emails](" + unsubscribeLink(notifyPages, n.ID) + ")"
		}
		email := render.NewEmail(body, values)
		beginning := email
		if v.HasUnsubscribeLink {
			beginning = render.NewEmail(v.Body, values)
		}
		return Delivered{Text: email.PlainText(), HTML: email.HTML(), Preheader: beginning.Preheader()}, true
	}
	return Delivered{HTML: render.NewLetter(v.Body, values).HTML(), PDF: n.pdf()}, true
}

// find returns a copy of the message with that id, or nil.
func (svc *Service) find(id string) (n *notification) {
	u, _ := ids.Parse(id)
	svc.at(func(st *state) { n = st.messages.find(u) })
	return n
}

// Dashboard returns the messages that the service's team can see: those sent with live and team keys, newest first.
// Messages of test keys never appear.
func (svc *Service) Dashboard() []Notification { return svc.sent(KeyTypeLive, KeyTypeTeam) }

// TestMessages returns the messages sent with test keys, newest first. The real service shows them only through the
// API.
func (svc *Service) TestMessages() []Notification { return svc.sent(KeyTypeTest) }

func (svc *Service) sent(with ...KeyType) (all []Notification) {
	svc.at(func(st *state) {
		for _, t := range with {
			for n := range st.messages.All(t.slot()) {
				all = append(all, n.view())
			}
		}
	})
	slices.SortFunc(all, func(a, b Notification) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return all
}

// Notification returns the message with that id, whatever key it was sent with, and reports whether it exists.
func (svc *Service) Notification(id string) (Notification, bool) {
	n := svc.find(id)
	if n == nil {
		return Notification{}, false
	}
	return n.view(), true
}
