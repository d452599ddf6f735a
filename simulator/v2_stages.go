package simulator

import (
	"errors"
	"strings"

	"github.com/notifykit/notify/internal/pybase64"
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// takeToken checks the rate limit, and takes one token of it.
func (c *call) takeToken() (f *wire.Failure) {
	c.service.at(func(st *state) { f = st.checkRate(c.key.kind) })
	return f
}

// admit checks the rate limit, and then the daily one.
func (c *call) admit(kind MessageType) (f *wire.Failure) {
	c.service.at(func(st *state) {
		if f = st.checkRate(c.key.kind); f == nil {
			f = st.checkDaily(string(kind), c.key.kind)
		}
	})
	return f
}

// form is the body of a send that has passed its schema.
type form struct {
	kind            MessageType
	terms           terms // of the service, when the form was read
	fields          *pyjson.Object
	personalisation *pyjson.Object
	phone           recipient.Phone // of a text
}

// value is a field as it was sent, or nil.
func (m form) value(name string) any {
	v, _ := m.fields.Get(name)
	return v
}

// string is a field that is a string, or empty.
func (m form) string(name string) string { return pyText(m.value(name)) }

// readForm checks a body against its schema, and then whether the service may send this type of message.
func (c *call) readForm(kind MessageType, s schema.Schema, body any) (form, *wire.Failure) {
	found := s.CheckAt(c.service.sim.now(), body)
	switch {
	case found.Err != nil:
		return form{}, wire.Crash(wire.ValueError)
	case found.Wrong != nil:
		return form{}, wire.Invalid(found.Wrong...)
	}
	m := form{kind: kind, terms: c.service.terms(), fields: body.(*pyjson.Object), phone: found.Phone}
	m.personalisation, _ = m.value("personalisation").(*pyjson.Object)
	if !m.terms.may(Permission(kind)) {
		return form{}, wire.PermissionMissing(string(kind))
	}
	return m, nil
}

// destination is where a message goes, and where it comes from.
type destination struct {
	from      string          // the sender as the response shows it
	replyTo   string          // of an email
	to        string          // as it is stored and shown
	phone     recipient.Phone // of a text
	postage   string          // of a letter, if its address decides it
	simulated bool            // a smoke-test recipient: the message is not kept
}

// address finds the sender of a text or an email, and checks that the recipient may be reached.
func (c *call) address(m form) (destination, *wire.Failure) {
	to, f := c.findSender(m)
	if f != nil {
		return to, f
	}
	given, _ := m.recipient()
	to.to = recipient.Clean(given)
	if f := c.checkReach(m, to.to); f != nil {
		return to, f
	}
	if m.kind == MessageTypeEmail {
		to.simulated = recipient.IsSimulatedEmail(to.to)
		return to, nil
	}
	if f := c.checkNumber(m); f != nil {
		return to, f
	}
	to.phone, to.simulated = m.phone, recipient.IsSimulatedPhone(m.phone.E164())
	return to, nil
}

func (c *call) findSender(m form) (to destination, f *wire.Failure) {
	if m.kind == MessageTypeSMS {
		to.from, f = c.service.smsSender(m.string("sms_sender_id"))
	} else {
		to.from, to.replyTo, f = c.service.emailSender(m.string("email_reply_to_id"))
	}
	return to, f
}

// recipient is the recipient as the body has it, and whether it has one.
func (m form) recipient() (string, bool) {
	name := "email_address"
	if m.kind == MessageTypeSMS {
		name = "phone_number"
	}
	v, _ := m.fields.Get(name)
	s, ok := v.(string)
	return s, ok
}

// checkReach refuses recipients that are neither in the team nor on the guest list, if the key or trial mode limits
// sending to those.
func (c *call) checkReach(m form, to string) *wire.Failure {
	refusal := wire.RecipientByTeamKey
	switch {
	case c.key.kind == KeyTypeTeam:
	case c.key.kind == KeyTypeLive && m.terms.trial:
		refusal = wire.RecipientInTrial
	default:
		return nil
	}
	var known bool
	var err error
	c.service.with(func(st *settings) { known, err = st.people.include(to) })
	if err != nil {
		return wire.Crash(wire.ValueError)
	}
	return failIf(!known, refusal)
}

// checkNumber refuses numbers that the service may not text.
func (c *call) checkNumber(m form) (f *wire.Failure) {
	phone := m.phone
	err := phone.Permitted(m.terms.may(PermissionInternationalSMS), m.terms.may(PermissionSMSToUKLandlines))
	switch {
	case errors.Is(err, recipient.NotUKMobile) && phone.International() && !phone.CrownDependency():
		return wire.NumberInternational
	case err != nil:
		return wire.PhoneInvalid(err.Error())
	case phone.Abroad():
		c.service.at(func(st *state) { f = st.checkDaily(channelInternational, c.key.kind) })
	}
	return f
}

// checkMayPost refuses letters if the key or trial mode limits sending to the team.
func (c *call) checkMayPost(m form) *wire.Failure {
	switch {
	case c.key.kind == KeyTypeTeam:
		return wire.LetterByTeamKey
	case c.key.kind == KeyTypeLive && m.terms.trial:
		return wire.LetterInTrial
	}
	return nil
}

// addressLetter reads the address of a letter from its personalisation.
func addressLetter(m form) (destination, *wire.Failure) {
	address, err := recipient.ParseAddress(recipient.AddressFrom(m.personalisation))
	switch {
	case errors.Is(err, text.ErrDecomposition):
		return destination{}, wire.Crash(wire.ValueError)
	case err != nil:
		return destination{}, wire.Crash(wire.IndexError)
	}
	if err := address.Check(m.terms.may(PermissionInternationalLetters)); err != nil {
		return destination{}, wire.Invalid(err.Error())
	}
	return destination{to: strings.Join(address.Lines, "\n"), postage: address.Postage()}, nil
}

// decodePDF decodes the content of a precompiled letter. A faulty PDF shows later, in the letter's status.
func (m form) decodePDF() ([]byte, *wire.Failure) {
	content, err := pybase64.Decode(m.string("content"))
	if err != nil {
		return nil, wire.LetterNotBase64
	}
	return content, nil
}

func failIf(condition bool, f *wire.Failure) *wire.Failure {
	if condition {
		return f
	}
	return nil
}
