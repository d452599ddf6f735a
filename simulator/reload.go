package simulator

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/notifykit/notify/simulator/internal/strict"
)

// Reload makes true what data says now, without losing a message. It is for a fixture that was loaded before and has
// changed since; data is as for [Simulator.Load]. Where it is impossible, that is an error and nothing changes.
//
// Services that are new are added. Those that the simulator has are changed where the file differs from what it said
// when it was loaded, and so stay as they are where it says the same, whatever was done to them since:
//
//   - A key that is no longer in the file is revoked, and a template archived. What was added with [Service.AddKey] or
//     [Service.AddTemplate], or [Simulator.AddService], stays; so do people added with [Service.AddToGuestList] or
//     [Service.AddTeamMember].
//   - A key, template or sender without an id of its own is recognised by its name and type, and keeps its id.
//   - A key that was revoked with [Service.RevokeKey] stays revoked.
//   - Messages, received texts and what is used up of the limits stay. Received texts that are new in the file are
//     added.
//   - What is under way, messages and callbacks, ends as it began.
//
// A service that data does not describe stays as it is, and so do prices and delays that it does not mention. A
// callback handler must not call Reload.
func (s *Simulator) Reload(data []byte) error {
	d, err := s.readFixture(data)
	if err != nil {
		return err
	}
	if _, i := twice(d); i >= 0 {
		return d.taken(i)
	}
	return s.become(d)
}

// ReloadFiles is [Simulator.Reload] for several files that belong together: if one of them can't be read or is
// impossible, nothing changes. Errors begin with the name of the file.
func (s *Simulator) ReloadFiles(names ...string) error {
	all := make([]*description, len(names))
	for i, name := range names {
		data, err := readAtMost(name, strict.MaxSize+1)
		if err != nil {
			return fmt.Errorf("simulator: %w", err)
		}
		if all[i], err = s.readFixture(data); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if file, i := twice(all...); i >= 0 {
		return fmt.Errorf("%s: %w", names[file], all[file].taken(i))
	}
	return s.become(all...)
}

// twice returns where the first service is described whose id another has, or -1.
func twice(all ...*description) (file, service int) {
	seen := map[string]bool{}
	for f, d := range all {
		for i, svc := range d.services {
			if seen[svc.ID()] {
				return f, i
			}
			seen[svc.ID()] = true
		}
	}
	return -1, -1
}

// become makes the simulator what the files say. They were checked.
func (s *Simulator) become(all ...*description) error {
	var added []*Service
	clash, wanted := -1, false
	s.still(func(now time.Time) {
		var known []*Service // each with its description next to it
		for _, d := range all {
			for _, next := range d.services {
				if svc := s.registry.service(next.id); svc != nil {
					known = append(known, svc, next)
				} else {
					added = append(added, next)
				}
			}
		}
		if clash = s.registry.add(added...); clash >= 0 { // somebody was quicker
			return
		}
		openAll(known, func(states []*state) {
			for i := 0; i < len(known); i += 2 {
				known[i].become(states[i], known[i+1], states[i+1], now)
				wanted = wanted || states[i].callbacks.wanted()
			}
		})
	})
	if clash >= 0 {
		return errors.New("simulator: " + added[clash].alreadyThere())
	}
	for _, svc := range added {
		svc.announce()
	}
	if wanted {
		s.wakeForAll()
	}
	var err error
	for _, d := range all {
		err = errors.Join(err, d.settle(s))
	}
	return err
}

// remember notes what a file says of a new service, so that it can be compared later.
func (svc *Service) remember(c *ServiceConfig) {
	p := *svc.profile()
	p.described = c
	svc.current.Store(&p)
	note := func(st *settings) {
		for _, k := range st.keys {
			k.described = true
		}
		for i, t := range st.templates.list {
			t.described = &c.Templates[i]
		}
	}
	svc.with(note)
	note(&p.made.settings)
}

// part is a part of a service's description.
type part func(*ServiceConfig) any

// become changes a service where its description differs from the one before. next was made from the new one, and is
// used up. Both doors are open.
func (svc *Service) become(st *state, next *Service, to *state, now time.Time) {
	was, is := svc.profile(), next.profile()
	before, after := was.described, is.described
	if before == nil { // it was added in Go: what it was is not known
		before = &ServiceConfig{}
	}
	differs := func(p part) bool {
		return was.described == nil || !reflect.DeepEqual(p(before), p(after))
	}
	p := *is
	p.senders = is.senders.after(was.senders, func(i int) bool {
		return len(after.SMSSenders) == 0 || after.SMSSenders[i].ID == "" // without any there is GOVUK
	})
	p.replyTos = is.replyTos.after(was.replyTos, func(i int) bool { return after.EmailReplyTo[i].ID == "" })
	made, fresh := was.made.clone(), to.clone()
	made.become(&fresh, before, after, differs, now)
	p.made = &made
	svc.current.Store(&p)
	st.become(to, before, after, differs, now)
	svc.sim.registry.noteReceived(st.received.texts...)
}

// become changes a state: the one that a service is in, or the one that Reset puts back.
func (st *state) become(to *state, before, after *ServiceConfig, differs func(part) bool, now time.Time) {
	st.becomeTerms(to, differs)
	st.keys = st.keys.after(to.keys, after.Keys, now)
	st.templates.become(&to.templates, after.Templates, now)
	if differs(func(c *ServiceConfig) any { return c.AnyTemplate }) {
		st.templates.any.on = after.AnyTemplate
	}
	st.people.team = revised(st.people.team, before.TeamMembers, after.TeamMembers)
	st.people.guests = revised(st.people.guests, before.GuestList, after.GuestList)
	st.people.allowed = nil
	if differs(func(c *ServiceConfig) any { return c.Outcomes }) {
		for _, o := range before.Outcomes {
			st.outcomes.set(comparableRecipient(o.Recipient), "")
		}
		for recipient, status := range to.outcomes {
			st.outcomes.set(recipient, status)
		}
	}
	for i := range callbackKinds {
		if differs(func(c *ServiceConfig) any { return c.Callbacks.list()[i] }) {
			st.callbacks.to[i] = to.callbacks.to[i]
		}
	}
	st.received.become(&to.received)
}
