package simulator

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/schedule"
)

// Service is a service of the simulated Notify: an organisation's part of it, with its own keys, templates and
// messages.
type Service struct {
	sim *Simulator
	id  uuid.UUID

	current atomic.Pointer[profile] // see [Service.profile]
	door    door                    // to everything else
	lane    schedule.Lane           // of its callbacks
}

// profile is what only [Simulator.Reload] changes about a service: it puts another in its place. So it is read without
// the door, and within it.
type profile struct {
	name             string
	emailFrom        string
	prefixSMS        bool
	sendFilesContact string
	senders          senders
	replyTos         senders
	inbound          string                 // the number that people can text
	ownNumber        func() string          // inbound in E.164, or empty if it is not a phone number
	retention        [len(messageTypes)]int // days, by type
	origin           string                 // of the description: see [Simulator.KeepIn]
	described        *ServiceConfig         // as a file has it, or nil
	made             *state                 // as it was made, for Reset
}

func (svc *Service) profile() *profile { return svc.current.Load() }

// AddService makes a service.
func (s *Simulator) AddService(c ServiceConfig) (*Service, error) {
	svc, problems := s.newService(c)
	if len(problems) > 0 {
		errs := make([]error, len(problems))
		for i, p := range problems {
			errs[i] = fmt.Errorf("simulator: service %q: %w", c.Name, p.error())
		}
		return nil, errors.Join(errs...)
	}
	if s.install(svc) >= 0 {
		return nil, errors.New("simulator: " + svc.alreadyThere())
	}
	return svc, nil
}

// install adds all services and returns -1, or adds none and returns the index of the first whose id is taken.
func (s *Simulator) install(services ...*Service) (clash int) {
	if clash = s.registry.add(services...); clash >= 0 {
		return clash
	}
	for _, svc := range services {
		svc.announce()
	}
	s.news.spread()
	_ = s.journal.flush()
	return -1
}

// announce makes the received texts of a new service known to all.
func (svc *Service) announce() {
	svc.at(func(st *state) {
		svc.sim.registry.noteReceived(st.received.texts...)
		st.notes.settings, st.notes.texts = true, slices.Clone(st.received.texts)
	})
}

func (svc *Service) alreadyThere() string {
	return fmt.Sprintf("there is a service with id %s already", svc.id)
}

// ID is the service's UUID.
func (svc *Service) ID() string { return svc.id.String() }

// Simulator is the simulator that the service is part of.
func (svc *Service) Simulator() *Simulator { return svc.sim }

// Name is the service's name.
func (svc *Service) Name() string { return svc.profile().name }

// prefix is what the service's delivered texts begin with.
func (svc *Service) prefix() string {
	if p := svc.profile(); p.prefixSMS {
		return p.name
	}
	return ""
}
