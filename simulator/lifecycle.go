package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// accept counts a message, stores it and hands it over.
func (c *call) accept(n *notification) *wire.Failure {
	early, f := c.service.accept(n)
	if f != nil || early == nil {
		return f
	}
	select {
	case <-early:
	case <-c.ctx.Done(): // the message stays accepted
		c.fate.ending = endGivenUp
	}
	return nil
}

// accept returns what is closed once the delivery receipt was posted, if a test wants that before the response.
func (svc *Service) accept(n *notification) (early <-chan struct{}, f *wire.Failure) {
	channels := n.channels()
	var now time.Time
	svc.at(func(st *state) {
		now = st.now
		f = st.count(channels, now, svc)
	})
	if f != nil {
		return nil, f
	}
	// The function given to WithOutcomes sees the message before it is stored.
	n.history = append(make([]change, 0, 3), change{now.UnixMicro(), StatusCreated.slot()})
	outcome, f := svc.outcome(n)
	if f != nil {
		svc.at(func(st *state) {
			st.limits.today.Remove(now, channels...)
			st.notes.counted = now
		})
		return nil, f
	}
	svc.at(func(st *state) {
		st.messages.keep(n, now.UnixMicro())
		early = st.callbacks.hurry(n, outcome)
		svc.setOut(st, n, outcome, now, early != nil)
		svc.makePDF(st, n, now)
		svc.expectCleanUp(st)
	})
	svc.sim.makeRoom()
	return early, nil
}

// setOut sends a new message on its course: what takes no time happens at once, as all of it does when there is a
// hurry; the rest is scheduled.
func (svc *Service) setOut(st *state, n *notification, outcome Status, now time.Time, hurry bool) {
	course := svc.plan(st).course(n, outcome, now)
	for i, step := range course {
		if step.at.After(now) && !hurry {
			svc.expect(st, n, step)
			continue
		}
		course[i].at = now
		svc.take(st, n, step, n.createdAt())
	}
	last := course[len(course)-1]
	givenUp := timeOut(now)
	if n.kind() != MessageTypeLetter && (last.status.inFlight() || last.at.After(givenUp)) {
		svc.expect(st, n, step{status: StatusTemporaryFailure, at: givenUp})
	}
}

// expect schedules a step of a message. The event keeps only the id, so that a deleted message takes no memory. The
// step has no effect if the message has been deleted, if it has its outcome already, or if a test has set its status:
// that stays until the test sets another.
func (svc *Service) expect(st *state, n *notification, next step) {
	n.ahead = append(n.ahead, next)
	svc.schedule(st, n.ID, next)
}

// schedule has a step come that is among those ahead of a message.
func (svc *Service) schedule(st *state, id uuid.UUID, next step) {
	told := !next.pdf && next.status.completes() && st.callbacks.wanted()
	at := svc.sim.schedule.At
	if told {
		at = svc.sim.schedule.AtTold
	}
	at(next.at, next.label()+": message "+id.String(), func(now time.Time) {
		svc.during(now, func(st *state) {
			n := st.messages.Get(id)
			if n == nil {
				return
			}
			n.passed(next)
			st.messages.touch(n)
			switch {
			case next.pdf:
				n.pdfReady = true
			case !n.setByHand && n.status().awaitsReceipt():
				svc.take(st, n, next, now.UnixMicro())
			}
		})
	})
	if told {
		svc.sim.wakeIn(next.at.Sub(st.now))
	}
}

// passed takes a step from those that are ahead of a message. Copies of the message keep it.
func (n *notification) passed(s step) {
	if i := slices.Index(n.ahead, s); i >= 0 {
		n.ahead = slices.Concat(n.ahead[:i], n.ahead[i+1:])
	}
}

// handedOver is the status of a message that its provider has.
func (n *notification) handedOver() Status {
	if n.kind() == MessageTypeSMS && n.phone.International() {
		return StatusSent
	}
	return StatusSending
}

// take is a step of a message on its course.
func (svc *Service) take(st *state, n *notification, s step, at int64) {
	if s.handOver {
		st.messages.handOver(n, s.status, at)
		return
	}
	svc.receive(st, n, s.status, at)
}

// receive gives a message a status that its provider or a test reports, and does what follows from that.
func (svc *Service) receive(st *state, n *notification, s Status, at int64) {
	before := n.status()
	st.messages.receive(n, s, at)
	svc.follow(st, n, before)
}

