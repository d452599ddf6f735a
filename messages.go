package notify

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A letter made from a template takes two tokens from the rate limit, as measured on the real service.
var (
	opSendSMS = operation{
		method: http.MethodPost, route: "/v2/notifications/sms",
		sends: true, tokens: 1, most: mostOfShort,
	}
	opSendEmail = operation{
		method: http.MethodPost, route: "/v2/notifications/email",
		sends: true, tokens: 1, most: mostOfMessage,
	}
	opSendLetter = operation{
		method: http.MethodPost, route: "/v2/notifications/letter",
		sends: true, tokens: 2, most: mostOfMessage,
	}
	opSendPrecompiled = operation{
		method: http.MethodPost, route: "/v2/notifications/letter",
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

// A TemplateRef says which version of which template made a message.
type TemplateRef struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	URI     string `json:"uri"`
}

// A SentSMS is Notify's answer to an accepted text message.
type SentSMS struct {
	ID           string      `json:"id"`
	Reference    string      `json:"reference"`
	URI          string      `json:"uri"`
	Template     TemplateRef `json:"template"`
	ScheduledFor time.Time   `json:"scheduled_for,omitzero"` // zero: Notify sends at once
	Content      SMSContent  `json:"content"`
}

func (s *SentSMS) wireForm() any {
	type plain SentSMS
	return &struct {
		*plain
		ScheduledFor timeInto `json:"scheduled_for"`
	}{(*plain)(s), timeInto{&s.ScheduledFor}}
}

// An SMSContent is what is sent, without the service name that may precede it.
type SMSContent struct {
	Body       string `json:"body"`
	FromNumber string `json:"from_number"`
}

// A SentEmail is Notify's answer to an accepted email.
type SentEmail struct {
	ID           string       `json:"id"`
	Reference    string       `json:"reference"`
	URI          string       `json:"uri"`
	Template     TemplateRef  `json:"template"`
	ScheduledFor time.Time    `json:"scheduled_for,omitzero"` // zero: Notify sends at once
	Content      EmailContent `json:"content"`
	// Sanitised has the values that SanitiseContentFor changed, by their names in the personalisation.
	Sanitised map[string]Sanitised `json:"sanitised_content"`
}

func (s *SentEmail) wireForm() any {
	type plain SentEmail
	return &struct {
		*plain
		ScheduledFor timeInto `json:"scheduled_for"`
	}{(*plain)(s), timeInto{&s.ScheduledFor}}
}

// An EmailContent is what is sent, as Markdown.
type EmailContent struct {
	Subject                string `json:"subject"`
	Body                   string `json:"body"`
	FromEmail              string `json:"from_email"`
	OneClickUnsubscribeURL string `json:"one_click_unsubscribe_url"`
}

// A Sanitised is a value before and after it was disarmed.
type Sanitised struct {
	Sanitised   string `json:"sanitised"`
	Unsanitised string `json:"unsanitised"`
}

// A SentLetter is Notify's answer to an accepted letter.
type SentLetter struct {
	ID           string        `json:"id"`
	Reference    string        `json:"reference"`
	URI          string        `json:"uri"`
	Template     TemplateRef   `json:"template"`
	ScheduledFor time.Time     `json:"scheduled_for,omitzero"` // zero: Notify sends at once
	Content      LetterContent `json:"content"`
}

func (s *SentLetter) wireForm() any {
	type plain SentLetter
	return &struct {
		*plain
		ScheduledFor timeInto `json:"scheduled_for"`
	}{(*plain)(s), timeInto{&s.ScheduledFor}}
}

// A LetterContent is what is printed, as Markdown.
type LetterContent struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// A SentPrecompiledLetter is Notify's answer to a PDF it took. Whether it is a usable one shows later, in the status.
type SentPrecompiledLetter struct {
	ID        string  `json:"id"`
	Reference string  `json:"reference"`
	Postage   Postage `json:"postage"` // may later turn out to be europe or rest-of-world
}

// SendSMS sends a text message. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-text-message
func (c *Client) SendSMS(ctx context.Context, m SMS) (*SentSMS, error) {
	if err := c.checkReady(ctx, opSendSMS); err != nil {
		return nil, err
	}
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
	body, err := o.end()
	if err != nil {
		return nil, err
	}
	want := asked{m.Reference, m.TemplateID}
	lacks := func(s *SentSMS) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return get(ctx, c, opSendSMS.request("", body), SentSMS{}, lacks)
}

// SendEmail sends an email, with files if the personalisation holds any. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-an-email
func (c *Client) SendEmail(ctx context.Context, m Email) (*SentEmail, error) {
	if err := c.checkReady(ctx, opSendEmail); err != nil {
		return nil, err
	}
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
	body, err := o.end()
	if err != nil {
		return nil, err
	}
	want := asked{m.Reference, m.TemplateID}
	lacks := func(s *SentEmail) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return get(ctx, c, opSendEmail.request("", body), SentEmail{}, lacks)
}

// SendLetter sends a letter made from a template. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-letter
func (c *Client) SendLetter(ctx context.Context, m Letter) (*SentLetter, error) {
	if err := c.checkReady(ctx, opSendLetter); err != nil {
		return nil, err
	}
	values, err := withAddress(m.Address, m.Personalisation)
	if err != nil {
		return nil, err
	}
	o := newObject()
	o.field("template_id", m.TemplateID)
	o.personalisation(values)
	o.optional("reference", m.Reference)
	body, err := o.end()
	if err != nil {
		return nil, err
	}
	want := asked{m.Reference, m.TemplateID}
	lacks := func(s *SentLetter) string { return want.lacks(s.ID, s.Reference, s.Template) }
	return get(ctx, c, opSendLetter.request("", body), SentLetter{}, lacks)
}

// SendPrecompiledLetter sends a PDF as a letter. Notify checks it after accepting it: [Client.WaitForNotification] or
// [Client.Notification] tell whether it passed. See [SafeToRetry] for what a failure means.
//
// https://docs.notifications.service.gov.uk/rest-api.html#send-a-precompiled-letter
func (c *Client) SendPrecompiledLetter(ctx context.Context, m PrecompiledLetter) (*SentPrecompiledLetter, error) {
	if err := c.checkReady(ctx, opSendPrecompiled); err != nil {
		return nil, err
	}
	if m.Reference == "" {
		return nil, refuse(nil, "a precompiled letter needs a reference")
	}
	if m.Content == nil {
		return nil, refuse(nil, "a precompiled letter needs content")
	}
	o := newObject()
	o.field("reference", m.Reference)
	o.optional("postage", string(m.Postage))
	o.name("content")
	buf, err := appendBase64(append(o.buf, '"'), m.Content, MaxLetterBytes, "PDF")
	o.append(append(buf, '"'), err)
	body, err := o.end()
	if err != nil {
		return nil, err
	}
	want := asked{reference: m.Reference}
	lacks := func(s *SentPrecompiledLetter) string { return want.lacks(s.ID, s.Reference, TemplateRef{}) }
	return get(ctx, c, opSendPrecompiled.request("", body), SentPrecompiledLetter{}, lacks)
}

// asked is what ties the answer to a send to its message. Without it, a peer that answers twice or a proxy that mixes
// up its connections could report one message as another.
type asked struct{ reference, template string }

func (a asked) lacks(id, reference string, template TemplateRef) string {
	switch {
	case reference != asSent(a.reference):
		return "the reference that was sent"
	case isUUID(a.template) && isUUID(template.ID) && !strings.EqualFold(a.template, template.ID):
		return "the template that was asked for" // without a reference, all there is to go by
	}
	return lacksID(id)
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
