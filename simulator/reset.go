package simulator

// Reset puts the service back to how it was made, or how a file describes it now (see [Simulator.Reload]): with the
// keys, templates, people and limits of then, and without messages, received texts that came in since, outcomes that
// were set, and attempts to post callbacks. A callback still to be posted is given up. The other services of the
// simulator, faults, the log of requests and the time stay as they are.
func (svc *Service) Reset() { svc.beginAnew(*svc.profile().made) }

// Remove deletes the service with all that it has: its keys are then unknown, and [Simulator.Service] does not find it.
// To restore an older [Snapshot] brings it back. To remove it again does nothing.
func (svc *Service) Remove() {
	if svc.sim.registry.remove(svc) {
		svc.beginAnew(state{messages: newMessages(&svc.sim.news)})
	}
}

// beginAnew replaces the state. Events that are still to come find nothing that they could change.
func (svc *Service) beginAnew(with state) {
	svc.at(func(st *state) {
		svc.sim.registry.forgetReceived(st.received.texts)
		now, epoch := st.now, st.callbacks.epoch
		st.messages.changed()
		*st = with.clone()
		st.now, st.callbacks.epoch = now, epoch+1
		svc.sim.registry.noteReceived(st.received.texts...)
	})
}
