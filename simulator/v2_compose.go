package simulator

import (
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// composed is a message with its template filled in.
type composed struct {
	form
	sanitised *pyjson.Object // the values of an email that were made harmless
	template  *templateVersion
	values    render.Values
	text      rendered
	sms       render.TextMessage
	files     []File
}

// composing is the steps of compose, in the order of the real service.
var composing = []func(*composed, *Service) *wire.Failure{
	(*composed).sanitise, (*composed).findTemplate, (*composed).checkQRCode, (*composed).checkComplete,
	(*composed).render, (*composed).checkFiles,
}

// compose finds the template of a message and fills it in.
func (c *call) compose(from form) (*composed, *wire.Failure) {
	m := &composed{form: from}
	for _, step := range composing {
		if f := step(m, c.service); f != nil {
			return nil, f
		}
	}
	return m, nil
}

// sanitise makes the values of sanitise_content_for harmless. A value or a name that is not a string crashes the real
// service.
func (m *composed) sanitise(*Service) *wire.Failure {
	if m.kind != MessageTypeEmail {
		return nil
	}
	m.sanitised = &pyjson.Object{}
	names, _ := m.value("sanitise_content_for").([]any)
	if len(names) == 0 || m.personalisation.Len() == 0 {
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
	clean := m.personalisation.Clone()
	for i, key := range m.personalisation.Keys {
		if !wanted[render.Key(key)] {
			continue
		}
		value, ok := m.personalisation.At(i).(string)
		if !ok {
			return wire.Crash(wire.TypeError)
		}
		if safe := render.Sanitise(value); safe != value {
			clean.Set(key, safe)
			m.sanitised.Set(key, pyjson.Members{{Key: "sanitised", Value: safe}, {Key: "unsanitised", Value: value}})
		}
	}
	m.personalisation = clean
	return nil
}

func (m *composed) findTemplate(svc *Service) *wire.Failure {
	t, f := svc.templateFor(m.string("template_id"), m.kind, m.personalisation)
	switch {
	case f != nil:
		return f
	case t == nil:
		return wire.TemplateNotFound
	case t.kind != m.kind:
		return wire.TemplateTypeWrong(string(t.kind), string(m.kind))
	case t.archived:
		return wire.TemplateDeleted
	}
	m.template = t.current()
	m.values = render.NewValues(m.personalisation)
	return nil
}

// checkQRCode refuses letters with a QR code that holds too much.
func (m *composed) checkQRCode(*Service) *wire.Failure {
	if m.kind != MessageTypeLetter {
		return nil
	}
	if data, size, tooLong := render.NewLetter(m.template.Body, m.values).QRTooLong(); tooLong {
		return wire.QRCodeTooLong(data, size)
	}
	return nil
}

func (m *composed) checkComplete(*Service) *wire.Failure {
	if missing := m.values.Missing(m.template.sendPlaceholders); len(missing) > 0 {
		return wire.PersonalisationMissing(strings.Join(missing, ", "))
	}
	return nil
}

// render fills in the template, and refuses an empty message. A text message is rendered once, here, together with the
// service's name; its body, length and fragments all come from that.
func (m *composed) render(svc *Service) (f *wire.Failure) {
	if m.kind == MessageTypeSMS {
		var err error
		if m.sms, err = render.SMS(m.template.Body, m.values, svc.prefix()); err != nil {
			return wire.Crash(wire.ValueError)
		}
		m.text.body = m.sms.Body
	} else if m.text, f = rendering(m.template, m.values); f != nil {
		return f
	}
	return failIf(render.IsEmpty(m.template.content, m.text.body), wire.MessageEmpty)
}

// checkFiles refuses files in anything but an email.
func (m *composed) checkFiles(*Service) *wire.Failure {
	return failIf(m.kind != MessageTypeEmail && len(m.fileKeys()) > 0, wire.FileNotByEmail)
}

// checkSize refuses texts of more than 918 characters, and emails of more than 2,000,000 bytes.
func (m *composed) checkSize() *wire.Failure {
	if m.kind == MessageTypeSMS {
		if n := m.sms.Length(); n > render.MaxSMSLength {
			return wire.SMSTooLong(n)
		}
		return nil
	}
	if n := len(m.text.body); n > render.MaxEmailBytes {
		return wire.EmailTooLong(n)
	}
	return nil
}

// checkStorable refuses what the real service's database can't take.
func (m *composed) checkStorable() *wire.Failure {
	reference := m.string("reference")
	switch {
	case strings.ContainsRune(reference, 0):
		return wire.Crash(wire.ValueError)
	case holdsSurrogate(reference), holdsSurrogate(m.personalisation):
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

// rendered is the body and subject of a message as the API shows them.
type rendered struct{ body, subject string }

// rendering renders a template as the API shows it. Like the real service it fails on some characters in text messages.
func rendering(v *templateVersion, values render.Values) (rendered, *wire.Failure) {
	switch v.template.kind {
	case MessageTypeSMS:
		m, err := render.SMS(v.Body, values, "")
		if err != nil {
			return rendered{}, wire.Crash(wire.ValueError)
		}
		return rendered{body: m.Body}, nil
	case MessageTypeEmail:
		return rendered{render.Body(v.Body, values), render.Subject(v.Subject, values)}, nil
	default:
		return rendered{render.Body(v.Body, values), render.SubjectHTML(v.Subject, values)}, nil
	}
}
