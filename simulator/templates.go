package simulator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// template is a template of a service. Neither it nor its versions ever change: a new version comes with a new template
// in its place, so that requests in flight keep what they have.
type template struct {
	id       uuid.UUID
	kind     MessageType
	archived bool
	hidden   bool // that of precompiled letters, which nobody sees
	versions []*templateVersion
	// described is how a file describes it, or nil. Changes that were made since are not in it.
	described *TemplateConfig
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

// templates are the templates of a service, oldest first.
type templates struct {
	list        []*template
	byID        map[uuid.UUID]*template
	precompiled *template // the hidden one of precompiled letters, made with the first of them
	any         anyTemplates
}

func (ts *templates) add(t *template) {
	if ts.byID == nil {
		ts.byID = make(map[uuid.UUID]*template)
	}
	ts.list = append(ts.list, t)
	ts.byID[t.id] = t
}

func (ts *templates) replace(old, t *template) {
	ts.list[slices.Index(ts.list, old)] = t
	ts.byID[t.id] = t
}

// offered returns the templates that are not archived, sorted by name, then by type.
func (ts *templates) offered() []*template {
	found := slices.DeleteFunc(slices.Clone(ts.list), func(t *template) bool { return t.archived })
	slices.SortStableFunc(found, func(a, b *template) int {
		return cmp.Or(cmp.Compare(a.current().Name, b.current().Name), cmp.Compare(a.kind.slot(), b.kind.slot()))
	})
	return found
}

// hidden returns the template that precompiled letters have in the API.
func (ts *templates) hidden(s *Simulator) *templateVersion {
	if ts.precompiled == nil {
		ts.precompiled = &template{id: s.newID(idTemplate), kind: MessageTypeLetter, hidden: true}
		const name = "Pre-compiled PDF"
		ts.precompiled.add(TemplateVersion{Version: 1, Name: name, Subject: name, Postage: "second"})
	}
	return ts.precompiled.current()
}

// findTemplate looks a template up as the real database does. It returns nil if it does not exist.
func (svc *Service) findTemplate(id string) (t *template, f *wire.Failure) {
	u, ok := ids.Stored(id)
	if !ok {
		return nil, wire.IDUnreadable
	}
	svc.with(func(st *settings) { t = st.templates.byID[u] })
	return t, nil
}

// AddTemplate makes a template and returns its id.
func (svc *Service) AddTemplate(c TemplateConfig) (id string, err error) {
	svc.at(func(st *state) {
		b := &builder{sim: svc.sim, now: st.now, ids: map[uuid.UUID]bool{}}
		for id := range st.templates.byID {
			b.ids[id] = true
		}
		t := b.template("", c)
		if len(b.problems) > 0 {
			err = fmt.Errorf("simulator: template %q: %w", c.Name, b.problems[0].error())
			return
		}
		st.templates.add(t)
		id = t.id.String()
	})
	return id, err
}

// UpdateTemplate makes a new version of a template. Messages sent before keep theirs.
func (svc *Service) UpdateTemplate(id string, v TemplateVersion) error {
	return svc.changeTemplate(id, func(b *builder, t *template) {
		v.Name = cmp.Or(v.Name, t.current().Name)
		b.version("", t, v)
	})
}

// ArchiveTemplate deletes a template as Notify does: it can still be read, but not sent, and it gets a new version.
func (svc *Service) ArchiveTemplate(id string) error {
	return svc.changeTemplate(id, func(b *builder, t *template) {
		v := t.current().TemplateVersion
		v.Version, v.UpdatedAt = 0, ""
		b.version("", t, v)
		t.archived = true
	})
}

// changeTemplate puts a changed copy in a template's place.
func (svc *Service) changeTemplate(id string, change func(*builder, *template)) (err error) {
	u, _ := ids.Parse(id)
	svc.at(func(st *state) {
		old := st.templates.byID[u]
		if old == nil {
			err = fmt.Errorf("simulator: service %q has no template %s", svc.Name(), id)
			return
		}
		b := &builder{now: st.now}
		t := *old
		t.versions = slices.Clone(old.versions)
		change(b, &t)
		if len(b.problems) > 0 {
			err = fmt.Errorf("simulator: template %s: %w", id, b.problems[0].error())
			return
		}
		st.templates.replace(old, &t)
	})
	return err
}

// TemplateSummary is the current version of a template, for programs that show what a service can send.
type TemplateSummary struct {
	ID      string
	Type    MessageType
	Name    string
	Version int
	// Placeholders are the names that the template uses, as the API lists them. A letter needs an address besides.
	Placeholders []string
}

// Templates returns the service's templates that are not archived, oldest first.
func (svc *Service) Templates() (all []TemplateSummary) {
	svc.with(func(st *settings) {
		for _, t := range st.templates.list {
			if t.archived {
				continue
			}
			all = append(all, t.summary())
		}
	})
	return all
}
