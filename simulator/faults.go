package simulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Inject makes faults happen to the requests that the aim is at: to every one, unless the Injection is told otherwise.
// Several faults at once, such as a delay and a broken connection, happen together; where two contradict each other the
// later one counts. Nothing is left to chance, so that a test which fails fails again.
//
// A request meets one injection at most: the first, in the order in which they were made, that is aimed at it, has
// skipped what it was to skip, and is not used up. So two injections with Times(1) happen to two requests, one after
// the other. What an earlier one took, a later one does not count.
//
// Faults happen in front of everything else, also of the check of the token. They happen alike to requests in process
// and over a port. There, a client of net/http repeats by itself a GET (no POST) whose connection breaks, if it had
// used the connection before, and the second try counts as another request.
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

// Injections are the injections that were not removed, in the order of their making, also those that are used up. One
// whose Hits are 0 never happened.
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

// Injection is a fault, or several together, that happen to some requests. Its methods return it, so that they can
// follow each other; several goroutines may call them at once. Say how many before the program under test sends: what
// happened until then counts as well.
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

// Skip lets the first n requests pass. Defaults to 0.
func (i *Injection) Skip(n int) *Injection {
	i.counting.Lock()
	defer i.counting.Unlock()
	i.skip = max(n, 0)
	return i
}

// Times ends the injection after n requests: the next one passes. Defaults to no end; with 0 or less nothing happens.
func (i *Injection) Times(n int) *Injection {
	i.counting.Lock()
	defer i.counting.Unlock()
	i.times = max(n, 0)
	return i
}

// Hits is how many requests it happened to.
func (i *Injection) Hits() int {
	i.counting.Lock()
	defer i.counting.Unlock()
	return i.hits
}

// Remove ends the injection. What happens to requests under way goes on.
func (i *Injection) Remove() {
	i.sim.faults.change(func(all []*Injection) []*Injection {
		return slices.DeleteFunc(all, func(other *Injection) bool { return other == i })
	})
}

// String describes the injection and what became of it, for a test that fails.
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

// usedUp reports whether nothing will happen any more.
func (i *Injection) usedUp() bool {
	i.counting.Lock()
	defer i.counting.Unlock()
	return i.times != always && i.hits >= i.times
}

// take counts a request that the injection is aimed at, and reports whether it happens to that.
func (i *Injection) take() bool {
	i.counting.Lock()
	defer i.counting.Unlock()
	if i.times != always && i.hits >= i.times {
		return false
	}
	if i.met++; i.met <= i.skip {
		return false
	}
	i.hits++
	return true
}

// faulted has the faults happen that were injected. It is a link of every exchange, and holds no lock meanwhile.
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

// readAhead reads the body of a request, if that is still to come. Who asks for it later gets it, or why there is none:
// for all that can be told from the answer, it was not read before.
func (x *exchange) readAhead() {
	if x.receive == nil {
		return
	}
	body, f := x.receive()
	x.body = body
	x.receive = func() ([]byte, *wire.Failure) { return body, f }
}
