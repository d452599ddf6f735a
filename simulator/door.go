package simulator

import (
	"sync"
	"time"
)

// door is the one way to the state of a service: no other file uses its fields. Messages and limits change with time,
// so [Service.at] is the way to them. Settings change only when somebody changes them, so [Service.with] is enough for
// those.
type door struct {
	mu    sync.Mutex
	state state
}

// state is everything that can change about a service, in a part for each topic. Its methods take no lock and call
// nothing outside: no clock, and no function of a test.
type state struct {
	settings
	limits    limits    // how much of the limits is used up: limits.go
	messages  messages  // what was sent: messages.go
	received  inbox     // what came in: received.go
	callbacks callbacks // whom to tell: callbacks.go
	cleaning  bool      // a clean-up is scheduled for the coming night: retention.go

	now time.Time // when the door was opened
}

// settings are the part of the state that people set.
type settings struct {
	terms     terms     // what the service may do: terms.go
	keys      keyring   // keys.go
	people    people    // whom team keys reach: people.go
	templates templates // templates.go
	outcomes  outcomes  // how messages end, by recipient: outcomes.go
	plan      *Plan     // how long they take, in place of the simulator's plan; replaced, never changed: plan.go
}

// at runs the events that are due, locks the service, lets do read or change its state, and unlocks it. It asks the
// clock before it takes the lock, because a test's clock may call the simulator. do must not open this door again.
func (svc *Service) at(do func(*state)) {
	now := svc.sim.now()
	svc.sim.schedule.Advance(now)
	svc.during(now, do)
}

// during is like at, for an event of the schedule, which knows its own time.
func (svc *Service) during(now time.Time, do func(*state)) {
	svc.door.mu.Lock()
	defer svc.door.mu.Unlock()
	svc.door.state.now = now
	do(&svc.door.state)
}

// with is like at, for the settings. It does not ask the clock.
func (svc *Service) with(do func(*settings)) {
	svc.door.mu.Lock()
	defer svc.door.mu.Unlock()
	do(&svc.door.state.settings)
}

// openAll opens the doors of several services at once, calls do with their states, and closes the doors. do must not
// open them again. Nobody else opens a door while he has another open, so that their order does not matter, as long as
// those who call openAll take turns (see [Simulator.still]).
func openAll(services []*Service, do func([]*state)) {
	states := make([]*state, len(services))
	for i, svc := range services {
		svc.door.mu.Lock()
		states[i] = &svc.door.state
	}
	defer func() {
		for _, svc := range services {
			svc.door.mu.Unlock()
		}
	}()
	do(states)
}
