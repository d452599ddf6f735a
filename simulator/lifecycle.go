package simulator

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// eventQueue holds the outcomes that are yet to come, the next one first. Nothing runs while nothing is asked: each
// request and each look from outside first lets happen what is due.
type eventQueue struct {
	mu     sync.Mutex
	events eventHeap
	last   int64 // the sequence number given last
}

// event is an outcome to come. It names its message rather than holding it, so that a deleted one is not kept in
// memory.
type event struct {
	at       int64
	sequence int64 // of two that are due at once, the one scheduled first comes first
	svc      *Service
	id       uuid.UUID
	status   Status
}

type eventHeap []event

func (h eventHeap) Len() int { return len(h) }
func (h eventHeap) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].at, h[j].at), cmp.Compare(h[i].sequence, h[j].sequence)) < 0
}
func (h eventHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(e any)   { *h = append(*h, e.(event)) }
func (h *eventHeap) Pop() any {
	old := *h
	last := len(old) - 1
	e := old[last]
	old[last], *h = event{}, old[:last]
	return e
}

func (s *Simulator) schedule(e event) {
	s.due.mu.Lock()
	defer s.due.mu.Unlock()
	s.due.last++
	e.sequence = s.due.last
	heap.Push(&s.due.events, e)
	s.nextDue.Store(s.due.events[0].at)
}

// settle lets everything happen that is due.
func (s *Simulator) settle(now time.Time) {
	at := now.UnixMicro()
	if next := s.nextDue.Load(); next == 0 || next > at {
		return
	}
	s.due.mu.Lock()
	defer s.due.mu.Unlock()
	for len(s.due.events) > 0 && s.due.events[0].at <= at {
		e := heap.Pop(&s.due.events).(event)
		e.svc.happen(e)
	}
	if len(s.due.events) == 0 {
		s.due.events = nil // and the memory of what was in it comes back
		s.nextDue.Store(0)
	} else {
		s.nextDue.Store(s.due.events[0].at)
	}
}

// happen gives a message its outcome. Nothing comes of it if the message was deleted before that, or if its status was
// set by hand: what a test says stands until it says otherwise.
func (svc *Service) happen(e event) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.sweep(time.UnixMicro(e.at)) // nights come in their turn: a letter that was under way in one is kept
	n := svc.messages.byID[e.id]
	if n == nil || n.setByHand {
		return
	}
	svc.messages.setStatus(n, e.status, e.at)
}

// enter is the way to a service's messages: it lets happen what is due, locks the service, which the caller unlocks,
// and deletes what is too old. The time is asked for before there is a lock, for the clock may be a test's own and ask
// the simulator something.
func (svc *Service) enter() (now time.Time) {
	now = svc.sim.now()
	svc.sim.settle(now)
	svc.mu.Lock()
	svc.sweep(now)
	return now
}

// accept counts and stores a message, and sends it on its way.
func (s *Simulator) accept(svc *Service, n *notification, now time.Time) *wire.Failure {
	if f := svc.count(n, now); f != nil {
		return f
	}
	n.status, n.createdAt = StatusCreated, now.UnixMicro()
	outcome, f := s.outcome(svc, n)
	if f != nil {
		svc.uncount(n, now)
		return f
	}
	delay := s.options.outcomeDelay
	if !svc.keep(n, outcome, delay <= 0, now) {
		// Not under the service's lock: settle holds the queue's when it takes that one.
		s.schedule(event{at: now.Add(delay).UnixMicro(), svc: svc, id: n.id, status: outcome})
	}
	return nil
}

// keep stores a message, at its outcome already or just handed over, and reports whether the outcome stands.
func (svc *Service) keep(n *notification, outcome Status, atOnce bool, now time.Time) (settled bool) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	svc.messages.stamp(n, now)
	handOver(n)
	if atOnce {
		n.noteOutcome(outcome, n.createdAt)
		n.status = outcome
	}
	if n.status != StatusPendingVirusCheck {
		n.updatedAt = n.createdAt
	}
	svc.messages.add(n)
	return n.status == outcome
}

// handOver gives a new message to those who deliver it. A letter made from a PDF is first scanned for viruses; what is
// sent with a test key is never really handed to anyone, so that a letter has no time of sending and a text no
// fragments yet.
func handOver(n *notification) {
	handed := n.keyType != KeyTypeTest
	n.status = StatusSending
	switch {
	case n.kind == Letter && n.template.template.hidden:
		n.status = StatusPendingVirusCheck
		return
	case n.kind == SMS && n.phone.International():
		n.status = StatusSent
	}
	if handed || n.kind != Letter {
		n.sentAt = n.createdAt
	}
	n.billed = handed
}

// noteOutcome notes what a receipt tells besides the status.
func (n *notification) noteOutcome(s Status, at int64) {
	if s != StatusSent {
		n.billed = true
	}
	if s == StatusDelivered && n.kind == Letter && n.keyType != KeyTypeTest && n.sentAt == 0 {
		n.sentAt = at
	}
}

// outcome decides how a message ends. It fails if a test wants a status that does not exist.
func (s *Simulator) outcome(svc *Service, n *notification) (Status, *wire.Failure) {
	switch {
	case n.letter != nil && n.letter.infected:
		return StatusVirusScanFailed, nil
	case n.letter != nil && (n.letter.invalid || n.letter.uploaded == nil && n.tooLong()):
		return StatusValidationFailed, nil
	case n.kind == SMS && n.phone.International() && !n.phone.ReportsDelivery():
		return StatusSent, nil
	case n.keyType == KeyTypeTest:
		return testOutcome(n.kind, n.to), nil
	case s.options.outcome == nil:
		return StatusDelivered, nil
	}
	status := cmp.Or(s.options.outcome(svc.view(n)), StatusDelivered)
	if !slices.Contains(statuses[:], status) {
		return "", unknownOutcome(status)
	}
	return status, nil
}

// testOutcome is what becomes of a message sent with a test key. The number is compared as the caller wrote it, so that
// one with a space in its last ten digits is delivered, and the address to the letter.
func testOutcome(kind MessageType, to string) Status {
	switch {
	case kind == SMS && strings.HasSuffix(to, "7700900003"), kind == Email && to == "temp-fail@simulator.notify":
		return StatusTemporaryFailure
	case kind == SMS && strings.HasSuffix(to, "7700900002"), kind == Email && to == "perm-fail@simulator.notify":
		return StatusPermanentFailure
	}
	return StatusDelivered
}

// SetStatus gives a message another status now, whatever it has. An outcome that was still to come (see
// [WithOutcomeDelay]) no longer comes: the message keeps what it was given until the next SetStatus. It is an error to
// give a text or an email a status that only letters have.
func (svc *Service) SetStatus(id string, status Status) error {
	if !slices.Contains(statuses[:], status) {
		return fmt.Errorf("simulator: %q is no status of a message", status)
	}
	u, _ := ids.Parse(id)
	now := svc.enter()
	defer svc.mu.Unlock()
	n := svc.messages.byID[u]
	if n == nil {
		return fmt.Errorf("simulator: service %q has no message %s", svc.name, id)
	}
	if n.kind != Letter && status.forLetters() {
		return fmt.Errorf("simulator: only letters have the status %q", status)
	}
	n.setByHand = true
	svc.messages.setStatus(n, status, now.UnixMicro())
	return nil
}
