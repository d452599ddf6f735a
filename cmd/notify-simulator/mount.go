package main

import (
	"cmp"
	"errors"

	"github.com/notifykit/notify/simulator/control"
	"github.com/notifykit/notify/simulator/inbox"
)

// mount adds the pages and the control API. Its errors are about the token or a host, whichever package finds them.
func (s *site) mount(a *arguments) (err error) {
	names := a.names()
	if s.inbox, err = inbox.New(s.sim, inbox.WithToken(a.token), inbox.WithHosts(names...)); err != nil {
		return cmp.Or(errors.Unwrap(err), err)
	}
	if s.control, err = control.New(s.sim, control.WithToken(a.token), control.WithHosts(names...)); err != nil {
		return cmp.Or(errors.Unwrap(err), err)
	}
	return nil
}
