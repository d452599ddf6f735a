package simtest

import (
	"slices"
	"time"

	"github.com/notifykit/notify/simulator"
)

// patience is how long Eventually waits, unless Within says otherwise.
const patience = 5 * time.Second

// Messages returns the messages of the kit's service that match all conditions, whatever key they were sent with, the
// newest last. Without conditions it returns all.
func (k *Kit) Messages(match ...Match) []Message {
	k.t.Helper()
	return k.matching(k.everything(), match)
}

// One returns the only message that matches. It ends the test, and says what came close, if there is none or another
// one besides.
func (k *Kit) One(match ...Match) Message {
	k.t.Helper()
	return k.N(1, match...)[0]
}

// N returns the n messages that match, newest last. It ends the test, and says what came close, if there are more or
// fewer.
func (k *Kit) N(n int, match ...Match) []Message {
	k.t.Helper()
	all := k.everything()
	found := k.matching(all, match)
	if len(found) != n {
		k.t.Fatal(k.report(all, found, match, n, ""))
	}
	return found
}

// None ends the test if a message matches.
func (k *Kit) None(match ...Match) {
	k.t.Helper()
	k.N(0, match...)
}

// Eventually waits until at least n messages match, for a program that sends from a goroutine of its own, and returns
// them, newest last. It also waits for statuses that come by themselves, and does not look again and again: within
// [testing/synctest] the wait takes no time. It ends the test after five seconds, or what [Within] says.
func (k *Kit) Eventually(n int, match ...Match) []Message {
	k.t.Helper()
	wait := patience
	for _, m := range match {
		if m.within > 0 {
			wait = m.within
		}
	}
	late := time.NewTimer(wait)
	defer late.Stop()
	for {
		changed := k.Service.Changed()
		all := k.everything()
		found := k.matching(all, match)
		if len(found) >= n {
			return found
		}
		due, stop := k.nextDue()
		select {
		case <-changed:
		case <-due:
		case <-late.C:
			k.t.Fatal(k.report(all, found, match, n, " after waiting for "+wait.String()))
		}
		stop()
	}
}

// nextDue wakes whoever waits when something is to happen by itself. It never does if nothing is.
func (k *Kit) nextDue() (due <-chan time.Time, stop func()) {
	next := k.Simulator.Pending()
	if len(next) == 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(max(next[0].At.Sub(k.Simulator.Now()), time.Millisecond))
	return timer.C, func() { timer.Stop() }
}

func (k *Kit) everything() []Message {
	k.t.Helper()
	k.inPlace()
	kept := k.Service.Messages()
	attempts := map[string][]simulator.CallbackAttempt{}
	for _, a := range k.Service.Callbacks() {
		attempts[a.ID] = append(attempts[a.ID], a)
	}
	all := make([]Message, len(kept))
	for i := range kept {
		all[i] = k.seen(kept[i], i+1)
		all[i].Callbacks = attempts[all[i].ID]
	}
	return all
}

func (k *Kit) matching(all []Message, match []Match) (found []Message) {
	holding := make([]func(*Message) bool, len(match))
	for i, m := range match {
		holding[i] = m.holding(k)
	}
	for i := range all {
		fails := func(holds func(*Message) bool) bool { return !holds(&all[i]) }
		if !slices.ContainsFunc(holding, fails) {
			found = append(found, all[i])
		}
	}
	return found
}
