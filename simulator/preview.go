package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/ledger"
)

// TemplateDetails is a template with all that people wrote in it.
type TemplateDetails struct {
	TemplateSummary
	// Archived ones can be read, but not sent.
	Archived bool
	// Versions are in the order in which they were made: the last is the current one.
	Versions []TemplateVersion
}

// Template returns the template with that id, and reports whether the service has it. One that only exists because of
// [Service.SetAnyTemplate] is not found.
func (svc *Service) Template(id string) (TemplateDetails, bool) {
	t := svc.template(id)
	if t == nil {
		return TemplateDetails{}, false
	}
	d := TemplateDetails{TemplateSummary: t.summary(), Archived: t.archived}
	for _, v := range t.versions {
		d.Versions = append(d.Versions, v.TemplateVersion)
	}
	return d, true
}

func (svc *Service) template(id string) (t *template) {
	u, _ := ids.Parse(id)
	svc.with(func(st *settings) { t = st.templates.byID[u] })
	return t
}

func (t *template) summary() TemplateSummary {
	v := t.current()
	return TemplateSummary{
		ID: t.id.String(), Type: t.kind, Name: v.Name, Version: v.Version, Placeholders: slices.Clone(v.placeholders),
	}
}

// Preview is a message that a template would make.
type Preview struct {
	// Delivered is the message. A placeholder without a value shows as ((name)).
	Delivered
	// Subject is that of an email or a letter.
	Subject string
	// Fragments are how many parts a text message has.
	Fragments int
	// Missing are the placeholders without a value: a send with this personalisation would be refused for them.
	Missing []string
	// AddressProblem says what is wrong with the address of a letter, as Notify would say it. Empty if nothing is.
	AddressProblem string
}

// Preview returns the message that the current version of a template makes of a personalisation, for people who try
// values out. It has no recipient, it is not kept, and no request is logged for it. The personalisation is what
// encoding/json makes an object of; files are not taken. It is an error if the template does not exist, if the
// personalisation can't be encoded or if the real service would fail on a character in it.
func (svc *Service) Preview(id string, personalisation map[string]any) (Preview, error) {
	t := svc.template(id)
	if t == nil {
		return Preview{}, fmt.Errorf("simulator: service %q has no template %s", svc.Name(), id)
	}
	given, err := parsePersonalisation(personalisation)
	if err != nil {
		return Preview{}, err
	}
	v := t.current()
	var p Preview
	p.Missing = render.NewValues(given).Missing(v.placeholders)
	if t.kind == MessageTypeLetter {
		p.AddressProblem = svc.addressProblem(given)
	}
	for _, name := range p.Missing {
		given.Set(name, "(("+name+"))")
	}
	values := render.NewValues(given)
	text, failure := rendering(v, values)
	if failure != nil {
		return Preview{}, fmt.Errorf("simulator: Notify answers a text with such a character with status %d", failure.Status)
	}
	n := &notification{
		Entry: ledger.Entry{Kind: t.kind.slot()}, template: v, rendered: text, personalisation: given, letter: &letterFile{},
		history: []change{{at: svc.sim.now().UnixMicro()}},
	}
	n.from, n.replyTo, _ = svc.emailSender("")
	p.Delivered, p.Subject = svc.deliver(n), text.subject
	if t.kind == MessageTypeSMS {
		m, _ := render.SMS(v.Body, values, svc.prefix())
		p.Fragments = m.Fragments()
	}
	return p, nil
}

func parsePersonalisation(values map[string]any) (*pyjson.Object, error) {
	encoded, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	v, err := pyjson.Parse(encoded)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	if o, ok := v.(*pyjson.Object); ok {
		return o, nil
	}
	return &pyjson.Object{}, nil // of a nil map
}

func (svc *Service) addressProblem(given *pyjson.Object) string {
	address, err := recipient.ParseAddress(recipient.AddressFrom(given))
	if err == nil {
		t := svc.terms()
		err = address.Check(t.may(PermissionInternationalLetters))
	}
	if err == nil {
		return ""
	}
	return strings.TrimSpace(err.Error())
}
