package control

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/internal/strict"
)

// injected is what the API knows of an injection. service is empty if it is for all of them.
type injected struct{ id, service string }

// injection is one as the API shows it.
type injection struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Hits int    `json:"hits"`
}

// fault describes what goes wrong. Which of the fields it has depends on its kind.
type fault struct {
	Kind          string          `yaml:"kind"`
	Delay         duration        `yaml:"delay"`
	Status        int             `yaml:"status"`
	Class         string          `yaml:"class"`
	Message       string          `yaml:"message"`
	By            simulator.Proxy `yaml:"by"`
	ContentType   string          `yaml:"content_type"`
	Body          string          `yaml:"body"`
	Name          string          `yaml:"name"`
	Value         string          `yaml:"value"`
	AfterHandling bool            `yaml:"after_handling"`
}

// faultKinds say which fields each kind of fault takes, and how it is made.
var faultKinds = map[string]struct {
	takes string
	make  func(fault) simulator.Fault
}{
	"lose_request":  {"", func(fault) simulator.Fault { return simulator.LoseRequest() }},
	"lose_answer":   {"", func(fault) simulator.Fault { return simulator.LoseAnswer() }},
	"stall_request": {"", func(fault) simulator.Fault { return simulator.StallRequest() }},
	"stall_answer":  {"", func(fault) simulator.Fault { return simulator.StallAnswer() }},
	"cut_answer":    {"", func(fault) simulator.Fault { return simulator.CutAnswer() }},
	"rate_limited":  {"", func(fault) simulator.Fault { return simulator.RateLimited() }},
	"delay_request": {"delay", func(f fault) simulator.Fault { return simulator.DelayRequest(time.Duration(f.Delay)) }},
	"delay_answer":  {"delay", func(f fault) simulator.Fault { return simulator.DelayAnswer(time.Duration(f.Delay)) }},
	"skew_clock":    {"delay", func(f fault) simulator.Fault { return simulator.SkewClock(time.Duration(f.Delay)) }},
	"refuse": {"status class message", func(f fault) simulator.Fault {
		return simulator.Refuse(f.Status, f.Class, f.Message)
	}},
	"proxy_page": {"by status", func(f fault) simulator.Fault {
		return simulator.ProxyPage(cmp.Or(f.By, simulator.ProxyNginx), f.Status)
	}},
	"respond": {"status content_type body", func(f fault) simulator.Fault {
		return simulator.Respond(f.Status, f.ContentType, f.Body)
	}},
	"replace_answer": {"body", func(f fault) simulator.Fault { return simulator.ReplaceAnswer(f.Body) }},
	"set_header":     {"name value", func(f fault) simulator.Fault { return simulator.SetHeader(f.Name, f.Value) }},
}

// problem says what is wrong with the fault, and with which of its fields.
func (f fault) problem() (field, text string) {
	kind, known := faultKinds[f.Kind]
	if !known {
		all := slices.Sorted(maps.Keys(faultKinds))
		if meant := strict.Nearest(f.Kind, all); meant != "" {
			return "kind", strconv.Quote(shortened(f.Kind)) + " is no kind of fault: did you mean " + meant + "?"
		}
		return "kind", strconv.Quote(shortened(f.Kind)) + " is none of " + strings.Join(all, ", ")
	}
	takes := strings.Fields(kind.takes)
	for _, given := range []struct {
		name string
		is   bool
	}{
		{"delay", f.Delay != 0}, {"status", f.Status != 0}, {"class", f.Class != ""}, {"message", f.Message != ""},
		{"by", f.By != ""}, {"content_type", f.ContentType != ""}, {"body", f.Body != ""}, {"name", f.Name != ""},
		{"value", f.Value != ""},
	} {
		if given.is && !slices.Contains(takes, given.name) {
			return given.name, "a fault of the kind " + f.Kind + " has no " + given.name
		}
	}
	switch {
	case slices.Contains(takes, "status") && (f.Status < http.StatusOK || f.Status > 599):
		return "status", "want a status from 200 to 599"
	case slices.Contains(takes, "delay") && f.Delay == 0:
		return "delay", "want a time like 500ms, which is not 0"
	case f.Kind == "set_header" && !isHeaderName(f.Name):
		return "name", "want the name of a header"
	case strings.ContainsFunc(f.Value+f.ContentType+string(f.By), func(r rune) bool { return r < ' ' || r > '~' }):
		return "value", "a header is of printable ASCII characters"
	}
	return "", ""
}

func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

func (f fault) value() simulator.Fault {
	made := faultKinds[f.Kind].make(f)
	if f.AfterHandling {
		return simulator.AfterHandling(made)
	}
	return made
}

