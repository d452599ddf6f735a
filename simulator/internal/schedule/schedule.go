// Package schedule keeps the events that are still to come, and runs them in order once they are due.
package schedule

import (
	"cmp"
	"container/heap"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Schedule holds the events to come. The zero Schedule is empty and ready to use. Its methods may be called by several
// goroutines at once.
//
// Nothing runs by itself: there is no goroutine and no timer. Call [Schedule.Advance] before reading any state that
// events change, and [Schedule.Flow] when [Schedule.NextTold] says.
type Schedule struct {
	// turn is held while an event runs. So events run one at a time, and another caller that advances to the same time
	// finds them finished.
	turn sync.Mutex

	mu     sync.Mutex // guards what follows; never held while an event runs
	events events
	told   events             // the other events, of which somebody outside is told
	lanes  map[*Lane]struct{} // in which call-outs wait, or that somebody has taken
	last   int64              // the sequence number given last
	paused bool               // nothing happens by itself
	active int                // how many do something that a pause waits for
	calmer sync.Cond          // there are fewer of them, or the pause is over

	due atomic.Int64 // no event is due before this time, in Unix microseconds; never if there are none
}

// never is 0, so that the zero Schedule is empty. An event due at exactly that microsecond of 1970 needs setDue.
const never = 0

func (s *Schedule) setDue(at int64) {
	if at == never {
		at-- // too early only makes Advance look once more; too late would miss an event
	}
	s.due.Store(at)
}

// Event is an event that is still to come.
type Event struct {
	At    time.Time
	Label string
}

type event struct {
	at       int64 // Unix microseconds
	sequence int64 // of two events due at the same time, the one scheduled first runs first
	label    string
	do       func(at time.Time)
	lane     *Lane // of a call-out
}

func (e *event) time() time.Time { return time.UnixMicro(e.at).UTC() }

func (e *event) shown() Event { return Event{At: e.time(), Label: e.label} }

func (e *event) compare(other *event) int {
	return cmp.Or(cmp.Compare(e.at, other.at), cmp.Compare(e.sequence, other.sequence))
}

// earlier returns the one that comes first. Either may be nil.
func earlier(a, b *event) *event {
	if a == nil || b != nil && b.compare(a) < 0 {
		return b
	}
	return a
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

// At schedules do, to be called once the time is at, with that time. The label describes the event to people. Times are
// kept to the microsecond.
//
// While do runs, other callers of [Schedule.Advance] wait, but no other method is locked: do may schedule more events,
// but must not advance.
func (s *Schedule) At(at time.Time, label string, do func(at time.Time)) {
	s.at(&s.events, at, label, do)
}

// AtTold is like At, for an event of which somebody outside is told: [Schedule.NextTold] finds it.
func (s *Schedule) AtTold(at time.Time, label string, do func(at time.Time)) {
	s.at(&s.told, at, label, do)
}

func (s *Schedule) at(to *events, at time.Time, label string, do func(at time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	heap.Push(to, &event{at: at.UnixMicro(), sequence: s.last, label: label, do: do})
	if next := (*to)[0].at; s.due.Load() == never || next < s.due.Load() {
		s.setDue(next)
	}
}

// TellAll has somebody outside be told of all events that are to come now.
func (s *Schedule) TellAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, s.events...)
	heap.Init(&s.told)
	s.events = nil
}

// Advance runs all events that are due at now, in the order of time, including due events that they schedule. When it
// returns they have all finished, whichever goroutine ran them.
func (s *Schedule) Advance(now time.Time) {
	until := now.UnixMicro()
	if due := s.due.Load(); due == never || due > until {
		return
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	for e := s.takeEvent(until); e != nil; e = s.takeEvent(until) {
		e.do(e.time())
	}
}

// firstEvent returns the next event that is no call-out, or nil.
func (s *Schedule) firstEvent() *event { return earlier(s.events.first(), s.told.first()) }

// takeEvent removes the next event and returns it, if it is due. It updates due only when no due event is left: until
// then other callers must wait for their turn, because an event may still be running.
func (s *Schedule) takeEvent(until int64) *event {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.firstEvent()
	switch {
	case next == nil:
		s.due.Store(never)
		return nil
	case next.at > until:
		s.setDue(next.at)
		return nil
	}
	from := &s.events
	if next == s.told.first() {
		from = &s.told
	}
	heap.Pop(from)
	if len(*from) == 0 {
		*from = nil // frees the memory of the slice
	}
	return next
}

// Next returns the time of the next event, call-outs included, and reports whether there is one.
func (s *Schedule) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := earlier(s.firstEvent(), s.firstCallOut(func(*Lane) bool { return true }))
	if e == nil {
		return time.Time{}, false
	}
	return e.time(), true
}

// callOuts returns all of them, in any order.
func (s *Schedule) callOuts() (all events) {
	for l := range s.lanes {
		all = append(all, l.waiting...)
	}
	return all
}

// Pending returns the events still to come, call-outs included, the next one first.
func (s *Schedule) Pending() []Event {
	s.mu.Lock()
	sorted := slices.Concat(s.events, s.told, s.callOuts())
	s.mu.Unlock()
	slices.SortFunc(sorted, (*event).compare)
	pending := make([]Event, len(sorted))
	for i, e := range sorted {
		pending[i] = e.shown()
	}
	return pending
}
