package simulator

import (
	"errors"
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/document"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// The steps of a send, in the order in which most kinds of message take them.

func withinRate(d *draft) *wire.Failure { return d.service.checkRate(d.key, d.now) }

func withinDaily(d *draft) *wire.Failure { return d.service.checkDaily(string(d.kind), d.key, d.now) }

func parsedBody(d *draft) (f *wire.Failure) {
	d.parsed, f = parseJSON(d.body)
	return f
}

func wellFormed(d *draft) *wire.Failure {
	s := schema.Letter
	switch {
	case d.kind == SMS:
		s = schema.SMS
	case d.kind == Email:
		s = schema.Email
	case d.precompiled:
		s = schema.PrecompiledLetter
	}
	found := s.CheckAt(d.now, d.parsed)
	switch {
	case found.Err != nil:
		return wire.Crash(wire.ValueError)
	case found.Wrong != nil:
		return wire.Invalid(found.Wrong...)
	}
	d.fields, d.phone = d.parsed.(*pyjson.Object), found.Phone
	given, _ := d.fields.Get("personalisation")
	d.personalisation, _ = given.(*pyjson.Object)
	return nil
}

func permitted(d *draft) *wire.Failure {
	if !d.service.may(Permission(d.kind)) {
		return wire.PermissionMissing(string(d.kind))
	}
	return nil
}

// sanitised makes the values of sanitise_content_for harmless. A value or a name that is no text crashes the real
// service.
func sanitised(d *draft) *wire.Failure {
	if d.kind != Email {
		return nil
	}
	d.sanitised = &pyjson.Object{}
	listed, _ := d.fields.Get("sanitise_content_for")
	names, _ := listed.([]any)
	if len(names) == 0 || d.personalisation.Len() == 0 {
		return nil
	}
	wanted := map[string]bool{}
	for _, n := range names {
		name, ok := n.(string)
		if !ok && n != nil {
			return wire.Crash(wire.TypeError)
		}
		if ok {
			wanted[render.Key(name)] = true
		}
	}
	clean := d.personalisation.Clone()
	for i, key := range d.personalisation.Keys {
		if !wanted[render.Key(key)] {
			continue
		}
		value, ok := d.personalisation.At(i).(string)
		if !ok {
			return wire.Crash(wire.TypeError)
		}
		if safe := render.Sanitise(value); safe != value {
			clean.Set(key, safe)
			d.sanitised.Set(key, pyjson.Members{{Key: "sanitised", Value: safe}, {Key: "unsanitised", Value: value}})
		}
	}
	d.personalisation = clean
	return nil
}

func knownTemplate(d *draft) *wire.Failure {
	id, _ := d.fields.Get("template_id")
	t, f := d.service.findTemplate(id.(string))
	switch {
	case f != nil:
		return f
	case t == nil:
		return wire.TemplateNotFound
	case t.kind != d.kind:
		return wire.TemplateTypeWrong(string(t.kind), string(d.kind))
	case t.archived:
		return wire.TemplateDeleted
	}
	d.template = t.current()
	d.values = render.NewValues(d.personalisation)
	return nil
}

// scannable refuses letters with a QR code that holds too much.
func scannable(d *draft) *wire.Failure {
	if data, size, tooLong := render.QRTooLong(d.template.content, d.values); tooLong {
		return wire.QRCodeTooLong(data, size)
	}
	return nil
}

func complete(d *draft) *wire.Failure {
	if missing := render.Missing(d.template.sendPlaceholders, d.values); len(missing) > 0 {
		return wire.PersonalisationMissing(strings.Join(missing, ", "))
	}
	return nil
}

func notEmpty(d *draft) (f *wire.Failure) {
	if d.text, f = rendering(d.template, d.values); f != nil {
		return f
	}
	return failIf(render.IsEmpty(d.template.content, d.text.body), wire.MessageEmpty)
}

// fileKeys are the names of the values that are files: objects with a key "file".
func (d *draft) fileKeys() []string {
	var keys []string
	for i := range d.personalisation.Len() {
		if o, ok := d.personalisation.At(i).(*pyjson.Object); ok && o.Has("file") {
			keys = append(keys, d.personalisation.Keys[i])
		}
	}
	return keys
}

func withoutFiles(d *draft) *wire.Failure {
	return failIf(d.kind != Email && len(d.fileKeys()) > 0, wire.FileNotByEmail)
}

func knownSender(d *draft) (f *wire.Failure) {
	if d.kind == SMS {
		id, _ := d.fields.Get("sms_sender_id")
		d.from, f = d.service.smsSender(pyText(id))
		return f
	}
	id, _ := d.fields.Get("email_reply_to_id")
	_, f = d.service.findSender(d.service.replyTos, "email_reply_to_id", pyText(id))
	d.from = d.service.emailFrom + "@notifications.service.gov.uk"
	return f
}

func pyText(v any) string {
	s, _ := v.(string)
	return s
}

// given is the recipient as it was sent, if it is a text.
func (d *draft) given(fields *pyjson.Object) (string, bool) {
	name := "email_address"
	if d.kind == SMS {
		name = "phone_number"
	}
	v, _ := fields.Get(name)
	s, ok := v.(string)
	return s, ok
}

// reachable refuses recipients that are neither in the team nor on the guest list, where only those may be sent to.
func reachable(d *draft) *wire.Failure {
	given, _ := d.given(d.fields)
	d.to = recipient.Clean(given)
	refusal := wire.RecipientByTeamKey
	switch {
	case d.key.kind == KeyTypeTeam:
	case d.key.kind == KeyTypeLive && d.service.inTrial():
		refusal = wire.RecipientInTrial
	default:
		return nil
	}
	ok, f := d.service.mayReach(d.to)
	if f == nil && !ok {
		return refusal
	}
	return f
}

// dialable refuses numbers the service may not text, and finds out what the number means for the price.
func dialable(d *draft) *wire.Failure {
	if d.kind == Email {
		d.simulated = recipient.IsSimulatedEmail(d.to)
		return nil
	}
	phone := d.phone
	switch err := phone.Permitted(d.service.may(PermissionInternationalSMS), d.service.may(PermissionSMSToUKLandlines)); {
	case errors.Is(err, recipient.NotUKMobile) && phone.International() && !phone.CrownDependency():
		return wire.NumberInternational
	case err != nil:
		return wire.PhoneInvalid(err.Error())
	}
	d.simulated = recipient.IsSimulatedPhone(phone.E164())
	if phone.Abroad() {
		return d.service.checkDaily(channelInternational, d.key, d.now)
	}
	return nil
}

// withinSize refuses texts of more than 918 characters, and emails of more than 2,000,000 bytes.
func withinSize(d *draft) *wire.Failure {
	if d.kind == SMS {
		if n := render.SMSLength(d.text.body); n > render.MaxSMSLength {
			return wire.SMSTooLong(n)
		}
		return nil
	}
	if n := len(d.text.body); n > render.MaxEmailBytes {
		return wire.EmailTooLong(n)
	}
	return nil
}

func mayPost(d *draft) *wire.Failure {
	switch {
	case d.key.kind == KeyTypeTeam:
		return wire.LetterByTeamKey
	case d.key.kind == KeyTypeLive && d.service.inTrial():
		return wire.LetterInTrial
	}
	return nil
}

func addressed(d *draft) *wire.Failure {
	address, err := recipient.ParseAddress(recipient.AddressFrom(d.personalisation))
	switch {
	case errors.Is(err, text.ErrDecomposition):
		return wire.Crash(wire.ValueError)
	case err != nil:
		return wire.Crash(wire.IndexError)
	}
	if err := address.Check(d.service.may(PermissionInternationalLetters)); err != nil {
		return wire.Invalid(err.Error())
	}
	d.address, d.to = address, strings.Join(address.Lines, "\n")
	return nil
}

// uploaded decodes a precompiled letter. What is wrong with the PDF shows later, in the letter's status.
func uploaded(d *draft) *wire.Failure {
	content, err := document.Decode(pyText(d.field("content")))
	if err != nil {
		return wire.LetterNotBase64
	}
	d.upload, d.template = content, d.service.hiddenTemplate()
	d.to, d.text.subject = "Provided as PDF", d.template.Subject
	return nil
}

// storable refuses text that the real service's database can't take.
func storable(d *draft) *wire.Failure {
	if d.simulated {
		return nil
	}
	reference := pyText(d.field("reference"))
	switch {
	case strings.ContainsRune(reference, 0):
		return wire.Crash(wire.ValueError)
	case holdsSurrogate(reference), holdsSurrogate(d.personalisation):
		return wire.Crash(wire.UnicodeEncodeError)
	}
	return nil
}

func holdsSurrogate(v any) bool {
	switch v := v.(type) {
	case string:
		return text.HasSurrogate(v)
	case []any:
		return slices.ContainsFunc(v, holdsSurrogate)
	case *pyjson.Object:
		for i := range v.Len() {
			if text.HasSurrogate(v.Keys[i]) || holdsSurrogate(v.At(i)) {
				return true
			}
		}
	}
	return false
}
