package simulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Inject makes something go wrong with every request that the aim matches, or with as many as the [Injection] is told.
// Several faults, such as a delay and a lost answer, happen together; if two contradict each other, the later one wins.
// Nothing is random, so a test that fails will fail again.
//
// At most one injection hits a request: the oldest one that matches, is past its Skip and is not used up. So of two
// injections with Times(1), the first hits one request and the second hits the next. Requests hit by an older injection
// do not count towards the Skip of a newer one.
//
// Faults happen before anything else, including the check of the token. They work the same in process and over a port.
// Over a port, an http.Transport by itself repeats a GET, but no POST, if a connection that it has used before breaks;
// the repetition is another request.
func (s *Simulator) Inject(aim Aim, faults ...Fault) *Injection {
	i := &Injection{sim: s, aim: aim, faults: slices.Clone(faults), times: always}
	for _, f := range faults {
		if f.plan != nil {
			f.plan(&i.plan)
		}
	}
	s.faults.change(func(all []*Injection) []*Injection { return append(all, i) })
	return i
}

// Injections returns the injections that were not removed, oldest first, including those that are used up. If Hits is
// 0, the fault never happened.
func (s *Simulator) Injections() []*Injection { return slices.Clone(s.faults.all()) }

// RemoveFaults removes every injection.
func (s *Simulator) RemoveFaults() {
	s.faults.change(func([]*Injection) []*Injection { return nil })
}

// faults are what somebody injected.
type faults struct {
	changing sync.Mutex
	list     atomic.Pointer[[]*Injection] // replaced, never changed; nil while there was none
}

func (f *faults) all() []*Injection {
	if list := f.list.Load(); list != nil {
		return *list
	}
	return nil
}

// change replaces the list by what do makes of a copy.
func (f *faults) change(do func([]*Injection) []*Injection) {
	f.changing.Lock()
	defer f.changing.Unlock()
	list := do(slices.Clone(f.all()))
	f.list.Store(&list)
}

// Injection is one or more faults, waiting for requests. Its methods may be called by several goroutines at once. It is
// armed from the beginning, so call Skip and Times before the program under test sends anything.
type Injection struct {
	sim    *Simulator
	aim    Aim
	faults []Fault
	plan   plan

	counting    sync.Mutex
	skip, times int
	met, hits   int
}

// always is for how many times.
const always = -1

// Skip lets the first n matching requests pass. Defaults to 0.
func (i *Injection) Skip(n int) *Injection {
	i.counting.Lock()
	defer i.counting.Unlock()
	i.skip = max(n, 0)
	return i
}

// Times limits the injection to n requests; later ones pass. Defaults to no limit. With 0 or less, it hits none.
func (i *Injection) Times(n int) *Injection {
	i.counting.Lock()
	defer i.counting.Unlock()
	i.times = max(n, 0)
	return i
}

// Hits returns how many requests were hit.
func (i *Injection) Hits() int {
	i.counting.Lock()
	defer i.counting.Unlock()
	return i.hits
}

// Remove ends the injection. Requests that it has hit already are still delayed, lost and so on.
func (i *Injection) Remove() {
	i.sim.faults.change(func(all []*Injection) []*Injection {
		return slices.DeleteFunc(all, func(other *Injection) bool { return other == i })
	})
}

// String describes the injection and says how often it hit, for the output of a failing test.
func (i *Injection) String() string {
	i.counting.Lock()
	defer i.counting.Unlock()
	text := i.describe()
	if i.skip > 0 {
		text += fmt.Sprintf(", skipping %d", i.skip)
	}
	if i.times != always {
		text += fmt.Sprintf(", at most %s", times(i.times))
	}
	return text + "; happened " + times(i.hits)
}

func (i *Injection) describe() string {
	parts := make([]string, len(i.faults))
	for n, f := range i.faults {
		parts[n] = f.String()
	}
	return i.aim.String() + ": " + strings.Join(parts, ", ")
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// usedUp reports whether it has hit as many requests as it may.
func (i *Injection) usedUp() bool {
	i.counting.Lock()
	defer i.counting.Unlock()
	return i.spent()
}

// spent is usedUp for who has the lock.
func (i *Injection) spent() bool { return i.times != always && i.hits >= i.times }

// take counts a request that the aim matches, and reports whether to hit it.
func (i *Injection) take() bool {
	i.counting.Lock()
	defer i.counting.Unlock()
	if i.spent() {
		return false
	}
	if i.met++; i.met <= i.skip {
		return false
	}
	i.hits++
	return true
}

// faulted is the link that carries out injected faults. It holds no lock while the request is handled.
func faulted(s *Simulator, x *exchange, rest chain) {
	looking := sight{sim: s, x: x}
	for _, i := range s.faults.all() {
		if !i.usedUp() && looking.meets(&i.aim) && i.take() {
			x.fault = i
			i.plan.carryOut(s, x, rest)
			return
		}
	}
	rest.proceed(s, x)
}

// readAhead reads the body of a request now, if it was not read yet. The handler gets the body, or the failure to read
// it, when it asks; so the answer is the same as if the body had not been read early.
func (x *exchange) readAhead() {
	if x.receive == nil {
		return
	}
	body, f := x.receive()
	x.body = body
	x.receive = func() ([]byte, *wire.Failure) { return body, f }
}
