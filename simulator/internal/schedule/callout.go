package schedule

import (
	"container/heap"
	"time"
)

// Lane is where the call-outs to one receiver wait. They happen one at a time, in the order of their times; those of
// other lanes do not wait for them. The zero Lane is empty and ready to use. All of it is guarded by the schedule.
type Lane struct {
	waiting events
	taken   bool // somebody sees to it, and nobody else may until he lets it go
	stopped bool // whoever has taken it lets it go before the next call-out
}

// due reports whether a call-out is due, and nobody sees to it.
func (l *Lane) due(until int64) bool {
	next := l.waiting.first()
	return next != nil && next.at <= until && !l.taken && !l.stopped
}

// CallOut schedules an event that calls somebody outside, such as a handler of a test, which may ask for the state
// that other events change. [Schedule.Advance] leaves call-outs alone, because it runs in the goroutine of a caller
// that only wants to look. [Schedule.Step], [Schedule.Call] and [Schedule.Finish] make them happen, and do may call
// Advance.
func (s *Schedule) CallOut(l *Lane, at time.Time, label string, do func(at time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.wait(&event{at: at.UnixMicro(), sequence: s.last, label: label, do: do, lane: l})
}

// wait puts a call-out into its lane.
func (s *Schedule) wait(e *event) {
	heap.Push(&e.lane.waiting, e)
	if s.lanes == nil {
		s.lanes = map[*Lane]struct{}{}
	}
	s.lanes[e.lane] = struct{}{}
}

// Flow makes the events happen that are due at now, and takes all lanes in which a call-out is due and that nobody has
// taken. Each of them is for [Schedule.Call]. It does nothing between [Schedule.Pause] and [Schedule.Resume].
func (s *Schedule) Flow(now time.Time) (taken []*Lane) {
	s.mu.Lock()
	if s.paused {
		s.mu.Unlock()
		return nil
	}
	s.active++
	s.mu.Unlock()
	s.Advance(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.lanes {
		if !s.paused && l.due(now.UnixMicro()) {
			s.take(l)
			taken = append(taken, l)
		}
	}
	s.rest()
	return taken
}

// Call makes the next call-out of a lane that the caller has taken happen, and reports whether one was due. If none is,
// or the schedule is to pause, it lets the lane go.
func (s *Schedule) Call(l *Lane, now time.Time) (happened bool) {
	s.mu.Lock()
	next := l.waiting.first()
	if s.paused || l.stopped || next == nil || next.at > now.UnixMicro() {
		l.taken = false
		s.leave(l)
		s.rest()
		s.mu.Unlock()
		return false
	}
	heap.Pop(&l.waiting)
	s.mu.Unlock()
	next.do(next.time())
	return true
}

// Finish makes the call-outs of a lane happen that are due at now. When it returns they have all happened, whichever
// goroutine did it. A call-out must not call it.
func (s *Schedule) Finish(l *Lane, now time.Time) {
	for s.await(l, now.UnixMicro()) {
		for s.Call(l, now) {
			continue
		}
	}
}

// await takes a lane, once nobody else has it, and reports whether a call-out is due in it.
func (s *Schedule) await(l *Lane, until int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.paused || l.taken || l.stopped {
		s.sleep()
	}
	if !l.due(until) {
		return false
	}
	s.take(l)
	return true
}

// Pause keeps call-outs from happening by themselves, and returns once none is happening: then only [Schedule.Step]
// makes any happen. Who waits for a slow one does not keep the other lanes waiting. Pauses take turns; a call-out must
// not call Pause.
func (s *Schedule) Pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var slow []*Lane
	for l := range s.lanes {
		if l.taken {
			l.stopped = true
			slow = append(slow, l)
		}
	}
	for _, l := range slow {
		for l.taken {
			s.sleep()
		}
	}
	s.paused = true
	for s.active > 0 {
		s.sleep()
	}
	for _, l := range slow {
		l.stopped = false
	}
}

// Resume ends a pause.
func (s *Schedule) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = false
	s.calmer.Broadcast()
}

// take gives a lane to the caller.
func (s *Schedule) take(l *Lane) {
	l.taken = true
	s.active++
}

// leave forgets a lane of which nothing is known any more.
func (s *Schedule) leave(l *Lane) {
	if len(l.waiting) == 0 && !l.taken {
		l.waiting = nil // frees the memory of the slice
		delete(s.lanes, l)
	}
}

// rest is for whoever does nothing any more that a pause would wait for.
func (s *Schedule) rest() {
	s.active--
	s.calmer.Broadcast()
}

// sleep waits until somebody rests. In a bubble of testing/synctest it does not keep the time from moving.
func (s *Schedule) sleep() {
	s.calmer.L = &s.mu
	s.calmer.Wait()
}

// Step makes the next event happen if it is due at now, and returns it. It must not be called by a call-out, and only
// in a pause.
func (s *Schedule) Step(now time.Time) (Event, bool) {
	until := now.UnixMicro()
	if e := s.takeCallOut(until); e != nil {
		e.do(e.time())
		return e.shown(), true
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	e := s.takeEvent(until)
	if e == nil {
		return Event{}, false
	}
	e.do(e.time())
	return e.shown(), true
}

// takeCallOut removes the next call-out and returns it, if it is due and no other event comes before it.
func (s *Schedule) takeCallOut(until int64) *event {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.firstCallOut(func(*Lane) bool { return true })
	if out == nil || out.at > until || earlier(out, s.firstEvent()) != out {
		return nil
	}
	heap.Pop(&out.lane.waiting)
	s.leave(out.lane)
	return out
}

// firstCallOut returns the next one in those lanes, or nil.
func (s *Schedule) firstCallOut(in func(*Lane) bool) (first *event) {
	for l := range s.lanes {
		if in(l) {
			first = earlier(first, l.waiting.first())
		}
	}
	return first
}

// NextTold returns the time of the next event of which somebody outside is told, call-outs included, and reports
// whether there is one. Those of a lane that somebody has taken are left to him, and all of them in a pause.
func (s *Schedule) NextTold() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := earlier(s.told.first(), s.firstCallOut(func(l *Lane) bool { return !l.taken && !l.stopped }))
	if e == nil || s.paused {
		return time.Time{}, false
	}
	return e.time(), true
}
