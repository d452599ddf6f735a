package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// storedMessage is a message at rest: what kind it is, and the body of its request.
type storedMessage struct {
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// The kinds of stored message.
const (
	storedSMS         = "sms"
	storedEmail       = "email"
	storedLetter      = "letter"
	storedPrecompiled = "precompiled"
)

// MarshalMessage writes a message as JSON, for a program that stores it and sends it later, such as an outbox.
// [UnmarshalMessage] reads it. Files and PDFs are read to their end and stored whole, which makes them a third larger.
//
// The error matches [ErrInvalidRequest] if no client would send the message. Whether its recipient will do is checked
// when it is sent, because that depends on the key. The JSON holds personal data.
func MarshalMessage(m Message) ([]byte, error) {
	if m == nil || isNil(m) {
		return nil, refuse(nil, "the message is nil")
	}
	body, err := m.compose(&Client{})
	if err != nil {
		return nil, err
	}
	kind := ""
	switch m.operation().name { // not the Go type, which may be the program's own with one of ours in it
	case opSendSMS.name:
		kind = storedSMS
	case opSendEmail.name:
		kind = storedEmail
	case opSendLetter.name:
		kind = storedLetter
	case opSendPrecompiled.name:
		kind = storedPrecompiled
	}
	dst := append(make([]byte, 0, len(body)+32), `{"kind":"`+kind+`","body":`...)
	return append(append(dst, body...), '}'), nil
}

// errStored quotes nothing: what is stored is personal data.
var errStored = errors.New("notify: what is stored is not a message of MarshalMessage")

// UnmarshalMessage reads what [MarshalMessage] wrote: an [SMS], an [Email], a [Letter] or a [PrecompiledLetter]. It
// asks for the same as the message before, in the words of the request: lines of an address are in the personalisation,
// numbers are [json.Number], lists are []any. Files hold bytes and can be sent any number of times; the PDF of a
// precompiled letter can be read once.
func UnmarshalMessage(data []byte) (Message, error) {
	var s storedMessage
	var b struct {
		PhoneNumber     string                     `json:"phone_number"`
		EmailAddress    string                     `json:"email_address"`
		TemplateID      string                     `json:"template_id"`
		Reference       string                     `json:"reference"`
		SenderID        string                     `json:"sms_sender_id"`
		ReplyToID       string                     `json:"email_reply_to_id"`
		UnsubscribeURL  string                     `json:"one_click_unsubscribe_url"`
		Sanitise        []string                   `json:"sanitise_content_for"`
		Personalisation map[string]json.RawMessage `json:"personalisation"`
		Content         []byte                     `json:"content"`
		Postage         Postage                    `json:"postage"`
	}
	if json.Unmarshal(data, &s) != nil || json.Unmarshal(s.Body, &b) != nil {
		return nil, errStored
	}
	values, err := storedPersonalisation(b.Personalisation)
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case storedSMS:
		return SMS{
			PhoneNumber: b.PhoneNumber, TemplateID: b.TemplateID, Personalisation: values,
			Reference: b.Reference, SenderID: b.SenderID,
		}, nil
	case storedEmail:
		return Email{
			EmailAddress: b.EmailAddress, TemplateID: b.TemplateID, Personalisation: values, Reference: b.Reference,
			ReplyToID: b.ReplyToID, OneClickUnsubscribeURL: b.UnsubscribeURL, SanitiseContentFor: b.Sanitise,
		}, nil
	case storedLetter:
		return Letter{TemplateID: b.TemplateID, Personalisation: values, Reference: b.Reference}, nil
	case storedPrecompiled:
		return PrecompiledLetter{Reference: b.Reference, Content: bytes.NewReader(b.Content), Postage: b.Postage}, nil
	}
	return nil, errStored
}

func storedPersonalisation(raw map[string]json.RawMessage) (Personalisation, error) {
	if raw == nil {
		return nil, nil //nolint:nilnil // a message without personalisation has none
	}
	p := make(Personalisation, len(raw))
	for name, value := range raw {
		if bytes.HasPrefix(value, []byte("{")) {
			f, err := storedFile(value)
			if err != nil {
				return nil, err
			}
			p[name] = f
			continue
		}
		d := json.NewDecoder(bytes.NewReader(value))
		d.UseNumber() // a float64 would not print as it was given
		var v any
		_ = d.Decode(&v) // which is valid, as all of it was read before
		p[name] = v
	}
	return p, nil
}

func storedFile(value json.RawMessage) (File, error) {
	var f struct {
		File      []byte `json:"file"`
		Filename  string `json:"filename"`
		Retention string `json:"retention_period"`
		Confirm   *bool  `json:"confirm_email_before_download"`
	}
	if json.Unmarshal(value, &f) != nil {
		return File{}, errStored
	}
	file := FileFromBytes(f.Filename, f.File)
	file.ConfirmEmail = f.Confirm
	if weeks, ok := strings.CutSuffix(f.Retention, " weeks"); ok {
		n, err := strconv.Atoi(weeks)
		if err != nil {
			return File{}, errStored
		}
		file.RetentionWeeks = n
	}
	return file, nil
}
