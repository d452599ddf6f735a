package simulator

import "slices"

// Reset puts the service back to how it was made, or how a file describes it now (see [Simulator.Reload]): with the
// keys, templates, people and limits of then, and without messages, received texts that came in since, outcomes that
// were set, and attempts to post callbacks. A callback still to be posted is given up. The other services of the
// simulator, faults, the log of requests and the time stay as they are.
func (svc *Service) Reset() {
	svc.at(func(st *state) {
		before := svc.changesIfKept(st)
		svc.beginAnew(st, *svc.profile().made)
		svc.sim.journal.replaced(before, svc.changesIfKept(st))
	})
	_ = svc.sim.journal.flush()
}

// Remove deletes the service with all that it has: its keys are then unknown, and [Simulator.Service] does not find it.
// To restore an older [Snapshot] brings it back. To remove it again does nothing.
func (svc *Service) Remove() {
	svc.at(func(st *state) {
		before := svc.changesIfKept(st)
		if !svc.sim.registry.remove(svc) {
			return
		}
		svc.beginAnew(st, state{messages: newMessages(&svc.sim.news)})
		var after []revision
		if before != nil && svc.comesBack() {
			after = append(after, svc.removal())
		}
		svc.sim.journal.replaced(before, after)
	})
	_ = svc.sim.journal.flush()
}

// beginAnew replaces the state. Events that are still to come find nothing that they could change.
func (svc *Service) beginAnew(st *state, with state) {
	svc.sim.registry.forgetReceived(st.received.texts)
	now, epoch, numbered := st.now, st.callbacks.epoch, st.callbacks.numbered
	st.messages.changed()
	*st = with.clone()
	st.now, st.callbacks.epoch, st.callbacks.numbered = now, epoch+1, numbered
	svc.sim.registry.noteReceived(st.received.texts...)
}

// changesIfKept are all records of the service, or nil if there is no store.
func (svc *Service) changesIfKept(st *state) []revision {
	if !svc.sim.journal.on.Load() {
		return nil
	}
	return svc.changes(st)
}

// comesBack reports whether the service is described elsewhere than in the store, so that it would be there again after
// a restart.
func (svc *Service) comesBack() bool {
	return svc.profile().described != nil || slices.Contains(svc.sim.journal.always, svc.id)
}

// removal is the record of a service that is gone although it is described.
func (svc *Service) removal() revision {
	removed := storedService{Origin: svc.profile().origin, Removed: true}
	return revision{svc.recordKey(keyService, ""), func() any { return removed }}
}
