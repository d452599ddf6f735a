package notify

import (
	"strings"
	"time"
)

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

func (s *SentSMS) sentID() string               { return s.ID }
func (s *SentEmail) sentID() string             { return s.ID }
func (s *SentLetter) sentID() string            { return s.ID }
func (s *SentPrecompiledLetter) sentID() string { return s.ID }
func (s *sentMessage) sentID() string           { return s.ID }
