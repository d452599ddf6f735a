package main

import (
	"github.com/notifykit/notify/simulator/control"
	"github.com/notifykit/notify/simulator/inbox"
)

// mount adds the pages and the control API.
func (s *site) mount(a *arguments) (err error) {
	names := a.names()
	if s.inbox, err = inbox.New(s.sim, inbox.WithToken(a.token), inbox.WithHosts(names...)); err != nil {
		return err
	}
	s.control, err = control.New(s.sim, control.WithToken(a.token), control.WithHosts(names...))
	return err
}
