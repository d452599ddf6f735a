package simulator

import (
	"slices"
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
	due     time.Time // of the attempt
	number  int64     // among the pending; 0 if it is none of them
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
	if !st.callbacks.quirks.change(p, st) {
		p.dispatch(st)
	}
}

// dispatch schedules a new post.
func (p *post) dispatch(st *state) {
	s, now := p.svc.sim, st.now
	p.due = now
	st.expectPost(p, 0)
	s.schedule.CallOut(&p.svc.lane, now, p.label(), p.try)
	if p.twice {
		again := *p
		again.tried = nil
		st.expectPost(&again, 0)
		s.schedule.CallOut(&p.svc.lane, now, p.label(), again.try)
	}
	s.wakeIn(0)
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
	_ = p.svc.sim.journal.flush() // or it might tell of something that the end of the process undoes
	wanted := false
	p.svc.during(at, func(st *state) {
		wanted = st.callbacks.to[p.kind.slot()] != nil && st.callbacks.epoch == p.epoch
	})
	if !wanted {
		p.svc.during(at, func(st *state) { st.dropPost(p.number) })
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
	again := *p
	again.tried, again.due = nil, a.RetryAt
	again.attempt++
	p.svc.during(at, func(st *state) {
		if wanted = st.callbacks.epoch == p.epoch; !wanted {
			return // the service began anew while it was posted
		}
		st.callbacks.attempts = append(st.callbacks.attempts, a)
		cut := overfull(len(st.callbacks.attempts), p.svc.sim.options.maxMessages)
		st.callbacks.attempts = slices.Delete(st.callbacks.attempts, 0, cut)
		st.messages.changed()
		if a.Result == CallbackResultRetrying {
			st.expectPost(&again, p.number)
		} else {
			st.dropPost(p.number)
		}
	})
	if tell := p.svc.sim.options.observer.CalledBack; tell != nil {
		tell(p.svc, a)
	}
	if wanted && a.Result == CallbackResultRetrying {
		p.svc.sim.schedule.CallOut(&p.svc.lane, a.RetryAt, again.label(), again.try)
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
