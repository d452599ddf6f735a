package control

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// problem is something that should fail a test at its end, whatever the program under test made of it.
type problem struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// The kinds of problem.
const (
	refusedRequest = "refused_request"
	unusedFault    = "unused_fault"
	lostCallback   = "lost_callback"
	wrongToken     = "wrong_token" // a callback whose wrong token the receiver accepted
	panicked       = "panic"       // of a handler of callbacks, in process
	unseenMessage  = "unseen_message"
)

// listProblems is what the strict end of simtest is in Go. Allowed is a kind of problem, a status or an error class.
func (a *api) listProblems(c *call) (any, error) {
	q := c.parameters("allow", "unseen")
	unseen := q.flag("unseen")
	var allowed []string
	for _, names := range q.values["allow"] {
		for name := range strings.SplitSeq(names, ",") {
			allowed = append(allowed, strings.TrimSpace(name))
		}
	}
	if q.err != nil {
		return nil, q.err
	}
	c.svc.SettleCallbacks() // waits for callbacks on their way
	all := []problem{}
	add := func(kind, text string) {
		if !slices.Contains(allowed, kind) {
			all = append(all, problem{kind, a.sim.Redact(text)})
		}
	}
	for _, r := range a.refused(c.svc) {
		if !permitted(r, allowed) {
			add(refusedRequest, r.String())
		}
	}
	for _, text := range a.unused(c) {
		add(unusedFault, text)
	}
	for _, made := range c.svc.Callbacks() {
		text := fmt.Sprintf("%s about %s, attempt %d: %s", made.Kind, made.ID, made.Attempt, made.Result)
		lost := made.Result == simulator.CallbackResultRefused || made.Result == simulator.CallbackResultExhausted
		switch {
		case lost && !made.WrongToken:
			add(lostCallback, fmt.Sprintf("%s, %d %s", text, made.Status, made.Error))
		case made.WrongToken && made.Result == simulator.CallbackResultDelivered:
			add(wrongToken, text+" with a wrong token")
		}
		if made.Panic != "" {
			add(panicked, text+": "+made.Panic)
		}
	}
	if unseen {
		sent := c.svc.Messages()
		for i := range sent {
			if !a.taken.has(c.svc.ID(), sent[i].ID) {
				add(unseenMessage, describe(&sent[i]))
			}
		}
	}
	return map[string]any{"problems": all}, nil
}

// refused are the requests that the service itself refused. That a letter's PDF is not ready yet is part of the
// protocol.
func (a *api) refused(svc *simulator.Service) (all []simulator.Request) {
	for _, r := range a.sim.Requests() {
		if r.ServiceID == svc.ID() && r.Status >= http.StatusBadRequest && !r.Forced &&
			r.Ending != simulator.EndingGivenUp && !permitted(r, []string{"PDFNotReadyError"}) {
			all = append(all, r)
		}
	}
	return all
}

func permitted(r simulator.Request, allowed []string) bool {
	return slices.Contains(allowed, strconv.Itoa(r.Status)) || slices.ContainsFunc(r.Errors,
		func(e simulator.RequestError) bool { return e.Class != "" && slices.Contains(allowed, e.Class) })
}

// unused are faults and quirks of callbacks that were asked for and never happened.
func (a *api) unused(c *call) (texts []string) {
	a.mu.Lock()
	for _, i := range a.all(c) {
		if i.Hits() == 0 {
			texts = append(texts, i.String())
		}
	}
	a.mu.Unlock()
	quirks := c.svc.CallbackQuirks()
	for _, q := range slices.Sorted(maps.Keys(quirks)) {
		texts = append(texts, fmt.Sprintf("callback quirk %q: %d still to come", q, quirks[q]))
	}
	return texts
}
