package simulator

import (
	"sync"
	"time"

	"github.com/notifykit/notify/simulator/internal/schedule"
)

// alarm is the one timer of a simulator. It goes off when somebody outside is to be told of something, and is not set
// while there is nothing to tell. It asks no clock but that of the timers, and may be set in any lock.
type alarm struct {
	lock       sync.Mutex
	timer      *time.Timer // nil: it is not set
	set, rings time.Time   // by time.Now, without the monotonic clock
	// event is the one for which it was set, and after how long; zero if that is not known.
	event time.Time
	wait  time.Duration
}

// in has it ring in d, or before, if it would do so already.
func (a *alarm) in(d time.Duration, event time.Time, ring func()) {
	a.lock.Lock()
	defer a.lock.Unlock()
	d = max(d, 0)
	if d > 0 && a.timer == nil && !event.IsZero() && event.Equal(a.event) {
		// It came too early for this one: the clock is a test's own, which stands still or was moved back. It is asked
		// again, but ever more seldom.
		d = max(d, 2*a.wait, time.Millisecond)
	}
	now := time.Now().Round(0)
	rings := now.Add(d)
	if a.timer != nil {
		if left := a.rings.Sub(now); left <= d && a.known(now) {
			// One of a bubble of testing/synctest that is over would never ring.
			d, rings, event = max(left, 0), a.rings, a.event
		}
		a.forget(now)
	}
	a.set, a.rings, a.event, a.wait = now, rings, event, d
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		a.lock.Lock()
		if a.timer == timer {
			a.timer = nil
		}
		a.lock.Unlock()
		ring()
	})
	a.timer = timer
}

// known reports whether the timer goes by the clock that says now, and not by that of a bubble.
func (a *alarm) known(now time.Time) bool {
	return !now.Before(a.set) && now.Before(a.rings.Add(time.Minute))
}

// forget stops the timer, unless it is of a bubble that is left: that would be fatal.
func (a *alarm) forget(now time.Time) {
	if a.timer != nil && a.known(now) {
		a.timer.Stop()
	}
	a.timer = nil
}

func (a *alarm) stop() {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.forget(time.Now().Round(0))
	a.event = time.Time{}
}

// wakeIn sees to it that what is due in d happens without anybody asking for the state. It asks no clock, and may be
// called in any lock.
func (s *Simulator) wakeIn(d time.Duration) { s.travel.alarm.in(d, time.Time{}, s.wake) }

// setAlarm has the next event happen at its time of which somebody outside is told.
func (s *Simulator) setAlarm() {
	if next, ok := s.schedule.NextTold(); ok {
		s.travel.alarm.in(next.Sub(s.now()), next, s.wake)
	}
}

// wake makes happen what is due. Each service's callbacks go out in a goroutine of their own, for as long as any are
// due.
func (s *Simulator) wake() {
	for _, lane := range s.schedule.Flow(s.now()) {
		go s.callOut(lane)
	}
	_ = s.journal.flush()
	s.setAlarm()
}

// callOut posts the callbacks that are due in a lane, which the schedule has given to the caller.
func (s *Simulator) callOut(lane *schedule.Lane) {
	for s.schedule.Call(lane, s.now()) {
		_ = s.journal.flush()
	}
	s.setAlarm()
}

// wakeForAll is for when somebody outside begins to be told: it may be of any event to come.
func (s *Simulator) wakeForAll() {
	s.schedule.TellAll()
	s.setAlarm()
}
