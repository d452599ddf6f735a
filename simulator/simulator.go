// Package simulator is a GOV.UK Notify that runs inside a Go process, for tests and for trying things out.
//
// A [Simulator] is an [http.Handler] and an [http.RoundTripper]: use it as the handler of a server, or as the transport
// of an http.Client, where it needs no network at all. Its responses are those of the real service, byte for byte, and
// it keeps the messages for inspection. It keeps no global state, so any number can live side by side. It opens no
// socket and starts no goroutine, except to post callbacks (see [Service.SetCallback]). [Serve] puts one on a port.
//
// A simulator begins empty. Add services, with their keys and templates, with [Simulator.AddService], or load them from
// a file with [Simulator.LoadFile].
//
// Time flows as usual (see [WithClock]) and messages reach their outcome at once (see [WithOutcomeDelay]):
//
//   - Messages sent with a test key are delivered, except to the documented recipients that fail: 07700900003 and
//     temp-fail@simulator.notify temporarily, 07700900002 and perm-fail@simulator.notify permanently. They are not on
//     the dashboard, don't count towards any allowance, and [WithOutcomes] does not change how they end; only
//     [Service.SetOutcome] does.
//   - A team key reaches only team members and the guest list, even in trial mode; a live key reaches anyone once the
//     service is live. Their messages are delivered too, unless [Service.SetOutcome] or [WithOutcomes] says otherwise.
//     They are on [Service.Dashboard] and count towards [Service.Usage].
//   - With any key, a text to a country that does not report delivery stays sent, unless [Service.SetOutcome] says
//     otherwise. A message to a smoke-test recipient, such as 07700900000 or
//     simulate-delivered@notifications.service.gov.uk, is accepted and forgotten: it can't be read.
package simulator

import (
	"sync/atomic"
	"time"

	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/schedule"
)

// Simulator is a simulated GOV.UK Notify. Its methods may be called by several goroutines at once.
type Simulator struct {
	options options

	registry registry
	schedule schedule.Schedule // the events still to come
	chain    chain             // what a request goes through
	travel   travel            // how far the clock was moved
	faults   faults
	log      requestLog
	news     news
	bodies   atomic.Int64 // the memory of bodies being read over connections, in bytes
}

// New makes a simulator without services.
func New(opts ...Option) *Simulator {
	s := &Simulator{chain: links}
	s.travel.moving = make(chan struct{}, 1)
	s.options.clock, s.options.documentHost = time.Now, "documents.service.gov.uk"
	s.options.requestLog = loggedRequests
	for _, o := range opts {
		if o != nil {
			o(&s.options)
		}
	}
	if start := s.options.start; !start.IsZero() {
		s.travel.ahead.Store(int64(start.Sub(s.options.clock())))
	}
	return s
}

// now is the simulator's time, to the microsecond, as the real service's database keeps it.
func (s *Simulator) now() time.Time {
	return s.options.clock().Add(time.Duration(s.travel.ahead.Load())).UTC().Truncate(time.Microsecond)
}

// Service returns the service with that id (in any spelling of a UUID), or nil.
func (s *Simulator) Service(id string) *Service {
	u, ok := ids.Parse(id)
	if !ok {
		return nil
	}
	return s.registry.service(u)
}

// Services returns all services, by name.
func (s *Simulator) Services() []*Service { return s.registry.all() }
