package simulator

import "sync/atomic"

// Changed returns a channel that is closed as soon as a message is made or gets another status, or a callback was
// posted. A test that waits for the program under test asks for it first, then looks, and then waits, so that nothing
// is missed in between. What is due by itself happens when somebody next looks: [Simulator.Pending] says when that is
// worth while.
func (svc *Service) Changed() (next <-chan struct{}) {
	svc.at(func(st *state) {
		if st.messages.awaited == nil {
			st.messages.awaited = make(chan struct{})
		}
		next = st.messages.awaited
	})
	return next
}

// Changed returns a channel that is closed as soon as a channel of [Service.Changed] would be in any service, a text is
// received, a service is added, a request was answered, the time is moved or a snapshot is restored. It is for those
// who show the simulator to people. Like the channel of a service it is asked for before one looks.
func (s *Simulator) Changed() <-chan struct{} { return s.news.next() }

// changed wakes those who wait for a change.
func (m *messages) changed() {
	if m.awaited != nil {
		close(m.awaited)
		m.awaited = nil
	}
	m.news.spread()
}

// news is what those wait for who look at all services. It needs no lock, and may be spread in any.
type news struct{ awaited atomic.Pointer[chan struct{}] }

func (n *news) next() <-chan struct{} {
	fresh := make(chan struct{})
	for {
		if c := n.awaited.Load(); c != nil {
			return *c
		}
		if n.awaited.CompareAndSwap(nil, &fresh) {
			return fresh
		}
	}
}

// spread wakes everybody. While nobody waits it costs a look at a pointer.
func (n *news) spread() {
	if n == nil || n.awaited.Load() == nil {
		return
	}
	if c := n.awaited.Swap(nil); c != nil {
		close(*c)
	}
}