// handOver passes a message to the provider that delivers it. A message sent with a test key goes to no provider, so a
// letter has no time of sending and a text no fragments yet.
func (m *messages) handOver(n *notification, s Status, at int64) {
	m.setStatus(n, s, at)
	test := n.keyType() == KeyTypeTest
	if !test || n.kind() != MessageTypeLetter {
		n.sentAt = n.changedAt()
	}
	n.billed = !test
}

// receive gives a message a status, with what is billed and sent by then.
func (m *messages) receive(n *notification, s Status, at int64) {
	m.setStatus(n, s, at)
	if s != StatusSent {
		n.billed = true
	}
	if s == StatusDelivered && n.kind() == MessageTypeLetter && n.keyType() != KeyTypeTest && n.sentAt == 0 {
		n.sentAt = n.changedAt()
	}
}

// makePDF marks the PDF of a letter as ready, or schedules that.
func (svc *Service) makePDF(st *state, n *notification, now time.Time) {
	delay := svc.sim.currentDelays().pdf
	if n.kind() != MessageTypeLetter || n.precompiled() || delay <= 0 {
		n.pdfReady = true
		return
	}
	svc.expect(st, n, step{at: now.Add(delay), pdf: true})
}

// outcome decides how a message ends. It fails if the function of a test returns a status that does not exist.
func (svc *Service) outcome(n *notification) (Status, *wire.Failure) {
	if set := svc.setOutcome(n); set != "" {
		return set, nil
	}
	decide := svc.sim.options.outcome
	switch {
	case n.letter != nil && n.letter.infected:
		return StatusVirusScanFailed, nil
	case n.letter != nil && (n.letter.invalid || !n.precompiled() && n.tooLong()):
		return StatusValidationFailed, nil
	case !n.reportsDelivery():
		return StatusSent, nil
	case n.keyType() == KeyTypeTest:
		return testOutcome(n.kind(), n.to), nil
	case decide == nil:
		ending := svc.sim.registry.fixtureDelays().ending
		if n.kind() == MessageTypeLetter {
			ending = "" // it is of texts and emails
		}
		return cmp.Or(ending, StatusDelivered), nil
	}
	status := cmp.Or(decide(n.view()), StatusDelivered)
	if !slices.Contains(statuses[:], status) {
		return "", unknownOutcome(status)
	}
	return status, nil
}

// unknownOutcome is a failure that the real service does not have: it is for the author of the test.
func unknownOutcome(s Status) *wire.Failure {
	given := "The function given to WithOutcomes returned " + strconv.Quote(string(s))
	return wire.New(500, "Exception", given+", which is no status of a message")
}

// testOutcome returns how a message sent with a test key ends. Numbers and addresses are compared as the caller wrote
// them: a number with a space in its last ten digits is delivered, and so is an address in capitals.
func testOutcome(kind MessageType, to string) Status {
	isSMS, isEmail := kind == MessageTypeSMS, kind == MessageTypeEmail
	switch {
	case isSMS && strings.HasSuffix(to, "7700900003"), isEmail && to == "temp-fail@simulator.notify":
		return StatusTemporaryFailure
	case isSMS && strings.HasSuffix(to, "7700900002"), isEmail && to == "perm-fail@simulator.notify":
		return StatusPermanentFailure
	}
	return StatusDelivered
}

// SetStatus gives a message another status now, whatever its current one. It cancels an outcome that is still to come
// (see [WithOutcomeDelay]): the message keeps this status until the next SetStatus. If it is another than before, a
// callback is made as if the status had come by itself (see [Service.SetCallback]). It is an error to give a text or an
// email a status that only letters have.
func (svc *Service) SetStatus(id string, status Status) (err error) {
	if !slices.Contains(statuses[:], status) {
		return fmt.Errorf("simulator: %q is no status of a message", status)
	}
	u, _ := ids.Parse(id)
	svc.at(func(st *state) {
		n := st.messages.Get(u)
		switch {
		case n == nil:
			err = fmt.Errorf("simulator: service %q has no message %s", svc.Name(), id)
		case n.kind() != MessageTypeLetter && status.forLetters():
			err = fmt.Errorf("simulator: only letters have the status %q", status)
		default:
			n.setByHand = true
			svc.receive(st, n, status, st.now.UnixMicro())
		}
	})
	_ = svc.sim.journal.flush()
	return err
}
