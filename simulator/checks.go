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
)

// The steps of a send, in the order in which most kinds of message take them.

func withinRate(d *draft) *failure { return d.service.checkRate(d.key, d.now) }

func withinDaily(d *draft) *failure { return d.service.checkDaily(string(d.kind), d.key, d.now) }

func parsedBody(d *draft) (f *failure) {
	d.parsed, f = parseJSON(d.body)
	return f
}

func wellFormed(d *draft) *failure {
	s := letterSchema
	switch {
	case d.kind == SMS:
		s = smsSchema
	case d.kind == Email:
		s = emailSchema
	case d.precompiled:
		s = precompiledSchema
	}
	found := &checking{now: d.now}
	errs := s.check(d.parsed, found)
	switch {
	case found.crash != "":
		return crash(found.crash)
	case errs != nil:
		return invalid(errs...)
	}
	d.fields, d.phone = d.parsed.(*pyjson.Object), found.phone
	given, _ := d.fields.Get("personalisation")
	d.personalisation, _ = given.(*pyjson.Object)
	return nil
}

func permitted(d *draft) *failure {
	if !d.service.may(Permission(d.kind)) {
		return noPermission(d.kind)
	}
	return nil
}

// sanitised makes the values of sanitise_content_for harmless. A value or a name that is no text crashes the real
// service.
func sanitised(d *draft) *failure {
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
			return crash(classTypeError)
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
			return crash(classTypeError)
		}
		if safe := render.Sanitise(value); safe != value {
			clean.Set(key, safe)
			d.sanitised.Set(key, pyjson.Members{{Key: "sanitised", Value: safe}, {Key: "unsanitised", Value: value}})
		}
	}
	d.personalisation = clean
	return nil
}

func knownTemplate(d *draft) *failure {
	id, _ := d.fields.Get("template_id")
	t, f := d.service.findTemplate(id.(string))
	switch {
	case f != nil:
		return f
	case t == nil:
		return templateNotFound
	case t.kind != d.kind:
		return wrongTemplateType(t.kind, d.kind)
	case t.archived:
		return templateDeleted
	}
	d.template = t.current()
	d.values = render.NewValues(d.personalisation)
	return nil
}

// scannable refuses letters with a QR code that holds too much.
func scannable(d *draft) *failure {
	if data, size, tooLong := render.NewLetter(d.template.Body, d.values).QRTooLong(); tooLong {
		return qrTooLong(data, size)
	}
	return nil
}

func complete(d *draft) *failure {
	if missing := d.values.Missing(d.template.sendPlaceholders); len(missing) > 0 {
		return missingPersonalisation(strings.Join(missing, ", "))
	}
	return nil
}

func notEmpty(d *draft) (f *failure) {
	if d.text, f = rendering(d.template, d.values); f != nil {
		return f
	}
	return failIf(render.IsEmpty(d.template.content, d.text.body), messageEmpty)
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

func withoutFiles(d *draft) *failure {
	return failIf(d.kind != Email && len(d.fileKeys()) > 0, fileNotByEmail)
}

func knownSender(d *draft) (f *failure) {
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
func reachable(d *draft) *failure {
	given, _ := d.given(d.fields)
	d.to = recipient.Clean(given)
	refusal := teamKeyRecipient
	switch {
	case d.key.kind == KeyTypeTeam:
	case d.key.kind == KeyTypeLive && d.service.inTrial():
		refusal = trialRecipient
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
func dialable(d *draft) *failure {
	if d.kind == Email {
		d.simulated = recipient.IsSimulatedEmail(d.to)
		return nil
	}
	phone := d.phone
	switch err := phone.Permitted(d.service.may(PermissionInternationalSMS), d.service.may(PermissionSMSToUKLandlines)); {
	case errors.Is(err, recipient.NotUKMobile) && phone.International() && !phone.CrownDependency():
		return noInternational
	case err != nil:
		return fail(400, classInvalidPhone, err.Error())
	}
	d.simulated = recipient.IsSimulatedPhone(phone.E164())
	if phone.Abroad() {
		return d.service.checkDaily(channelInternational, d.key, d.now)
	}
	return nil
}

// withinSize refuses texts of more than 918 characters, and emails of more than 2,000,000 bytes.
func withinSize(d *draft) *failure {
	if d.kind == SMS {
		if n := render.SMSLength(d.text.body); n > render.MaxSMSLength {
			return smsTooLong(n)
		}
		return nil
	}
	if n := len(d.text.body); n > render.MaxEmailBytes {
		return emailTooLong(n)
	}
	return nil
}

func mayPost(d *draft) *failure {
	switch {
	case d.key.kind == KeyTypeTeam:
		return teamKeyLetter
	case d.key.kind == KeyTypeLive && d.service.inTrial():
		return trialLetter
	}
	return nil
}

func addressed(d *draft) *failure {
	address, err := recipient.ParseAddress(recipient.AddressFrom(d.personalisation))
	switch {
	case errors.Is(err, text.ErrDecomposition):
		return crash(classValueError)
	case err != nil:
		return crash(classIndexError)
	}
	if err := address.Check(d.service.may(PermissionInternationalLetters)); err != nil {
		return invalid(err.Error())
	}
	d.address, d.to = address, strings.Join(address.Lines, "\n")
	return nil
}

// uploaded decodes a precompiled letter. What is wrong with the PDF shows later, in the letter's status.
func uploaded(d *draft) *failure {
	content, err := document.Decode(pyText(d.field("content")))
	if err != nil {
		return letterNotBase64
	}
	d.upload, d.template = content, d.service.hiddenTemplate()
	d.to, d.text.subject = "Provided as PDF", d.template.Subject
	return nil
}

// storable refuses text that the real service's database can't take.
func storable(d *draft) *failure {
	if d.simulated {
		return nil
	}
	reference := pyText(d.field("reference"))
	switch {
	case strings.ContainsRune(reference, 0):
		return crash(classValueError)
	case holdsSurrogate(reference), holdsSurrogate(d.personalisation):
		return crash(classUnicodeEncode)
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
