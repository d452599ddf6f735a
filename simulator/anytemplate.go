package simulator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// SetAnyTemplate makes every template id exist, or takes that back, for programs with dozens of ids whose templates a
// test does not care about. Defaults to what [ServiceConfig] says, and that to false.
//
// An id that the service does not have then stands for a template of whichever type is sent with it: one id can be sent
// as a text and as an email. Reading or previewing it shows the type that it was last sent as, and an email if it never
// was. The template has one version, 1, and is in no list. Its name, and its subject unless it is a text, are
//
//	Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20
//
// and its text is the same line and then, after an empty one, the personalisation, a line for each name, sorted by the
// names' bytes:
//
//	Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20
//
//	name: Jo
//	number: 4711
//
// Each line is what a template says with "name: ((name))", so that values come out as ever: files as their links, lists
// as lists, and the lines of a letter's address like all other values. A null leaves nothing after the colon, and so
// does a name that no placeholder can have: one that is empty, or holds two question marks or a round bracket, which
// shows as a square one. The form of the text will not change.
//
// Nothing is ever missing from the personalisation. All else is checked as usual: that an id is a UUID, the length of a
// text, the address of a letter. The templates that the service has stay as they are, those that are archived too.
func (svc *Service) SetAnyTemplate(on bool) {
	svc.alter(func(st *settings) { st.templates.any.on = on })
}

// anyTemplates are the templates that a service does not have.
type anyTemplates struct {
	on     bool
	sentAs map[uuid.UUID]MessageType // the last time
}

// kind is the type of the template that stands in for an id, or empty if none does. If it is not being sent, sending is
// empty.
func (a *anyTemplates) kind(id uuid.UUID, sending MessageType) MessageType {
	switch {
	case !a.on:
		return ""
	case sending == "":
		return cmp.Or(a.sentAs[id], MessageTypeEmail)
	case a.sentAs == nil:
		a.sentAs = make(map[uuid.UUID]MessageType)
	}
	a.sentAs[id] = sending
	return sending
}

// templateFor is findTemplate where any id may exist. sending is the type of the message, or empty if the template is
// only read.
func (svc *Service) templateFor(
	id string, sending MessageType, personalisation *pyjson.Object,
) (t *template, f *wire.Failure) {
	if t, f = svc.findTemplate(id); t != nil || f != nil {
		return t, f
	}
	u, _ := ids.Stored(id) // or there would be a failure
	var kind MessageType
	svc.with(func(st *settings) { kind = st.templates.any.kind(u, sending) })
	if kind == "" {
		return nil, nil
	}
	return standIn(u, kind, personalisation), nil
}

// standIn makes a template that shows a personalisation.
func standIn(id uuid.UUID, kind MessageType, personalisation *pyjson.Object) *template {
	title := "Template " + id.String()
	v := TemplateVersion{
		Name: title, Subject: title, Body: title + showing(personalisation),
		CreatedAt: "2026-01-01T00:00:00.000000Z", // whenever it is read
	}
	if kind == MessageTypeSMS {
		v.Subject = ""
	}
	t := &template{id: id, kind: kind}
	new(builder).version("", t, v)
	return t
}

// showing is the text of a template that shows each value of a personalisation.
func showing(personalisation *pyjson.Object) string {
	if personalisation.Len() == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte('\n')
	values := render.NewValues(personalisation)
	for _, name := range slices.Sorted(slices.Values(personalisation.Keys)) {
		b.WriteString("\n" + notBrackets.Replace(name) + ":")
		written := "((" + name + "))"
		_, given := values.Get(name)
		if given && slices.Equal(render.Template{Body: written}.Placeholders(), []string{name}) {
			b.WriteString(" " + written)
		}
	}
	return b.String()
}

// notBrackets keeps a name from being read as a placeholder.
var notBrackets = strings.NewReplacer("(", "[", ")", "]")
