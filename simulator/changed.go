package simulator

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

// changed wakes those who wait for a change.
func (m *messages) changed() {
	if m.awaited != nil {
		close(m.awaited)
		m.awaited = nil
	}
}
