package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
)

// template is a template of a service. Its versions never change once they are there.
type template struct {
	id       uuid.UUID
	kind     MessageType
	archived bool
	hidden   bool // precompiled letters have one that nobody sees
	versions []*templateVersion
}

type templateVersion struct {
	TemplateVersion
	template         *template
	content          render.Template
	placeholders     []string // all of them, in the order in which the API reports them missing
	sendPlaceholders []string // without the Welsh half of a letter, which sending does not check
}

func (t *template) add(v TemplateVersion) {
	content := render.Template{
		Type: string(t.kind), Subject: v.Subject, Body: v.Body, ContactBlock: v.LetterContactBlock,
		WelshSubject: v.WelshSubject, WelshBody: v.WelshBody,
	}
	t.versions = append(t.versions, &templateVersion{
		TemplateVersion: v, template: t,
		content: content, placeholders: content.Placeholders(), sendPlaceholders: content.SendPlaceholders(),
	})
}

func (t *template) current() *templateVersion { return t.versions[len(t.versions)-1] }

// AddTemplate makes a template and returns its id.
func (svc *Service) AddTemplate(c TemplateConfig) (string, error) {
	now := svc.sim.now()
	svc.mu.Lock()
	defer svc.mu.Unlock()
	b := &builder{now: now, ids: map[uuid.UUID]bool{}}
	for id := range svc.templateByID {
		b.ids[id] = true
	}
	t := b.template("", c)
	if len(b.problems) > 0 {
		return "", fmt.Errorf("simulator: template %q: %s", c.Name, b.problems[0])
	}
	svc.templates = append(svc.templates, t)
	svc.templateByID[t.id] = t
	return t.id.String(), nil
}

// UpdateTemplate makes a new version of a template. Messages sent before keep theirs.
func (svc *Service) UpdateTemplate(id string, v TemplateVersion) error {
	return svc.changeTemplate(id, func(b *builder, t *template) {
		v.Name = cmp.Or(v.Name, t.current().Name)
		t.versions = slices.Clone(t.versions)
		b.version("", t, v)
	})
}

// ArchiveTemplate deletes a template as Notify does: it can still be read, but not sent, and it has one version more.
func (svc *Service) ArchiveTemplate(id string) error {
	return svc.changeTemplate(id, func(b *builder, t *template) {
		v := t.current().TemplateVersion
		v.Version, v.UpdatedAt = 0, ""
		t.versions = slices.Clone(t.versions)
		b.version("", t, v)
		t.archived = true
	})
}

// changeTemplate lets change work on a copy, so that requests under way keep what they have.
func (svc *Service) changeTemplate(id string, change func(*builder, *template)) error {
	now := svc.sim.now()
	svc.mu.Lock()
	defer svc.mu.Unlock()
	u, _ := parseUUID(id)
	old := svc.templateByID[u]
	if old == nil {
		return fmt.Errorf("simulator: service %q has no template %s", svc.name, id)
	}
	b := &builder{now: now}
	t := *old
	change(b, &t)
	if len(b.problems) > 0 {
		return fmt.Errorf("simulator: template %s: %s", id, b.problems[0])
	}
	svc.templateByID[u] = &t
	svc.templates[slices.Index(svc.templates, old)] = &t
	return nil
}

// findTemplate looks a template up as the database does; nil means that there is none.
func (svc *Service) findTemplate(id string) (*template, *failure) {
	u, ok := storedUUID(id)
	if !ok {
		return nil, dataError
	}
	svc.mu.Lock()
	defer svc.mu.Unlock()
	return svc.templateByID[u], nil
}

// hiddenTemplate is what precompiled letters are said to be made of.
func (svc *Service) hiddenTemplate() *templateVersion {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if svc.precompiled == nil {
		svc.precompiled = &template{id: uuid.New(), kind: Letter, hidden: true}
		const name = "Pre-compiled PDF"
		svc.precompiled.add(TemplateVersion{Version: 1, Name: name, Subject: name, Postage: "second"})
	}
	return svc.precompiled.current()
}

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

