package simulator

import (
	"sync/atomic"
	"time"
)

// travel is how far the clock was moved by hand.
type travel struct {
	// moving is held while somebody moves the clock, or needs it to stand still. It is a channel and no mutex, because who
	// waits for a handler that sleeps in a bubble of testing/synctest must not keep the time of the bubble from moving.
	moving chan struct{}
	ahead  atomic.Int64 // of the clock of the options, in nanoseconds
	alarm  alarm        // set for what somebody outside is told next: alarm.go
}

// begin keeps everything from happening by itself, but for what a door makes happen. It waits for callbacks that are
// just being posted.
func (s *Simulator) begin() {
	s.travel.moving <- struct{}{}
	s.schedule.Pause()
}

func (s *Simulator) end() {
	s.schedule.Resume()
	s.travel.alarm.stop() // the time may be another now
	s.setAlarm()
	<-s.travel.moving
}

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

// Advance moves the simulator's time forward by d, and makes everything happen that is due on the way, in order: while
// an event happens, the simulator shows its time. It returns what happened, callbacks included, once all of it has,
// also what was due before. Advance(0) moves nothing, and is how a test waits for callbacks that are on their way. A
// negative d moves the time back; then nothing happens, and nothing is undone.
//
// Time flows besides, and what is due happens without Advance as well. A callback handler must not call Advance: it
// would wait for itself.
func (s *Simulator) Advance(d time.Duration) (happened []Event) {
	s.begin()
	defer s.end()
	defer s.noteTime()
	if d < 0 {
		s.travel.ahead.Add(int64(d))
		s.news.spread()
		return nil
	}
	return s.travelTo(s.now().Add(d))
}

// Next returns when something will next happen by itself, which may be in the past while nobody has looked, and reports
// whether anything will. It is quicker than [Simulator.Pending], for those who wait.
func (s *Simulator) Next() (at time.Time, ok bool) { return s.schedule.Next() }

// AdvanceToNext moves the simulator's time forward to the next event, makes everything happen that is due then, and
// returns that. Nothing happens and nothing is returned if there is nothing to come.
func (s *Simulator) AdvanceToNext() (happened []Event) {
	s.begin()
	defer s.end()
	next, ok := s.schedule.Next()
	if !ok {
		return nil
	}
	if now := s.now(); next.Before(now) {
		next = now
	}
	defer s.noteTime()
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
