package notify

import (
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A letter made from a template takes two tokens from the rate limit, as measured on the real service.
var (
	opSendSMS = operation{
		name: "SendSMS", method: http.MethodPost, route: "/v2/notifications/sms",
		sends: true, tokens: 1, most: mostOfShort,
	}
	opSendEmail = operation{
		name: "SendEmail", method: http.MethodPost, route: "/v2/notifications/email",
		sends: true, tokens: 1, most: mostOfMessage,
	}
	opSendLetter = operation{
		name: "SendLetter", method: http.MethodPost, route: "/v2/notifications/letter",
		sends: true, tokens: 2, most: mostOfMessage,
	}
	opSendPrecompiled = operation{
		name: "SendPrecompiledLetter", method: http.MethodPost, route: "/v2/notifications/letter",
		sends: true, tokens: 1, most: mostOfShort,
	}
)

// An SMS is a text message to be sent.
type SMS struct {
	PhoneNumber     string // in any usual spelling, UK or international
	TemplateID      string
	Personalisation Personalisation
	Reference       string // yours, up to 1,000 characters; need not be unique, but see SafeToRetry
	SenderID        string // one of the service's text message senders; defaults to the service's default
}

// An Email is an email to be sent.
type Email struct {
	EmailAddress    string
	TemplateID      string
	Personalisation Personalisation // may hold Files
	Reference       string          // yours, up to 1,000 characters; need not be unique, but see SafeToRetry
	ReplyToID       string          // one of the service's reply-to addresses; defaults to the service's default

	// OneClickUnsubscribeURL is an https URL to which mail programs POST when the recipient unsubscribes.
	OneClickUnsubscribeURL string
	// SanitiseContentFor names the placeholders whose values come from strangers: URLs and Markdown in them are disarmed.
	SanitiseContentFor []string
}

// A Letter is a letter made from a template.
type Letter struct {
	// Address is the recipient's name and address, 3 to 7 lines, the last of them a UK postcode or a country. It may be
	// left empty if Personalisation holds address_line_1 and so on.
	Address         []string
	TemplateID      string
	Personalisation Personalisation
	Reference       string // yours, up to 1,000 characters; need not be unique, but see SafeToRetry
}

// A PrecompiledLetter is a letter that is a PDF already, to Notify's specification.
type PrecompiledLetter struct {
	Reference string    // required; shown to the team on Notify's web pages
	Content   io.Reader // the PDF, up to MaxLetterBytes; read once
	Postage   Postage   // first, second or economy; defaults to second
}

// A Message is what [Client.Send] sends: an [SMS], an [Email], a [Letter] or a [PrecompiledLetter].
type Message interface {
	// Type is the channel.
	Type() NotificationType

	operation() operation
	compose(c *Client) (body []byte, err error)
	asked() asked
	recipient() string
}

// Type is [NotificationTypeSMS].
func (SMS) Type() NotificationType { return NotificationTypeSMS }

// Type is [NotificationTypeEmail].
func (Email) Type() NotificationType { return NotificationTypeEmail }

// Type is [NotificationTypeLetter].
func (Letter) Type() NotificationType { return NotificationTypeLetter }

// Type is [NotificationTypeLetter].
func (PrecompiledLetter) Type() NotificationType { return NotificationTypeLetter }

func (SMS) operation() operation               { return opSendSMS }
func (Email) operation() operation             { return opSendEmail }
func (Letter) operation() operation            { return opSendLetter }
func (PrecompiledLetter) operation() operation { return opSendPrecompiled }

func (m SMS) asked() asked               { return asked{m.Reference, m.TemplateID} }
func (m Email) asked() asked             { return asked{m.Reference, m.TemplateID} }
func (m Letter) asked() asked            { return asked{m.Reference, m.TemplateID} }
func (m PrecompiledLetter) asked() asked { return asked{reference: m.Reference} }

func (m SMS) recipient() string             { return m.PhoneNumber }
func (m Email) recipient() string           { return m.EmailAddress }
func (Letter) recipient() string            { return "" }
func (PrecompiledLetter) recipient() string { return "" }

// compose checks a message and writes the body of its request.
func (m SMS) compose(c *Client) ([]byte, error) {
	if err := c.guardPhone(m.PhoneNumber); err != nil {
		return nil, err
	}
	o := newObject()
	o.field("phone_number", m.PhoneNumber)
	o.field("template_id", m.TemplateID)
	if m.Personalisation != nil {
		o.personalisation(m.Personalisation)
	}
	o.optional("reference", m.Reference)
	o.optional("sms_sender_id", m.SenderID)
	return o.end()
}

func (m Email) compose(c *Client) ([]byte, error) {
	if err := c.guardEmail(m.EmailAddress); err != nil {
		return nil, err
	}
	o := newObject()
	o.field("email_address", m.EmailAddress)
	o.field("template_id", m.TemplateID)
	if m.Personalisation != nil {
		o.personalisation(m.Personalisation)
	}
	o.optional("reference", m.Reference)
	o.optional("email_reply_to_id", m.ReplyToID)
	o.optional("one_click_unsubscribe_url", m.OneClickUnsubscribeURL)
	if len(m.SanitiseContentFor) > 0 {
		o.name("sanitise_content_for")
		o.append(appendValue(o.buf, m.SanitiseContentFor, true))
	}
	return o.end()
}

func (m Letter) compose(*Client) ([]byte, error) {
	values, err := withAddress(m.Address, m.Personalisation)
	if err != nil {
		return nil, err
	}
	o := newObject()
	o.field("template_id", m.TemplateID)
	o.personalisation(values)
	o.optional("reference", m.Reference)
	return o.end()
}

func (m PrecompiledLetter) compose(*Client) ([]byte, error) {
	switch {
	case m.Reference == "":
		return nil, refuse(nil, "a precompiled letter needs a reference")
	case m.Content == nil:
		return nil, refuse(nil, "a precompiled letter needs content")
	}
	o := newObject()
	o.field("reference", m.Reference)
	o.optional("postage", string(m.Postage))
	o.name("content")
	buf, err := appendBase64(append(o.buf, '"'), m.Content, MaxLetterBytes, "PDF")
	o.append(append(buf, '"'), err)
	return o.end()
}

// withAddress adds the lines of an address to a copy of the personalisation. Notify drops empty lines and joins the
// rest, so that the numbered names do for any address and the one called postcode isn't needed.
func withAddress(lines []string, p Personalisation) (Personalisation, error) {
	if len(lines) > 7 {
		return nil, refuse(nil, "an address has at most 7 lines, and this one "+strconv.Itoa(len(lines)))
	}
	if len(lines) == 0 {
		return p, nil
	}
	values := make(Personalisation, len(p)+len(lines))
	for name, value := range p {
		if isAddressName(name) {
			return nil, refuse(nil, "the address is given twice: in Address, and in Personalisation as "+strconv.Quote(name))
		}
		values[name] = value
	}
	for i, line := range lines {
		values["address_line_"+strconv.Itoa(i+1)] = line
	}
	return values, nil
}

// isAddressName compares as Notify compares names of placeholders.
func isAddressName(name string) bool {
	plain := plainName(name)
	if plain == "postcode" {
		return true
	}
	n, ok := strings.CutPrefix(plain, "addressline")
	return ok && len(n) == 1 && n[0] >= '1' && n[0] <= '7'
}