// subject is null for texts, which have none.
func (v *templateVersion) subject(s string) any {
	if v.template.kind == SMS {
		return nil
	}
	return s
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

var templateSchema = schema{properties: []property{{"id", isUUID}}}

// getTemplate answers GET /v2/template/{id} and /version/{n}. Version 0 is the current one.
func (s *Simulator) getTemplate(c *call) (*response, *failure) {
	if errs := templateSchema.check(pathObject("id", c.args[0]), nil); errs != nil {
		return nil, invalid(errs...)
	}
	t, f := c.service.findTemplate(c.args[0])
	if f != nil {
		return nil, f
	}
	if t == nil {
		return nil, noResult
	}
	wanted := ""
	if len(c.args) > 1 {
		wanted = strings.TrimLeft(text.Digits(c.args[1]), "0")
	}
	if wanted == "" {
		return jsonAnswer(200, t.current().wire()), nil
	}
	for _, v := range t.versions {
		if itoa(v.Version) == wanted {
			return jsonAnswer(200, v.wire()), nil
		}
	}
	return nil, noResult
}

// listTemplates answers GET /v2/templates: all that are not archived, by name, then by type.
func (s *Simulator) listTemplates(c *call) (*response, *failure) {
	q := parseQuery(c.rawQuery)
	query := q.object(nil)
	if errs := templateListSchema.check(query, nil); errs != nil {
		return nil, invalid(errs...)
	}
	wanted, filtered := query.Get("type")
	c.service.mu.Lock()
	var found []*template
	for _, t := range c.service.templates {
		if !t.archived && (!filtered || wanted == string(t.kind)) {
			found = append(found, t)
		}
	}
	c.service.mu.Unlock()
	slices.SortStableFunc(found, func(a, b *template) int {
		return cmp.Or(cmp.Compare(a.current().Name, b.current().Name), cmp.Compare(a.kind.slot(), b.kind.slot()))
	})
	list := make([]pyjson.Members, len(found))
	for i, t := range found {
		list[i] = t.current().wire()
	}
	return jsonAnswer(200, pyjson.Members{{Key: "templates", Value: list}}), nil
}

var templateListSchema = schema{properties: []property{{"type", isOneOf("sms", "email", "letter")}}, closed: true}

var previewSchema = schema{
	properties: []property{{"id", isUUID}, {"personalisation", isObject}},
	required:   []string{"id"},
}

// postPreview answers POST /v2/template/{id}/preview.
func (s *Simulator) postPreview(c *call) (*response, *failure) {
	body, f := previewBody(c.body)
	if f != nil {
		return nil, f
	}
	body.Set("id", c.args[0])
	if errs := previewSchema.check(body, nil); errs != nil {
		return nil, invalid(errs...)
	}
	t, f := c.service.findTemplate(c.args[0])
	if f != nil {
		return nil, f
	}
	if t == nil {
		return nil, noResult
	}
	v := t.current()
	given, _ := body.Get("personalisation")
	personalisation, _ := given.(*pyjson.Object)
	values := render.NewValues(personalisation)
	if missing := values.Missing(v.placeholders); len(missing) > 0 {
		return nil, missingPersonalisation(strings.Join(missing, ", "))
	}
	m, f := rendering(v, values)
	if f != nil {
		return nil, f
	}
	var html any
	if t.kind == Email {
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

// previewBody reads the body of a preview, of which an empty one counts as {}.
func previewBody(b []byte) (*pyjson.Object, *failure) {
	if len(b) == 0 {
		return &pyjson.Object{}, nil
	}
	v, f := parseJSON(b)
	if f != nil {
		return nil, f
	}
	o, ok := v.(*pyjson.Object)
	if !ok {
		return nil, crash(classTypeError)
	}
	return o, nil
}

// rendered is what the API shows of a message's text.
type rendered struct{ body, subject string }

// rendering fails where the real service does, over some characters in texts.
func rendering(v *templateVersion, values render.Values) (rendered, *failure) {
	switch v.template.kind {
	case SMS:
		m, err := render.SMS(v.Body, values, "")
		if err != nil {
			return rendered{}, crash(classValueError)
		}
		return rendered{body: m.Body}, nil
	case Email:
		return rendered{render.Body(v.Body, values), render.Subject(v.Subject, values)}, nil
	default:
		return rendered{render.Body(v.Body, values), render.SubjectHTML(v.Subject, values)}, nil
	}
}
