package simulator

import (
	"slices"
	"sync"
	"sync/atomic"
)

// WithMaxMessages sets how many messages are kept, by all services together. When there are more, the oldest tenth of
// that number is deleted at once, with its files and its documents, whatever became of it: a simulator that runs for
// months does not grow. A service keeps no more received texts than that either, nor attempts to post callbacks.
// Defaults to no limit, as does 0 or less; then messages go only when their retention is over, as on the real service.
// See [WithRequestLog] for requests.
func WithMaxMessages(n int) Option { return func(o *options) { o.maxMessages = max(n, 0) } }

// capacity is how much room there is.
type capacity struct {
	room   atomic.Int64 // for how many messages there certainly is room
	making sync.Mutex
}

// overfull is how many of the oldest entries have to go if there may be only so many.
func overfull(entries, most int) int {
	if most == 0 || entries <= most {
		return 0
	}
	return entries - most + most/10
}

// makeRoom counts a new message, and deletes old ones if there are too many. It opens doors.
func (s *Simulator) makeRoom() {
	if s.options.maxMessages == 0 || s.capacity.room.Add(-1) >= 0 {
		return
	}
	s.capacity.making.Lock()
	defer s.capacity.making.Unlock()
	if s.capacity.room.Load() >= 0 {
		return // somebody else did
	}
	now, services := s.now(), s.registry.all()
	var made []int64
	for _, svc := range services {
		svc.during(now, func(st *state) { made = st.messages.AppendMade(made) })
	}
	if cut := overfull(len(made), s.options.maxMessages); cut > 0 {
		slices.Sort(made)
		before := int64(1<<63 - 1)
		if cut < len(made) {
			before = made[cut]
		}
		for _, svc := range services {
			svc.during(now, func(st *state) {
				st.messages.sweep(before, func(*notification) bool { return true })
			})
		}
		made = made[cut:]
	}
	s.capacity.room.Store(int64(s.options.maxMessages - len(made)))
}

// countAnew is for when messages came that were not counted.
func (s *Simulator) countAnew() {
	s.capacity.room.Store(0)
	s.makeRoom()
}
