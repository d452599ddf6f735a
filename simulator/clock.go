package simulator

import (
	"sync/atomic"
	"time"
)

// travel is how far the clock was moved by hand.
type travel struct {
	// moving is held while somebody moves the clock, or lets call-outs happen. It is a channel and no mutex, because who
	// waits for a handler that sleeps in a bubble of testing/synctest must not keep the time of the bubble from moving.
	moving chan struct{}
	ahead  atomic.Int64 // of the clock of the options, in nanoseconds

	timed atomic.Bool  // somebody outside is to be told what happens, so there are timers
	moves atomic.Int64 // how often the time was moved since
}

func (t *travel) begin() { t.moving <- struct{}{} }
func (t *travel) end()   { <-t.moving }

// WithStart has the simulator's time begin at start, from where it flows as usual. A nightly clean-up, a weekend or the
// end of summer time can be tried out like that.
func WithStart(start time.Time) Option { return func(o *options) { o.start = start } }

// Event is something that happens by itself: a message gets another status, its PDF becomes ready, old messages are
// deleted, a daily limit begins anew, a callback goes out.
type Event struct {
	At    time.Time
	Label string // for people; it names a message by its id
}

// Now is the simulator's time. It is the time of its clock (see [WithClock]), moved by [WithStart] and
// [Simulator.Advance].
func (s *Simulator) Now() time.Time { return s.now() }

// Pending returns what is still to happen by itself, the next event first.
func (s *Simulator) Pending() []Event {
	pending := s.schedule.Pending()
	events := make([]Event, len(pending))
	for i, e := range pending {
		events[i] = Event(e)
	}
	return events
}

// NextAt returns when the next event is due, which may be in the past while nobody has looked, and reports whether
// there is one. It is quicker than [Simulator.Pending] if much is pending.
func (s *Simulator) NextAt() (at time.Time, ok bool) { return s.schedule.Next() }

// Advance moves the simulator's time forward by d, and makes everything happen that is due on the way, in order: while
// an event happens, the simulator shows its time. It returns what happened, callbacks included, once all of it has,
// also what was due before. Advance(0) moves nothing, and is how a test waits for callbacks that are on their way. A
// negative d moves the time back; then nothing happens, and nothing is undone.
//
// Time flows besides, and what is due happens without Advance as well. A callback handler must not call Advance: it
// would wait for itself.
func (s *Simulator) Advance(d time.Duration) (happened []Event) {
	s.travel.begin()
	defer s.travel.end()
	if d < 0 {
		s.travel.ahead.Add(int64(d))
		s.news.spread()
		return nil
	}
	return s.travelTo(s.now().Add(d))
}

// Next returns when something will next happen by itself, and reports whether anything will. It is Pending at a glance,
// for those who wait.
func (s *Simulator) Next() (at time.Time, ok bool) { return s.schedule.Next() }

// AdvanceToNext moves the simulator's time forward to the next event, makes everything happen that is due then, and
// returns that. Nothing happens and nothing is returned if there is nothing to come.
func (s *Simulator) AdvanceToNext() (happened []Event) {
	s.travel.begin()
	defer s.travel.end()
	next, ok := s.schedule.Next()
	if !ok {
		return nil
	}
	if now := s.now(); next.Before(now) {
		next = now
	}
	return s.travelTo(next)
}

// travelTo moves the time to end. A callback handler may have made something happen after that in the meantime, because
// time flows: that is due as well.
func (s *Simulator) travelTo(end time.Time) (happened []Event) {
	before := s.travel.ahead.Load()
	for {
		next, ok := s.schedule.Next()
		if !ok || next.After(end) && next.After(s.now()) {
			break
		}
		s.forwardTo(next)
		if e, ok := s.schedule.Step(next); ok {
			happened = append(happened, Event(e))
		}
	}
	s.forwardTo(end)
	if s.travel.ahead.Load() != before {
		s.wakeAfterMove()
		s.news.spread()
	}
	return happened
}

// forwardTo moves the time to at, if it has not come so far by itself.
func (s *Simulator) forwardTo(at time.Time) {
	if d := at.Sub(s.now()); d > 0 {
		s.travel.ahead.Add(int64(d))
	}
}

// callOut schedules an event that calls somebody outside, and sees to it that it happens in time, in a goroutine of its
// own, if nobody advances the clock before.
func (s *Simulator) callOut(at time.Time, label string, do func(at time.Time)) {
	s.schedule.CallOut(at, label, do)
	s.wakeIn(at.Sub(s.now()), at)
}

// wakeIn sees to it that events due at that time, which is d from now, happen without anybody asking for the state. It
// asks no clock, and may be called in any lock.
func (s *Simulator) wakeIn(d time.Duration, at time.Time) {
	s.travel.timed.Store(true)
	time.AfterFunc(max(d, 0), func() {
		s.travel.begin()
		defer s.travel.end()
		now := s.now()
		s.schedule.Run(now)
		// The clock may be a test's own, which stands still or was moved back: it is asked again, but ever more seldom.
		if left := at.Truncate(time.Microsecond).Sub(now); left > 0 {
			if _, more := s.schedule.Next(); more {
				s.wakeIn(max(left, 2*d, time.Millisecond), at)
			}
		}
	})
}

// wakeAfterMove is for when the time was moved by hand: the timers that were set before come too late then, or went off
// already. It sees to all events to come, one after the other, until the time is moved again.
func (s *Simulator) wakeAfterMove() {
	if s.travel.timed.Load() {
		s.wakeForNext(s.travel.moves.Add(1), 0)
	}
}

// wakeForNext waits for the next event, but no less than atLeast.
func (s *Simulator) wakeForNext(move int64, atLeast time.Duration) {
	next, ok := s.schedule.Next()
	if !ok {
		return
	}
	d := max(next.Sub(s.now()), atLeast)
	time.AfterFunc(d, func() {
		if s.travel.moves.Load() != move {
			return
		}
		s.travel.begin()
		defer s.travel.end()
		now := s.now()
		s.schedule.Run(now)
		again := time.Duration(0)
		if next.After(now) { // as in wakeIn, the clock stands still or was moved back
			again = max(2*d, time.Millisecond)
		}
		s.wakeForNext(move, again)
	})
}

// wakeForAll is wakeIn for all events to come.
func (s *Simulator) wakeForAll() {
	now := s.now()
	var last time.Time
	for _, e := range s.schedule.Pending() {
		if !e.At.Equal(last) {
			s.wakeIn(e.At.Sub(now), e.At)
		}
		last = e.At
	}
}
