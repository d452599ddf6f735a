package schedule

import "slices"

// Saved is the events to come at one moment. It can be put back any number of times.
type Saved struct{ events, told, callOuts events }

// Hold calls do while no event happens. One that is happening is waited for, so no event may call Hold. Call it in a
// pause, so that no call-out happens either. do may schedule events, but must not make any happen.
func (s *Schedule) Hold(do func()) {
	s.turn.Lock()
	defer s.turn.Unlock()
	do()
}

// Save returns the events to come. Within [Schedule.Hold] none is missing because it is just happening.
func (s *Schedule) Save() Saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Saved{slices.Clone(s.events), slices.Clone(s.told), s.callOuts()}
}

// PutBack has exactly the saved events come. Call it within [Schedule.Hold].
func (s *Schedule) PutBack(saved Saved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events, s.told = slices.Clone(saved.events), slices.Clone(saved.told)
	for l := range s.lanes {
		l.waiting = nil
	}
	clear(s.lanes)
	for _, e := range saved.callOuts {
		s.wait(e)
	}
	s.due.Store(never)
	if next := s.firstEvent(); next != nil {
		s.setDue(next.at)
	}
}
