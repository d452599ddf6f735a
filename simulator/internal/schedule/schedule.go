// Package schedule keeps what is still to happen, and makes it happen in order once its time has come.
package schedule

import (
	"cmp"
	"container/heap"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Schedule holds events to come. The zero Schedule is empty and ready to use, and its methods may be called by several
// goroutines at once.
//
// Nothing runs by itself: no goroutine and no timer. Whoever is about to look at a state that events change calls
// [Schedule.Advance] first.
type Schedule struct {
	// turn is held while an event happens, so that events happen one at a time, and so that whoever advances to the same
	// time finds them finished.
	turn sync.Mutex
	// calling is held while a call-out happens, and not while other events do.
	calling sync.Mutex

	mu       sync.Mutex // guards what follows; never held while an event happens
	events   events
	callOuts events
	last     int64 // the sequence number given last

	due atomic.Int64 // not before this time is the next event due, in Unix microseconds; never while none is to come
}

// never is 0, so that the zero Schedule is empty. The microsecond that it takes from 1970 is made up for by setDue.
const never = 0

func (s *Schedule) setDue(at int64) {
	if at == never {
		at-- // too early costs Advance a look, too late would cost it an event
	}
	s.due.Store(at)
}

// Event is something that is still to happen.
type Event struct {
	At    time.Time
	Label string
}

type event struct {
	at       int64 // Unix microseconds
	sequence int64 // of two events due at the same time, the one scheduled first happens first
	label    string
	do       func(at time.Time)
}

func (e *event) time() time.Time { return time.UnixMicro(e.at).UTC() }

func (e *event) shown() Event { return Event{At: e.time(), Label: e.label} }

func (e *event) compare(other *event) int {
	return cmp.Or(cmp.Compare(e.at, other.at), cmp.Compare(e.sequence, other.sequence))
}

// events is a heap with the next event on top.
type events []*event

func (h events) first() *event {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}

func (h events) Len() int           { return len(h) }
func (h events) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h events) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *events) Push(e any)        { *h = append(*h, e.(*event)) }
func (h *events) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}

// At has do called once the time is at, with that time. The label says what happens, for people. Times are kept to the
// microsecond.
//
// While do runs, no lock of the schedule is held but the one that makes other callers of [Schedule.Advance] wait: do
// may schedule more, but not advance.
func (s *Schedule) At(at time.Time, label string, do func(at time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	heap.Push(&s.events, &event{at: at.UnixMicro(), sequence: s.last, label: label, do: do})
	if next := s.events[0].at; s.due.Load() == never || next < s.due.Load() {
		s.setDue(next)
	}
}

// Advance makes everything happen that is due at now, in the order of time, including what that schedules in its turn.
// When it returns all of it has happened, whichever goroutine did it.
func (s *Schedule) Advance(now time.Time) {
	until := now.UnixMicro()
	if due := s.due.Load(); due == never || due > until {
		return
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	for e := s.take(until); e != nil; e = s.take(until) {
		e.do(e.time())
	}
}

// take removes the next event and returns it, if it is due. Only when none is left does it say when the next one is:
// until then others have to wait for their turn, for the last event may still be happening.
func (s *Schedule) take(until int64) *event {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(s.events) == 0:
		s.events = nil // and the memory of what was in it comes back
		s.due.Store(never)
		return nil
	case s.events[0].at > until:
		s.setDue(s.events[0].at)
		return nil
	}
	return heap.Pop(&s.events).(*event)
}

// Next returns the time of the next event, call-outs included, and whether there is one.
func (s *Schedule) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.events.first()
	if out := s.callOuts.first(); e == nil || out != nil && out.compare(e) < 0 {
		e = out
	}
	if e == nil {
		return time.Time{}, false
	}
	return e.time(), true
}

// Pending returns what is still to happen, call-outs included, the next event first.
func (s *Schedule) Pending() []Event {
	s.mu.Lock()
	sorted := slices.Concat(s.events, s.callOuts)
	s.mu.Unlock()
	slices.SortFunc(sorted, (*event).compare)
	pending := make([]Event, len(sorted))
	for i, e := range sorted {
		pending[i] = e.shown()
	}
	return pending
}
