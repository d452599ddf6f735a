package simtest

import (
	"errors"
	"fmt"
	"strings"
)

// Allow lets the test pass although these problems occur: errors of package notify, such as [notify.ErrNotFound], a
// [Problem] or a [Refused]. Without it a test fails at its end if the service refused a request, or an injected fault
// never happened. It returns the kit.
//
// A letter's PDF that is not ready yet needs no leave, and a response that a test injected neither.
func (k *Kit) Allow(problems ...error) *Kit { return k.allow(problems, unlimited) }

// Expect is Allow, and fails the test at its end if one of these problems has not occurred. A nil error is no problem,
// so that a table of tests can have one where nothing is to go wrong.
func (k *Kit) Expect(problems ...error) *Kit { return k.allow(problems, anyTimes) }

// ExpectN is Expect, and fails the test at its end if one of these problems has not occurred just n times. It is for
// programs that have to leave it at one try.
func (k *Kit) ExpectN(n int, problems ...error) *Kit { return k.allow(problems, max(n, 0)) }

func (k *Kit) allow(problems []error, wanted int) *Kit {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range problems {
		if p != nil {
			k.allowed = append(k.allowed, &allowance{problem: p, wanted: wanted})
		}
	}
	return k
}

// How often a problem has to occur, if there is no number for it.
const (
	unlimited = -1 // it need not
	anyTimes  = -2 // at least once
)

// allowance is a problem that may or should occur.
type allowance struct {
	problem error
	wanted  int      // how often it has to occur
	met     []string // what it was needed for
}

// missed says what was expected in vain, or too often.
func (a *allowance) missed() string {
	switch {
	case a.wanted == unlimited, a.wanted == len(a.met), a.wanted == anyTimes && len(a.met) > 0:
		return ""
	case len(a.met) == 0:
		said := "the test expected this, and it did not occur: " + nameOf(a.problem) + "\n"
		if !errors.As(a.problem, new(Problem)) {
			said += "  Only what the service itself refused counts: no injected response, no error of the client's own.\n"
		}
		return said
	}
	return fmt.Sprintf("the test expected %s %s, and it occurred %s:\n%s",
		nameOf(a.problem), times(a.wanted), times(len(a.met)), strings.Join(together(a.met), ""))
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

// permits reports whether any of the allowances covers it, and notes what it was needed for.
func permits(allowed []*allowance, lines []string, covers func(error) bool) bool {
	found := false
	for _, a := range allowed {
		if covers(a.problem) {
			a.met, found = append(a.met, lines...), true
		}
	}
	return found
}
