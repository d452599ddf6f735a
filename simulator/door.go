package simulator

import (
	"sync"
	"time"
)

// door is the one way to what can change about a service: no other file knows its fields. Time changes what happened to
// a service, and nobody sees that but through [Service.at]. Its settings change only when somebody changes them; for
// them there is [Service.with].
type door struct {
	mu    sync.Mutex
	state state
}

// state is what can change about a service, in a part for each topic. Its methods take no lock and call nothing
// outside: no clock, and no function of a test.
type state struct {
	settings
	limits   limits   // what is used up of the limits: limits.go
	messages messages // what was sent: messages.go
	received inbox    // what came in: received.go
	cleaning bool     // there will be a clean-up, next night: retention.go

	now time.Time // since the door was opened
}

// settings are what people say about a service.
type settings struct {
	terms     terms     // what the service may do: terms.go
	keys      keyring   // keys.go
	people    people    // whom team keys reach: people.go
	templates templates // templates.go
}

// at lets happen what is due, locks the service, has do look at its state or change it, and unlocks it. The time is
// asked for while there is no lock, for the clock may be a test's own and ask the simulator something. do must not come
// to this door again.
func (svc *Service) at(do func(*state)) {
	now := svc.sim.now()
	svc.sim.schedule.Advance(now)
	svc.during(now, do)
}

// during is at for an event of the schedule, which happens at that time.
func (svc *Service) during(now time.Time, do func(*state)) {
	svc.door.mu.Lock()
	defer svc.door.mu.Unlock()
	svc.door.state.now = now
	do(&svc.door.state)
}

// with is at for the settings, and asks no clock.
func (svc *Service) with(do func(*settings)) {
	svc.door.mu.Lock()
	defer svc.door.mu.Unlock()
	do(&svc.door.state.settings)
}
