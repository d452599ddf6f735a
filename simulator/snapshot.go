package simulator

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/notifykit/notify/simulator/internal/schedule"
)

// Snapshot is the state of a simulator at one moment. See [Simulator.Snapshot].
type Snapshot struct {
	sim      *Simulator
	now      time.Time
	ahead    int64
	shared   shared
	services []*Service
	states   []state // of the services
	profiles []*profile
	events   schedule.Saved
}

// Snapshot keeps the state of the simulator: its services with their keys, templates, people, limits, messages and
// received texts, the prices, what is still to happen, and the time. Tests that share an expensive setup can each begin
// with [Simulator.Restore]. A later change of the simulator does not change the snapshot. It takes the memory of a copy
// of all messages, without their texts and files.
//
// A callback handler must not call Snapshot. A message that is being accepted meanwhile may be in it or not.
func (s *Simulator) Snapshot() *Snapshot {
	snap := &Snapshot{sim: s}
	s.still(func(now time.Time) {
		snap.now, snap.ahead, snap.services = now, s.travel.ahead.Load(), s.registry.all()
		openAll(snap.services, func(states []*state) {
			for i, st := range states {
				snap.states = append(snap.states, st.clone())
				snap.profiles = append(snap.profiles, snap.services[i].profile())
			}
			snap.shared = s.registry.save()
			snap.events = s.schedule.Save()
		})
	})
	return snap
}

// Restore puts everything back that the snapshot keeps, any number of times. Services that were added since are gone;
// the others stay the same [Service] values, so that a test can go on with those that it has. It is an error if the
// snapshot is nil or was taken of another simulator.
//
// The time is that of the snapshot, and flows on from there. With a clock of the test's own (see [WithClock]) only what
// [Simulator.Advance] did to the time is undone: to turn that clock back is left to the test.
//
// Injected faults and the log of requests stay as they are. Let no request be under way: a message that is being
// accepted would be kept all the same. A callback handler must not call Restore.
func (s *Simulator) Restore(snap *Snapshot) error {
	switch {
	case snap == nil:
		return errors.New("simulator: there is no snapshot to restore")
	case snap.sim != s:
		return errors.New("simulator: the snapshot is of another simulator")
	}
	s.still(func(now time.Time) {
		before := s.allChanges()
		openAll(snap.services, func(states []*state) {
			for i, st := range states {
				st.messages.changed()
				*st = snap.states[i].clone()
				snap.services[i].current.Store(snap.profiles[i])
			}
			s.registry.putBack(snap.shared)
			s.schedule.PutBack(snap.events)
			if s.options.ownClock {
				s.travel.ahead.Store(snap.ahead)
			} else {
				s.travel.ahead.Add(int64(snap.now.Sub(now)))
			}
		})
		s.journal.replaced(before, s.allChanges())
	})
	s.noteTime()
	s.countAnew()
	s.news.spread()
	return nil
}

// still calls do, with the time, while nobody moves the clock and nothing happens by itself.
func (s *Simulator) still(do func(now time.Time)) {
	s.begin()
	defer s.end()
	now := s.now() // a test's clock may look at the simulator, and so let something happen
	s.schedule.Hold(func() { do(now) })
}

// clone returns a copy that shares nothing with the state but what never changes. What only grows is clipped, so that
// the first to append makes a copy.
func (st *state) clone() state {
	c := *st
	c.settings = st.settings.clone()
	c.limits.today = st.limits.today.Clone()
	c.messages = st.messages.clone()
	c.received.texts = slices.Clip(st.received.texts)
	c.callbacks.pending = maps.Clone(st.callbacks.pending)
	c.callbacks.attempts = slices.Clone(st.callbacks.attempts)
	c.callbacks.quirks.held = slices.Clone(st.callbacks.quirks.held)
	c.callbacks.quirks.hurry = nil // of a message that is being accepted
	c.notes = notes{}
	return c
}

func (st *settings) clone() settings {
	c := *st // terms are replaced and never changed
	c.keys = slices.Clone(st.keys)
	for i, k := range c.keys {
		key := *k
		c.keys[i] = &key
	}
	c.people.team, c.people.guests = slices.Clip(st.people.team), slices.Clip(st.people.guests)
	c.templates.list, c.templates.byID = slices.Clone(st.templates.list), maps.Clone(st.templates.byID)
	c.templates.any.sentAs = maps.Clone(st.templates.any.sentAs)
	c.outcomes = maps.Clone(st.outcomes)
	return c
}

func (m *messages) clone() messages {
	return messages{news: m.news, Ledger: m.Clone(func(n *notification) *notification {
		c := *n
		c.history, c.ahead = slices.Clip(n.history), slices.Clip(n.ahead)
		return &c
	})}
}
