package simulator

import "github.com/notifykit/notify/internal/render"

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
