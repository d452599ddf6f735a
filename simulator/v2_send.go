package simulator

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ledger"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// A send goes through stages, in the order of the real service: admit, read the form, compose, address, attach files,
// accept. Each stage returns what it has found out; the first failure is the response. The stages are in v2_stages.go,
// compose in v2_compose.go, files in v2_files.go.

// postMessage answers POST /v2/notifications/{type}.
func (s *Simulator) postMessage(c *call) (*response, *wire.Failure) {
	kind := MessageType(c.args[0])
	if kind != MessageTypeSMS && kind != MessageTypeEmail {
		if f := c.takeToken(); f != nil {
			return nil, f
		}
		return nil, wire.Crash(wire.KeyError)
	}
	if f := c.admit(kind); f != nil {
		return nil, f
	}
	body, f := parseJSON(c.body)
	if f != nil {
		return nil, f
	}
	answer, f := c.sendMessage(kind, body)
	if f != nil {
		c.noteMalformed(kind, body)
	}
	return answer, f
}

func (c *call) sendMessage(kind MessageType, body any) (*response, *wire.Failure) {
	s := schema.SMS
	if kind == MessageTypeEmail {
		s = schema.Email
	}
	form, f := c.readForm(kind, s, body)
	if f != nil {
		return nil, f
	}
	m, f := c.compose(form)
	if f != nil {
		return nil, f
	}
	to, f := c.address(form)
	if f != nil {
		return nil, f
	}
	if f := c.attachFiles(m, to.simulated); f != nil {
		return nil, f
	}
	if f := m.checkSize(); f != nil {
		return nil, f
	}
	id := c.service.sim.newID(idMessage)
	if !to.simulated {
		if f := m.checkStorable(); f != nil {
			return nil, f
		}
		if f := c.accept(c.notification(id, m, to)); f != nil {
			return nil, f
		}
		c.noteReserved(kind, to)
	}
	return jsonAnswer(201, c.sent(id, m, to)), nil
}

// postLetter answers POST /v2/notifications/letter. A body with content is a precompiled letter. For one without, the
// limits are checked twice, which takes two tokens of the rate limit.
func (s *Simulator) postLetter(c *call) (*response, *wire.Failure) {
	if f := c.admit(MessageTypeLetter); f != nil {
		return nil, f
	}
	body, f := parseJSON(c.body)
	if f != nil {
		return nil, f
	}
	precompiled, f := mentionsContent(body)
	switch {
	case f != nil:
		return nil, f
	case precompiled:
		return c.sendPrecompiled(body)
	}
	return c.sendLetter(body)
}

func (c *call) sendLetter(body any) (*response, *wire.Failure) {
	if f := c.admit(MessageTypeLetter); f != nil {
		return nil, f
	}
	form, f := c.readForm(MessageTypeLetter, schema.Letter, body)
	if f != nil {
		return nil, f
	}
	m, f := c.compose(form)
	if f != nil {
		return nil, f
	}
	if f := c.checkMayPost(form); f != nil {
		return nil, f
	}
	to, f := addressLetter(form)
	if f != nil {
		return nil, f
	}
	if f := m.checkStorable(); f != nil {
		return nil, f
	}
	n := c.notification(c.service.sim.newID(idMessage), m, to)
	n.letter = &letterFile{}
	if n.postage = to.postage; n.postage == "" {
		n.postage = m.template.Postage
	}
	if f := c.accept(n); f != nil {
		return nil, f
	}
	return jsonAnswer(201, c.sent(n.ID, m, to)), nil
}

func (c *call) sendPrecompiled(body any) (*response, *wire.Failure) {
	form, f := c.readForm(MessageTypeLetter, schema.PrecompiledLetter, body)
	if f != nil {
		return nil, f
	}
	if f := c.checkMayPost(form); f != nil {
		return nil, f
	}
	content, f := form.decodePDF()
	if f != nil {
		return nil, f
	}
	m := &composed{form: form}
	m.template = c.service.hiddenTemplate()
	m.text.subject = m.template.Subject
	if f := m.checkStorable(); f != nil {
		return nil, f
	}
	if pause(c.ctx, c.service.sim.currentDelays().precompiled) != nil {
		c.fate.ending = endGivenUp // nothing is accepted
		return nil, callerGone
	}
	n := c.notification(c.service.sim.newID(idMessage), m, destination{to: "Provided as PDF"})
	n.letter, n.postage = newLetterFile(content), form.string("postage")
	if n.postage == "" {
		n.postage = m.template.Postage
	}
	if f := c.accept(n); f != nil {
		return nil, f
	}
	c.accepted = n.ID
	return jsonAnswer(201, pyjson.Members{
		{Key: "id", Value: n.ID.String()}, {Key: "postage", Value: n.postage},
		{Key: "reference", Value: form.value("reference")},
	}), nil
}

// mentionsContent is the Python expression "content" in v.
func mentionsContent(v any) (bool, *wire.Failure) {
	switch v := v.(type) {
	case *pyjson.Object:
		return v.Has("content"), nil
	case string:
		return strings.Contains(v, "content"), nil
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return e == any("content") }), nil
	}
	return false, wire.Crash(wire.TypeError)
}

// notification is the message to be stored.
func (c *call) notification(id uuid.UUID, m *composed, to destination) *notification {
	reference, referenced := m.fields.Get("reference")
	n := &notification{
		Entry: ledger.Entry{
			ID: id, Reference: pyText(reference), Referenced: referenced, Book: c.key.kind.slot(), Kind: m.kind.slot(),
		},
		keyName: c.key.name, template: m.template, to: to.to, from: to.from, replyTo: to.replyTo,
		rendered: m.text, personalisation: m.personalisation,
		unsubscribe: m.string("one_click_unsubscribe_url"), files: m.files, phone: to.phone,
	}
	if m.kind == MessageTypeSMS {
		n.fragments = int32(m.sms.Fragments()) //nolint:gosec // at most a few dozen
	}
	return n
}

// sent is the body of the response to a send.
func (c *call) sent(id uuid.UUID, m *composed, to destination) pyjson.Members {
	c.accepted = id
	t := m.template.template.id.String()
	content := pyjson.Members{{Key: "body", Value: m.text.body}}
	switch m.kind {
	case MessageTypeSMS:
		content = append(content, pyjson.Member{Key: "from_number", Value: to.from})
	case MessageTypeEmail:
		content = append(content,
			pyjson.Member{Key: "from_email", Value: to.from},
			pyjson.Member{Key: "one_click_unsubscribe_url", Value: m.value("one_click_unsubscribe_url")},
			pyjson.Member{Key: "subject", Value: m.text.subject})
	case MessageTypeLetter:
		content = append(content, pyjson.Member{Key: "subject", Value: m.text.subject})
	}
	answer := pyjson.Members{
		{Key: "content", Value: content},
		{Key: "id", Value: id.String()},
		{Key: "reference", Value: m.value("reference")},
	}
	if m.kind == MessageTypeEmail {
		answer = append(answer, pyjson.Member{Key: "sanitised_content", Value: m.sanitised})
	}
	return append(answer,
		pyjson.Member{Key: "scheduled_for", Value: nil},
		pyjson.Member{Key: "template", Value: pyjson.Members{
			{Key: "id", Value: t},
			{Key: "uri", Value: c.base + "/services/" + c.service.ID() + "/templates/" + t},
			{Key: "version", Value: m.template.Version},
		}},
		pyjson.Member{Key: "uri", Value: c.base + "/v2/notifications/" + id.String()})
}

// callerGone is never sent: the caller has given up.
var callerGone = &wire.Failure{Status: 499, Plain: "The request was given up before it was answered."}
