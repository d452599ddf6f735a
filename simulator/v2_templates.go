package simulator

import (
	"slices"
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// wire is the template as the API shows it.
func (v *templateVersion) wire() pyjson.Members {
	names := &pyjson.Object{}
	for _, p := range v.placeholders {
		names.Set(p, pyjson.Members{{Key: "required", Value: true}})
	}
	t := v.template
	return pyjson.Members{
		{Key: "body", Value: v.Body},
		{Key: "created_at", Value: v.CreatedAt},
		{Key: "created_by", Value: v.CreatedBy},
		{Key: "id", Value: t.id.String()},
		{Key: "letter_contact_block", Value: nullable(v.LetterContactBlock)},
		{Key: "name", Value: v.Name},
		{Key: "personalisation", Value: names},
		{Key: "postage", Value: nullable(v.Postage)},
		{Key: "subject", Value: v.subject(v.Subject)},
		{Key: "type", Value: string(t.kind)},
		{Key: "updated_at", Value: nullable(v.UpdatedAt)},
		{Key: "version", Value: v.Version},
	}
}

// subject is s, or null for text messages, which have none.
func (v *templateVersion) subject(s string) any {
	if v.template.kind == MessageTypeSMS {
		return nil
	}
	return s
}

// getTemplate answers GET /v2/template/{id} and /version/{n}. Version 0 is the current one.
func (s *Simulator) getTemplate(c *call) (*response, *wire.Failure) {
	if errs := schema.CheckID("id", c.args[0]); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	t, f := c.service.templateFor(c.args[0], "", nil)
	if f != nil {
		return nil, f
	}
	if t == nil {
		return nil, wire.ResultNotFound
	}
	wanted := ""
	if len(c.args) > 1 {
		wanted = strings.TrimLeft(text.Digits(c.args[1]), "0")
	}
	if wanted == "" {
		return jsonAnswer(200, t.current().wire()), nil
	}
	for _, v := range t.versions {
		if strconv.Itoa(v.Version) == wanted {
			return jsonAnswer(200, v.wire()), nil
		}
	}
	return nil, wire.ResultNotFound
}

// listTemplates answers GET /v2/templates: all that are not archived, by name, then by type.
func (s *Simulator) listTemplates(c *call) (*response, *wire.Failure) {
	q := werkzeug.ParseQuery(c.rawQuery)
	query := q.Object(nil)
	if errs := schema.Templates.Check(query); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	wanted, filtered := query.Get("type")
	var found []*template
	c.service.with(func(st *settings) { found = st.templates.offered() })
	if filtered {
		found = slices.DeleteFunc(found, func(t *template) bool { return wanted != string(t.kind) })
	}
	list := make([]pyjson.Members, len(found))
	for i, t := range found {
		list[i] = t.current().wire()
	}
	return jsonAnswer(200, pyjson.Members{{Key: "templates", Value: list}}), nil
}

// postPreview answers POST /v2/template/{id}/preview.
func (s *Simulator) postPreview(c *call) (*response, *wire.Failure) {
	body, f := previewBody(c.body)
	if f != nil {
		return nil, f
	}
	body.Set("id", c.args[0])
	if errs := schema.Preview.Check(body); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	given, _ := body.Get("personalisation")
	personalisation, _ := given.(*pyjson.Object)
	t, f := c.service.templateFor(c.args[0], "", personalisation)
	if f != nil {
		return nil, f
	}
	if t == nil {
		return nil, wire.ResultNotFound
	}
	v := t.current()
	values := render.NewValues(personalisation)
	if missing := values.Missing(v.placeholders); len(missing) > 0 {
		return nil, wire.PersonalisationMissing(strings.Join(missing, ", "))
	}
	m, f := rendering(v, values)
	if f != nil {
		return nil, f
	}
	var html any
	if t.kind == MessageTypeEmail {
		html = render.NewEmail(v.Body, values).HTML()
	}
	return jsonAnswer(200, pyjson.Members{
		{Key: "body", Value: m.body},
		{Key: "html", Value: html},
		{Key: "id", Value: t.id.String()},
		{Key: "postage", Value: nullable(v.Postage)},
		{Key: "subject", Value: v.subject(m.subject)},
		{Key: "type", Value: string(t.kind)},
		{Key: "version", Value: v.Version},
	}), nil
}

// previewBody reads the body of a preview. An empty one counts as {}.
func previewBody(b []byte) (*pyjson.Object, *wire.Failure) {
	if len(b) == 0 {
		return &pyjson.Object{}, nil
	}
	v, f := parseJSON(b)
	if f != nil {
		return nil, f
	}
	o, ok := v.(*pyjson.Object)
	if !ok {
		return nil, wire.Crash(wire.TypeError)
	}
	return o, nil
}
