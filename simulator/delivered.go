package simulator

import (
	"bytes"

	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/findings"
)

// Delivered is a message as it reaches its recipient.
type Delivered struct {
	// Text is what a phone shows, with the service's name before it, or the plain text part of an email. Empty for
	// letters.
	Text string
	// HTML is the body of an email, or of a letter as it is printed, without the document around it. Empty for texts.
	HTML string
	// Document is the HTML of an email as a mail program gets it: a complete page, with Preheader and HTML in it. Around
	// them Notify draws a banner, or the service's brand. That frame is not reproduced: here it is a plain one, with the
	// same width. Empty except for emails.
	Document string
	// Preheader is the beginning of an email, as mail programs show it beside the subject.
	Preheader string
	// Headers are those of an email that a mail program shows, or that make it offer to unsubscribe: From, To, Reply-To,
	// Subject, List-Unsubscribe and List-Unsubscribe-Post. One that is not sent is missing. They are as people read them,
	// without the encoding of a header.
	Headers map[string]string
	// PDF is a letter.
	PDF []byte
	// Characters is the length of a text message that Notify compares with its limit of 918: without the service's name.
	Characters int
	// Replaced are the characters of a text message, each once, that phones can't show and that arrive as others.
	Replaced []Replacement
}

// Replacement is a character that a text message does not have, and what arrives in its place: a similar one, several,
// a question mark or nothing.
type Replacement struct{ From, To string }

// Delivered renders the message with that id for its recipient, whatever its status, and reports whether the message
// exists.
func (svc *Service) Delivered(id string) (Delivered, bool) {
	n := svc.find(id)
	if n == nil {
		return Delivered{}, false
	}
	return svc.deliver(n), true
}

func (svc *Service) deliver(n *notification) Delivered {
	v, values := n.template, render.NewValues(n.personalisation)
	switch n.kind() {
	case MessageTypeSMS:
		m, _ := render.SMS(v.Body, values, svc.prefix()) // it rendered when it was sent
		d := Delivered{Text: m.Delivered(), Characters: m.Length()}
		for _, r := range m.Replaced() {
			d.Replaced = append(d.Replaced, Replacement(r))
		}
		return d
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
		d := Delivered{Text: email.PlainText(), HTML: email.HTML(), Preheader: beginning.Preheader()}
		d.Document = page(render.SubjectHTML(v.Subject, values), d)
		d.Headers = svc.headers(n)
		return d
	}
	return Delivered{HTML: render.NewLetter(v.Body, values).HTML(), PDF: bytes.Clone(n.pdf())}
}

// deliveredSMS is a text message as a phone shows it.
func (svc *Service) deliveredSMS(n *notification) string {
	m, _ := render.SMS(n.template.Body, render.NewValues(n.personalisation), svc.prefix()) // it rendered when it was sent
	return m.Delivered()
}

// page puts the HTML of an email into a page. Its title is the subject, in HTML. The preheader is hidden, and has an
// ellipsis whatever its length, as on the real service.
func page(title string, d Delivered) string {
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>` + title + `</title>
</head>
<body style="font-family: Helvetica, Arial, sans-serif; margin: 0; color: #0B0C0C;">
<span style="display: none;font-size: 1px;color: #fff; max-height: 0;" hidden>` + d.Preheader + `…</span>
<table role="presentation" align="center" cellpadding="0" cellspacing="0" style="max-width: 580px; width: 100%;">
<tr><td style="font-family: Helvetica, Arial, sans-serif; padding: 20px;">
` + d.HTML + `
</td></tr>
</table>
</body>
</html>
`
}

// notifyAPI is where mail programs unsubscribe people from emails of the real service.
const notifyAPI = "https://api.notifications.service.gov.uk"

func (svc *Service) headers(n *notification) map[string]string {
	h := map[string]string{"From": svc.Name() + " <" + n.from + ">", "To": n.to, "Subject": n.subject}
	if n.replyTo != "" {
		h["Reply-To"] = n.replyTo
	}
	if link, ok := n.unsubscribeURL(notifyAPI).(string); ok {
		h["List-Unsubscribe"] = "<" + link + ">"
		h["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
	}
	return h
}

// Links returns the links in an email or a text message, in order, each once. In an email they are the web addresses
// that its HTML leads to, the one to unsubscribe at the end included. In a text message they are everything from
// http:// or https:// to the next white space, quotation mark or angle bracket, without the punctuation at the end; a
// name without a scheme, such as gov.uk/pay, is no link. Letters have none.
func (d Delivered) Links() []string {
	if d.HTML != "" {
		return findings.InHTML(d.HTML)
	}
	return findings.InText(d.Text)
}

// Code returns the code in an email or a text message, such as one for signing in, and reports whether there is one. It
// is the first group that the text calls a code, or else the first number that is nothing else; in an email whose text
// has none, the subject is searched in the same way.
//
// A group is 4 to 8 digits on their own. One space or hyphen may be in their middle, and is left out of the result:
// 4821, 482913, 482 913 and 4829-1377, but neither 1,234 nor B-4711 nor 10:30. The text calls a group a code if before
// it, in the same sentence, is the word code, passcode, PIN, OTP or password: directly before it, or among eight words
// of which the last is "is" or ends with a colon. Such a group may also have capital letters beside its digits, and a
// hyphen, which stays: K7X2QP, ABCD-1234.
//
// A number is something else if it is part of a link, an amount (with a currency sign before it, or a unit of time or
// money after it), a year, a telephone number, where to text something to, or a reference. For these, the three words
// before it are looked at: call, phone, reference, order, account, ending and others like them, all in English.
func (d Delivered) Code() (code string, found bool) {
	if code, found = findings.Code(d.Text); found {
		return code, true
	}
	return findings.Code(d.Headers["Subject"])
}
