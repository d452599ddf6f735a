package schedule

import "slices"

// Saved is the events to come at one moment. It can be put back any number of times.
type Saved struct{ events, callOuts events }

// Hold calls do while nothing happens, neither an event nor a call-out. What is happening is waited for, so neither a
// call-out nor an event may call Hold. do may schedule events, but must not make any happen.
func (s *Schedule) Hold(do func()) {
	s.calling.Lock()
	defer s.calling.Unlock()
	s.turn.Lock()
	defer s.turn.Unlock()
	do()
}

// Save returns the events to come. Within [Schedule.Hold] none is missing because it is just happening.
func (s *Schedule) Save() Saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Saved{slices.Clone(s.events), slices.Clone(s.callOuts)}
}

// PutBack has exactly the saved events come. Call it within [Schedule.Hold].
func (s *Schedule) PutBack(saved Saved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events, s.callOuts = slices.Clone(saved.events), slices.Clone(saved.callOuts)
	s.due.Store(never)
	if next := s.events.first(); next != nil {
		s.setDue(next.at)
	}
}
