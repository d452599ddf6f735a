package inbox

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/notifykit/notify/simulator"
)

// controls are what a test may do with the simulator as a whole.
type controls struct {
	Now      time.Time
	Pending  []simulator.Event
	More     int // events that are not shown
	Faults   []string
	Kinds    []faultKind
	Asked    []simulator.Operation
	Services []*simulator.Service
}

func (b *inbox) showControls(w http.ResponseWriter, r *http.Request) {
	b.controlsPage(w, http.StatusOK, done(r), "")
}

func (b *inbox) controlsPage(w http.ResponseWriter, status int, done, wrong string) {
	const most = 100
	c := controls{
		Now: b.sim.Now(), Pending: b.sim.Pending(), Kinds: faultKinds, Asked: operations, Services: b.sim.Services(),
	}
	if c.More = len(c.Pending) - most; c.More > 0 {
		c.Pending = c.Pending[:most]
	}
	for _, i := range b.sim.Injections() {
		c.Faults = append(c.Faults, i.String())
	}
	show(w, status, "controls", view{Title: "Time and faults", Tab: "controls", Done: done, Wrong: wrong, Main: c})
}

// refuseControls shows the page again, with what was wrong.
func (b *inbox) refuseControls(w http.ResponseWriter, err error) {
	b.controlsPage(w, http.StatusUnprocessableEntity, "", reason(err))
}

// units are what an amount of time can be given in.
var units = map[string]time.Duration{
	"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour,
}

// maxAdvance keeps a slip of the finger from leading into another century.
const maxAdvance = 10 * 365 * 24 * time.Hour

// readTime reads an amount of time, of at least nothing and at most that much.
func readTime(amount, unit string, most time.Duration) (time.Duration, error) {
	n, err := strconv.ParseFloat(amount, 64)
	d := n * float64(units[unit])
	if err != nil || units[unit] == 0 || !(d >= 0 && d <= float64(most)) {
		return 0, errors.New("give an amount of time as a number, of at most " + most.String())
	}
	return time.Duration(d), nil
}

func (b *inbox) advance(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("next") != "" {
		b.sim.AdvanceToNext()
		back(w, r, Path+"/controls", "time")
		return
	}
	d, err := readTime(r.PostFormValue("amount"), r.PostFormValue("unit"), maxAdvance)
	if err != nil {
		b.refuseControls(w, err)
		return
	}
	b.sim.Advance(d)
	back(w, r, Path+"/controls", "time")
}

// faultKind is a fault that can be armed by a form.
type faultKind struct {
	Value, Label string
	fault        func(seconds time.Duration) simulator.Fault
}

// faultKinds are the faults that programs meet most often. Tests can arm others.
var faultKinds = []faultKind{
	{"lose-answer", "Lose the answer: the message is accepted, and the caller can’t know",
		func(time.Duration) simulator.Fault { return simulator.LoseAnswer() }},
	{"lose-request", "Lose the request: nothing is accepted",
		func(time.Duration) simulator.Fault { return simulator.LoseRequest() }},
	{"cut-answer", "Cut the answer in half",
		func(time.Duration) simulator.Fault { return simulator.CutAnswer() }},
	{"stall-request", "Never answer: nothing is accepted",
		func(time.Duration) simulator.Fault { return simulator.StallRequest() }},
	{"stall-answer", "Never answer: the message is accepted",
		func(time.Duration) simulator.Fault { return simulator.StallAnswer() }},
	{"delay-answer", "Answer late",
		simulator.DelayAnswer},
	{"rate-limited", "429: the rate limit is exceeded",
		func(time.Duration) simulator.Fault { return simulator.RateLimited() }},
	{"error-500", "500: internal server error", func(time.Duration) simulator.Fault {
		return simulator.Refuse(http.StatusInternalServerError, "SQLAlchemyError", "Internal server error")
	}},
	{"proxy-502", "502: a proxy’s page in HTML", func(time.Duration) simulator.Fault {
		return simulator.ProxyPage(simulator.ProxyAWS, http.StatusBadGateway)
	}},
	{"proxy-503", "503: a proxy’s page in HTML", func(time.Duration) simulator.Fault {
		return simulator.ProxyPage(simulator.ProxyNginx, http.StatusServiceUnavailable)
	}},
}

// operations are what a fault can be limited to.
var operations = []simulator.Operation{
	simulator.OperationSendEmail, simulator.OperationSendSMS, simulator.OperationSendLetter, simulator.OperationRead,
	simulator.OperationList, simulator.OperationPDF, simulator.OperationTemplate, simulator.OperationTemplates,
	simulator.OperationPreview, simulator.OperationReceived,
}

func (b *inbox) armFault(w http.ResponseWriter, r *http.Request) {
	aim, fault, times, err := b.readFault(r)
	if err != nil {
		b.refuseControls(w, err)
		return
	}
	b.sim.Inject(aim, fault).Times(times)
	back(w, r, Path+"/controls", "fault")
}

func (b *inbox) readFault(r *http.Request) (aim simulator.Aim, fault simulator.Fault, times int, err error) {
	const mostTimes = 1_000_000
	times, err = strconv.Atoi(r.PostFormValue("times"))
	if err != nil || times < 1 || times > mostTimes {
		return aim, fault, 0, errors.New("say how many requests the fault hits: a whole number from 1 on")
	}
	d, err := readTime(r.PostFormValue("delay"), "seconds", time.Hour)
	if err != nil {
		return aim, fault, 0, err
	}
	switch of := simulator.Operation(r.PostFormValue("operation")); {
	case of == "":
		aim = simulator.On()
	case slices.Contains(operations, of):
		aim = simulator.On(of)
	default:
		return aim, fault, 0, errors.New("choose one of the requests in the list")
	}
	if id := r.PostFormValue("service"); id != "" {
		svc := b.sim.Service(id)
		if svc == nil {
			return aim, fault, 0, errors.New("choose one of the services in the list")
		}
		aim = aim.Service(svc.ID())
	}
	for _, k := range faultKinds {
		if k.Value == r.PostFormValue("fault") {
			return aim, k.fault(d), times, nil
		}
	}
	return aim, fault, 0, errors.New("choose one of the faults in the list")
}

func (b *inbox) removeFaults(w http.ResponseWriter, r *http.Request) {
	b.sim.RemoveFaults()
	back(w, r, Path+"/controls", "faults")
}

func (b *inbox) resetEverything(w http.ResponseWriter, r *http.Request) {
	if err := b.reset(); err != nil {
		b.refuseControls(w, err)
		return
	}
	back(w, r, Path+"/controls", "reset")
}

// resetAll is what a reset does unless somebody said otherwise.
func (b *inbox) resetAll() error {
	for _, svc := range b.sim.Services() {
		svc.Reset()
	}
	b.sim.RemoveFaults()
	return nil
}

func (b *inbox) resetService(w http.ResponseWriter, r *http.Request) {
	if svc := b.findService(w, r); svc != nil {
		svc.Reset()
		back(w, r, Path+"/services/"+svc.ID(), "service")
	}
}
