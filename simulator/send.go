package simulator

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
)

// draft is a message on its way to being accepted.
type draft struct {
	*call
	sim             *Simulator
	kind            MessageType
	now             time.Time
	parsed          any            // the body, whatever it is
	precompiled     bool           // a letter that is a PDF already
	fields          *pyjson.Object // the body, once it is known to be an object
	personalisation *pyjson.Object // after sanitising, files replaced by their links
	sanitised       *pyjson.Object
	values          render.Values
	template        *templateVersion
	text            rendered
	from            string
	to              string // as it is stored and shown
	phone           recipient.Phone
	address         recipient.Address
	simulated       bool // to a recipient that is answered and then forgotten
	upload          []byte
	files           []File
}

// step is one check, or one piece of work, on the way. The first failure is the answer.
type step func(*draft) *failure

// The steps of each kind of message, in the order of the real service.
var (
	textSteps = []step{
		withinRate, withinDaily, parsedBody, wellFormed, permitted, sanitised, knownTemplate, complete, notEmpty,
		withoutFiles, knownSender, reachable, dialable, withFiles, withinSize, storable,
	}
	letterSteps = []step{
		withinRate, withinDaily, wellFormed, permitted, knownTemplate, scannable, complete, notEmpty, withoutFiles, mayPost,
		addressed, storable,
	}
	precompiledSteps = []step{wellFormed, permitted, mayPost, uploaded, storable, takesAWhile}
)

func (d *draft) walk(steps []step) *failure {
	for _, s := range steps {
		if f := s(d); f != nil {
			return f
		}
	}
	return nil
}

// postMessage answers POST /v2/notifications/{type}.
func (s *Simulator) postMessage(c *call) (*response, *failure) {
	d := &draft{call: c, sim: s, kind: MessageType(c.args[0]), now: s.now()}
	if d.kind != SMS && d.kind != Email {
		if f := withinRate(d); f != nil {
			return nil, f
		}
		return nil, crash(classKeyError)
	}
	if f := d.walk(textSteps); f != nil {
		d.noteMalformed()
		return nil, f
	}
	id := uuid.New()
	if !d.simulated {
		if f := d.store(id); f != nil {
			return nil, f
		}
	}
	return jsonAnswer(201, d.wire(id)), nil
}

// postLetter answers POST /v2/notifications/letter. A body with content is a precompiled letter; one without passes the
// limits twice, and so takes two tokens of the rate limit.
func (s *Simulator) postLetter(c *call) (*response, *failure) {
	d := &draft{call: c, sim: s, kind: Letter, now: s.now()}
	if f := d.walk([]step{withinRate, withinDaily, parsedBody}); f != nil {
		return nil, f
	}
	var f *failure
	if d.precompiled, f = mentionsContent(d.parsed); f != nil {
		return nil, f
	}
	steps := letterSteps
	if d.precompiled {
		steps = precompiledSteps
	}
	if f := d.walk(steps); f != nil {
		return nil, f
	}
	id := uuid.New()
	if f := d.store(id); f != nil {
		return nil, f
	}
	if d.precompiled {
		return jsonAnswer(201, pyjson.Members{
			{Key: "id", Value: id.String()}, {Key: "postage", Value: d.postage()},
			{Key: "reference", Value: d.field("reference")},
		}), nil
	}
	return jsonAnswer(201, d.wire(id)), nil
}

// parseJSON reads a body. What counts as false in Python counts as {}.
func parseJSON(b []byte) (any, *failure) {
	v, err := pyjson.Parse(b)
	if err != nil {
		return nil, invalidJSON
	}
	if !pyjson.Truthy(v) {
		return &pyjson.Object{}, nil
	}
	return v, nil
}

// mentionsContent is Python's "content" in v.
func mentionsContent(v any) (bool, *failure) {
	switch v := v.(type) {
	case *pyjson.Object:
		return v.Has("content"), nil
	case string:
		return strings.Contains(v, "content"), nil
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return e == any("content") }), nil
	}
	return false, crash(classTypeError)
}

// field is a field of the body as it was sent, null if it was not.
func (d *draft) field(name string) any {
	v, _ := d.fields.Get(name)
	return v
}

// postage is what the letter travels with: by where it goes, or as it was asked for.
func (d *draft) postage() string {
	if d.precompiled {
		if p := pyText(d.field("postage")); p != "" {
			return p
		}
		return "second"
	}
	if p := d.address.Postage(); p != "" {
		return p
	}
	return d.template.Postage
}

func (d *draft) store(id uuid.UUID) *failure {
	reference, referenced := d.fields.Get("reference")
	n := &notification{
		id: id, kind: d.kind, keyType: d.key.kind, keyName: d.key.name,
		template: d.template, reference: pyText(reference), referenced: referenced,
		to: d.to, rendered: d.text, personalisation: d.personalisation,
		unsubscribe: pyText(d.field("one_click_unsubscribe_url")), files: d.files,
	}
	switch d.kind {
	case SMS:
		n.phone = d.phone
		m, _ := render.SMS(d.template.Body, d.values, d.service.prefix()) // did not fail before
		n.fragments = int32(m.Fragments())                                //nolint:gosec // at most a few dozen
	case Letter:
		n.postage = d.postage()
		n.letter = d.letterFile()
	}
	if f := d.sim.accept(d.service, n, d.now); f != nil {
		return f
	}
	d.noteReserved()
	return nil
}

// wire is the answer to a send.
func (d *draft) wire(id uuid.UUID) pyjson.Members {
	t := d.template.template.id.String()
	content := pyjson.Members{{Key: "body", Value: d.text.body}}
	switch d.kind {
	case SMS:
		content = append(content, pyjson.Member{Key: "from_number", Value: d.from})
	case Email:
		content = append(content,
			pyjson.Member{Key: "from_email", Value: d.from},
			pyjson.Member{Key: "one_click_unsubscribe_url", Value: d.field("one_click_unsubscribe_url")},
			pyjson.Member{Key: "subject", Value: d.text.subject})
	case Letter:
		content = append(content, pyjson.Member{Key: "subject", Value: d.text.subject})
	}
	answer := pyjson.Members{
		{Key: "content", Value: content},
		{Key: "id", Value: id.String()},
		{Key: "reference", Value: d.field("reference")},
	}
	if d.kind == Email {
		answer = append(answer, pyjson.Member{Key: "sanitised_content", Value: d.sanitised})
	}
	return append(answer,
		pyjson.Member{Key: "scheduled_for", Value: nil},
		pyjson.Member{Key: "template", Value: pyjson.Members{
			{Key: "id", Value: t},
			{Key: "uri", Value: d.base + "/services/" + d.service.ID() + "/templates/" + t},
			{Key: "version", Value: d.template.Version},
		}},
		pyjson.Member{Key: "uri", Value: d.base + "/v2/notifications/" + id.String()})
}
