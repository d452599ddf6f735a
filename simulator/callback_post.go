package simulator

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// post is a callback on its way. All but the number of the attempt stays as it was when the callback was made.
type post struct {
	svc     *Service
	to      *Callback
	token   string
	kind    CallbackKind
	id      uuid.UUID // of the message, or the received text
	body    string
	attempt int
	twice   bool
	epoch   int
	tried   chan<- struct{} // closed after the first attempt, if somebody waits for that
}

// post makes a callback, if one of that kind is wanted. The body says what is true now, however late it is posted.
func (svc *Service) post(st *state, k CallbackKind, id uuid.UUID, body func() string) {
	to := st.callbacks.to[k.slot()]
	if to == nil {
		return
	}
	p := &post{
		svc: svc, to: to, token: to.BearerToken, kind: k, id: id, body: body(), attempt: 1, epoch: st.callbacks.epoch,
	}
	if !st.callbacks.quirks.change(p, st.now) {
		p.dispatch(st.now)
	}
}

// dispatch schedules a new post. It may be called in any lock.
func (p *post) dispatch(now time.Time) {
	s := p.svc.sim
	s.schedule.CallOut(now, p.label(), p.try)
	if p.twice {
		again := *p
		again.tried = nil
		s.schedule.CallOut(now, p.label(), again.try)
	}
	s.wakeIn(0, now)
}

func (p *post) label() string {
	what := ": message "
	if p.kind == CallbackKindReceivedText {
		what = ": text "
	}
	return p.kind.words() + what + p.id.String() + ", attempt " + strconv.Itoa(p.attempt)
}

// try posts once, notes what came of it, and schedules the next attempt. It is called in no lock.
func (p *post) try(at time.Time) {
	defer p.done()
	wanted := false
	p.svc.during(at, func(st *state) {
		wanted = st.callbacks.to[p.kind.slot()] != nil && st.callbacks.epoch == p.epoch
	})
	if !wanted {
		return
	}
	got := p.send()
	a := CallbackAttempt{
		Kind: p.kind, ID: p.id.String(), Attempt: p.attempt, At: at, Body: p.body, WrongToken: p.token != p.to.BearerToken,
		Status: got.status, Error: got.problem, Panic: got.panicked, Result: judged(got.status, p.attempt),
	}
	if a.Result == CallbackResultRetrying {
		a.RetryAt = at.Add(callbackWait)
	}
	p.svc.during(at, func(st *state) {
		if wanted = st.callbacks.epoch == p.epoch; !wanted {
			return // the service began anew while it was posted
		}
		st.callbacks.attempts = append(st.callbacks.attempts, a)
		st.messages.changed()
	})
	if tell := p.svc.sim.options.observer.CalledBack; tell != nil {
		tell(p.svc, a)
	}
	if wanted && a.Result == CallbackResultRetrying {
		again := *p
		again.tried = nil
		again.attempt++
		p.svc.sim.callOut(a.RetryAt, again.label(), again.try)
	}
}

// done lets go on who waits for the first attempt.
func (p *post) done() {
	if p.tried != nil {
		close(p.tried)
		p.tried = nil
	}
}

// follow does what follows from a new status of a message. A status that stays has no consequences.
func (svc *Service) follow(st *state, n *notification, before Status) {
	status, letter := n.status(), n.kind() == MessageTypeLetter
	switch {
	case status == before:
		return
	case letter && status == StatusReturnedLetter:
		svc.post(st, CallbackKindReturnedLetter, n.ID, n.returned)
	case !letter && status.receipted() && n.reportsDelivery():
		svc.post(st, CallbackKindDeliveryReceipt, n.ID, n.receipt)
	}
	if status == StatusDelivered && n.kind() == MessageTypeSMS {
		svc.loopBack(st, n)
	}
}

// receipted reports whether Notify tells a service about this status of a text or an email. It does not about a
// technical failure: then no provider accepted the message.
func (s Status) receipted() bool {
	return s == StatusDelivered || s == StatusPermanentFailure || s == StatusTemporaryFailure
}

// reportsDelivery is false for a text to a country whose networks tell Notify nothing: it stays sent.
func (n *notification) reportsDelivery() bool {
	return n.kind() == MessageTypeEmail || !n.phone.International() || n.phone.ReportsDelivery()
}