// newInjection is faults with their aim.
type newInjection struct {
	Operations []simulator.Operation `yaml:"operations"`
	To         string                `yaml:"to"`
	Template   string                `yaml:"template"`
	Reference  *string               `yaml:"reference"`
	Skip       int                   `yaml:"skip"`
	Times      *int                  `yaml:"times"`
	Faults     []fault               `yaml:"faults"`
}

// send stands for all three operations that send.
const send = "send"

var operations = []simulator.Operation{
	simulator.OperationSendSMS, simulator.OperationSendEmail, simulator.OperationSendLetter, simulator.OperationRead,
	simulator.OperationPDF, simulator.OperationList, simulator.OperationTemplate, simulator.OperationTemplates,
	simulator.OperationPreview, simulator.OperationReceived, simulator.OperationUnsubscribe, simulator.OperationOther,
}

// aim is where the faults go, and an error if that is impossible.
func (n newInjection) aim() (simulator.Aim, error) {
	var aimed []simulator.Operation
	for i, o := range n.Operations {
		switch {
		case o == send:
			aimed = append(aimed, operations[:3]...)
		case slices.Contains(operations, o):
			aimed = append(aimed, o)
		default:
			field := "operations[" + strconv.Itoa(i) + "]"
			names := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(operations), "[]")), ", ")
			return simulator.Aim{}, wrong(field, "%s: %.80q is none of send, %s", field, o, names)
		}
	}
	aim := simulator.On(aimed...)
	if n.To != "" {
		aim = aim.To(n.To)
	}
	if n.Template != "" {
		aim = aim.Template(n.Template)
	}
	if n.Reference != nil {
		aim = aim.Reference(*n.Reference)
	}
	return aim, nil
}

func (a *api) inject(c *call) (any, error) {
	var body newInjection
	if err := c.read(&body); err != nil {
		return nil, err
	}
	aim, err := body.aim()
	switch {
	case err != nil:
		return nil, err
	case len(body.Faults) == 0:
		return nil, wrong("faults", "faults: want at least one")
	case body.Skip < 0:
		return nil, wrong("skip", "skip: want 0 or more")
	case body.Times != nil && *body.Times < 1:
		return nil, wrong("times", "times: want 1 or more, or leave it out")
	}
	made := make([]simulator.Fault, len(body.Faults))
	for i, f := range body.Faults {
		if field, text := f.problem(); text != "" {
			field = "faults[" + strconv.Itoa(i) + "]." + field
			return nil, wrong(field, "%s: %s", field, text)
		}
		made[i] = f.value()
	}
	service := ""
	if c.svc != nil {
		service = c.svc.ID()
		aim = aim.Service(service)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i := a.sim.Inject(aim, made...).Skip(body.Skip)
	if body.Times != nil {
		i.Times(*body.Times)
	}
	a.numbers++
	known := injected{strconv.Itoa(a.numbers), service}
	a.injections[i] = known
	return created{"", injection{known.id, i.String(), i.Hits()}}, nil
}

// all are the injections of the service in the path, or all of them. Those that were made in Go get an id here.
func (a *api) all(c *call) (shown []*simulator.Injection) {
	current := a.sim.Injections()
	for i := range a.injections {
		if !slices.Contains(current, i) {
			delete(a.injections, i)
		}
	}
	for _, i := range current {
		known, there := a.injections[i]
		if !there {
			a.numbers++
			known = injected{id: strconv.Itoa(a.numbers)}
			a.injections[i] = known
		}
		if c.svc == nil || known.service == c.svc.ID() {
			shown = append(shown, i)
		}
	}
	return shown
}

func (a *api) listFaults(c *call) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	shown := []injection{}
	for _, i := range a.all(c) {
		shown = append(shown, injection{a.injections[i].id, i.String(), i.Hits()})
	}
	return map[string]any{"faults": shown}, nil
}

func (a *api) removeFaults(c *call) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, i := range a.all(c) {
		i.Remove()
	}
	return nil, nil //nolint:nilnil // there is nothing to say
}

func (a *api) removeFault(c *call) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, i := range a.all(c) {
		if a.injections[i].id == c.r.PathValue("id") {
			i.Remove()
			return nil, nil //nolint:nilnil // there is nothing to say
		}
	}
	return nil, notFound("there is no fault %.80q", c.r.PathValue("id"))
}

// removeAll removes the faults of a service.
func (a *api) removeAll(service string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, known := range a.injections {
		if known.service == service {
			i.Remove()
			delete(a.injections, i)
		}
	}
}
