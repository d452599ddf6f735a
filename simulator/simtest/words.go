package simtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Advance moves the simulator's time forward, and makes everything happen that is due on the way, callbacks included.
// It returns that: see [simulator.Simulator.Advance].
func (k *Kit) Advance(d time.Duration) []simulator.Event {
	k.t.Helper()
	k.inPlace()
	from := k.Simulator.Now()
	happened := k.Simulator.Advance(d)
	k.jumped(from, from.Add(d))
	return happened
}

// AdvanceToNext moves the simulator's time forward to what happens next, makes that happen and returns it.
func (k *Kit) AdvanceToNext() []simulator.Event {
	k.t.Helper()
	k.inPlace()
	from := k.Simulator.Now()
	happened := k.Simulator.AdvanceToNext()
	if len(happened) > 0 {
		k.jumped(from, happened[0].At)
	}
	return happened
}

func (k *Kit) jumped(from, to time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.jumps = append(k.jumps, jump{from, to})
}

// Pending is what is still to happen by itself, the next event first.
func (k *Kit) Pending() []simulator.Event { return k.Simulator.Pending() }

// SetStatus gives a message another status now: see [simulator.Service.SetStatus]. A letter can be given the names that
// a client knows, accepted and received.
func (k *Kit) SetStatus(id string, status notify.Status) {
	k.t.Helper()
	given := simulator.Status(status)
	switch status {
	case notify.StatusAccepted:
		given = simulator.StatusSending
	case notify.StatusReceived:
		given = simulator.StatusDelivered
	}
	if string(given) != string(status) {
		if n, exists := k.Service.Notification(id); exists && n.Type != simulator.MessageTypeLetter {
			k.t.Fatalf("simtest: only letters have the status %q", status)
		}
	}
	if err := k.Service.SetStatus(id, given); err != nil {
		k.t.Fatal(err)
	}
}

// CallBack has all callbacks of the service go to a handler, in process, such as that of the program under test. The
// handler is called at the path /. For a mux that serves another, give [simulator.Service.SetCallback] both the handler
// and a URL with that path.
func (k *Kit) CallBack(h http.Handler, bearerToken string) {
	k.t.Helper()
	k.inPlace()
	if err := k.Service.CallBack(h, bearerToken); err != nil {
		k.t.Fatal(err)
	}
}

// NextCallbacks gives the next n callbacks of the service a quirk: see [simulator.Service.NextCallbacks]. One that does
// not occur n times fails the test, and so does a receiver that accepts a wrong token.
func (k *Kit) NextCallbacks(n int, q simulator.CallbackQuirk) {
	k.t.Helper()
	if err := k.Service.NextCallbacks(n, q); err != nil {
		k.t.Fatal(err)
	}
}

// Inject makes faults happen to the requests that the aim is at: see [simulator.Simulator.Inject]. In a simulator that
// several kits share, they happen only to those of the kit's service. A fault that never happens fails the test.
func (k *Kit) Inject(aim simulator.Aim, faults ...simulator.Fault) *simulator.Injection {
	k.t.Helper()
	if len(faults) == 0 {
		k.t.Fatal("simtest: Inject needs a fault, such as simulator.LoseAnswer()")
	}
	if k.shared {
		aim = aim.Service(k.Service.ID())
	}
	i := k.Simulator.Inject(aim, faults...)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.injected = append(k.injected, i)
	return i
}

// ReturnLetter has a letter come back: see [simulator.Service.ReturnLetter].
func (k *Kit) ReturnLetter(id string) {
	k.t.Helper()
	if err := k.Service.ReturnLetter(id); err != nil {
		k.t.Fatal(err)
	}
}

// ReceiveText sends a text to the service, as if from somebody's phone, and returns its id.
func (k *Kit) ReceiveText(from, content string) string {
	k.t.Helper()
	id, err := k.Service.ReceiveText(from, content)
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}

// Snapshot keeps the state of the simulator, for [Kit.Restore]: see [simulator.Simulator.Snapshot].
func (k *Kit) Snapshot() *simulator.Snapshot { return k.Simulator.Snapshot() }

// Restore puts back the state that the snapshot keeps, time included: see [simulator.Simulator.Restore]. It ends the
// test if the simulator is shared with other kits, whose messages would be put back too.
func (k *Kit) Restore(snap *simulator.Snapshot) {
	k.t.Helper()
	if k.shared {
		k.t.Fatal("simtest: a simulator that several kits share can't be restored by one of them")
	}
	if err := k.Simulator.Restore(snap); err != nil {
		k.t.Fatal(err)
	}
	now := k.Simulator.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.jumps = slices.DeleteFunc(k.jumps, func(j jump) bool { return j.to.After(now) })
}
