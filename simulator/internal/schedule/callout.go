package schedule

import (
	"container/heap"
	"time"
)

// CallOut schedules an event that calls somebody outside, such as a handler of a test, which may ask for the state
// that other events change. [Schedule.Advance] leaves call-outs alone, because it runs in the goroutine of a caller
// that only wants to look. They happen in [Schedule.Step] and [Schedule.Run], one at a time, and do may call Advance.
func (s *Schedule) CallOut(at time.Time, label string, do func(at time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	heap.Push(&s.callOuts, &event{at: at.UnixMicro(), sequence: s.last, label: label, do: do})
}

// Run makes everything happen that is due at now, call-outs included, in the order of time. When it returns all of it
// has happened, whichever goroutine did it. A call-out must not call Run.
func (s *Schedule) Run(now time.Time) {
	for {
		if _, happened := s.Step(now); !happened {
			return
		}
	}
}

// Step makes the next event happen if it is due at now, and returns it. It must not be called by a call-out.
func (s *Schedule) Step(now time.Time) (Event, bool) {
	s.calling.Lock()
	defer s.calling.Unlock()
	until := now.UnixMicro()
	if e := s.takeCallOut(until); e != nil {
		e.do(e.time())
		return e.shown(), true
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	e := s.take(until)
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
	out, other := s.callOuts.first(), s.events.first()
	if out == nil || out.at > until || other != nil && other.compare(out) < 0 {
		return nil
	}
	if len(s.callOuts) == 1 {
		s.callOuts = nil
		return out
	}
	return heap.Pop(&s.callOuts).(*event)
}
