package simtest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Problem is something that fails a test at its end, whatever the program under test made of it: see [Kit.Allow].
type Problem string

// The problems besides the errors of package notify.
const (
	// ClientErrors are all requests that the service refused: any response of 400 or more that was not injected.
	ClientErrors Problem = "ClientErrors"
	// UnknownPaths are requests to paths that Notify does not have.
	UnknownPaths Problem = "UnknownPaths"
	// UnusedFaults are faults that were injected and never happened, and quirks of callbacks that did not occur as often
	// as the test asked for.
	UnusedFaults Problem = "UnusedFaults"
	// LostCallbacks are callbacks that will not be posted again, although the receiver did not accept them: it refused
	// them, which it may have done by mistake, or six attempts failed. One with a wrong token is meant to be lost.
	LostCallbacks Problem = "LostCallbacks"
	// WrongTokens are callbacks that the receiver accepted although their token was wrong: see [Kit.NextCallbacks].
	WrongTokens Problem = "WrongTokens"
	// Panics are those of a handler of callbacks.
	Panics Problem = "Panics"
)

// Error names the problem.
func (p Problem) Error() string { return "simtest: " + string(p) }

// Refused is the problem of a request that the service refused with that status, for those that package notify has no
// error for.
type Refused int

// Error describes the problem.
func (r Refused) Error() string { return "simtest: a request refused with " + strconv.Itoa(int(r)) }

// finish is the end of the test.
func (k *Kit) finish() {
	k.t.Helper()
	if inBubble() != k.bubble || k.misplaced.Load() {
		if !k.t.Failed() {
			k.t.Error(elsewhere)
		}
		return
	}
	defer k.endCallbacks()
	if k.t.Skipped() {
		return
	}
	if k.t.Failed() {
		if !k.told {
			k.t.Log("simtest:", strings.TrimSpace(k.keepTranscript()))
		}
		return
	}
	k.settle()
	if k.logIsTooShort() {
		k.t.Log("simtest: the simulator has forgotten requests, and the test can't fail for those: " +
			"make it with a larger simulator.WithRequestLog")
	}
	if problems := k.problems(); problems != "" {
		k.t.Error(k.Simulator.Redact("simtest: " + strings.TrimRight(problems+k.keepTranscript(), "\n")))
	}
}

// logIsTooShort reports whether the simulator has forgotten requests since the kit was made, refusals perhaps.
func (k *Kit) logIsTooShort() bool {
	all := answered(k.Simulator)
	return (k.shared || all > mostRequests) && all-len(k.Simulator.Requests()) > k.before
}

// answered is how many requests the simulator has answered.
func answered(sim *simulator.Simulator) (all int) {
	for _, statuses := range sim.Counts() {
		for _, n := range statuses {
			all += n
		}
	}
	return all
}

// endCallbacks sees to it that no handler is called any more, because a test that is over may not even log. It waits
// for one that is being called.
func (k *Kit) endCallbacks() {
	for _, kind := range []simulator.CallbackKind{
		simulator.CallbackKindDeliveryReceipt, simulator.CallbackKindReceivedText, simulator.CallbackKindReturnedLetter,
	} {
		_ = k.Service.SetCallback(kind, simulator.Callback{}) // that is always possible
	}
	k.settle()
}

// settle waits for callbacks on their way; in a simulator that several kits share, for those of this one.
func (k *Kit) settle() {
	if k.shared {
		k.Service.SettleCallbacks()
		return
	}
	k.Simulator.Advance(0)
}

// problems describes all that was not allowed.
func (k *Kit) problems() string {
	k.mu.Lock()
	allowed := slices.Clone(k.allowed)
	k.mu.Unlock()
	var parts []string
	if lines := k.refusedLines(allowed); len(lines) > 0 {
		parts = append(parts, "the service refused what the test did not expect:\n"+strings.Join(lines, ""))
	}
	if lines := k.unusedFaults(allowed); len(lines) > 0 {
		parts = append(parts, "a fault was injected and never happened ("+allows(UnusedFaults)+"):\n"+strings.Join(lines, ""))
	}
	for _, c := range []struct {
		what  Problem
		says  string
		lines []string
	}{
		{LostCallbacks, "callbacks were lost", k.lostCallbacks()},
		{WrongTokens, "the receiver accepted callbacks with a wrong token", k.wrongTokens()},
		{Panics, "the handler of callbacks panicked", k.panics()},
	} {
		if len(c.lines) > 0 && !permits(allowed, c.lines, func(p error) bool { return errors.Is(p, c.what) }) {
			parts = append(parts, c.says+" ("+allows(c.what)+"):\n"+strings.Join(together(c.lines), ""))
		}
	}
	for _, a := range allowed {
		if missed := a.missed(); missed != "" {
			parts = append(parts, missed)
		}
	}
	return strings.Join(parts, "\n")
}

// refusedLines are the requests that were refused and not allowed, the same ones together.
func (k *Kit) refusedLines(allowed []*allowance) (lines []string) {
	if !k.anyRefused() {
		return nil
	}
	for _, r := range k.requests() {
		if r.Status < http.StatusBadRequest || r.Forced || r.Ending == simulator.EndingGivenUp {
			continue
		}
		refusal := clientError(r)
		if len(r.Answer) < r.AnswerSize && len(allowed) > 0 {
			continue // the log has dropped what it was, after thousands of requests, and it may have been allowed
		}
		unknown := r.Operation == simulator.OperationOther
		line := "  " + r.String() + "\n" + sentBy(r)
		if permits(allowed, []string{line}, func(p error) bool { return covers(p, refusal, unknown) }) {
			continue
		}
		if errors.Is(refusal, notify.ErrPDFNotReady) && refusal.StatusCode < http.StatusInternalServerError {
			continue // that is part of the protocol
		}
		lines = append(lines, line+"     to allow it: kit.Allow("+leave(refusal, unknown)+")\n")
	}
	return together(lines)
}

// together has equal lines only once, with their number, and not too many.
func together(lines []string) (different []string) {
	times := map[string]int{}
	for _, line := range lines {
		if times[line]++; times[line] == 1 {
			different = append(different, line)
		}
	}
	for i, line := range different {
		if n := times[line]; n > 1 {
			first, rest, _ := strings.Cut(line, "\n")
			different[i] = fmt.Sprintf("%s (%d times)\n%s", first, n, rest)
		}
	}
	if more := len(different) - mostShown; more > 0 {
		different = append(different[:mostShown], fmt.Sprintf("  (and %d more)\n", more))
	}
	return different
}

// anyRefused is a quick look at the requests of the whole simulator.
func (k *Kit) anyRefused() bool {
	for _, counts := range k.Simulator.Counts() {
		for status := range counts {
			if status >= http.StatusBadRequest {
				return true
			}
		}
	}
	return false
}

// clientError is what package notify makes of a response.
func clientError(r simulator.Request) *notify.Error {
	e := &notify.Error{StatusCode: r.Status, Method: r.Method}
	for _, detail := range r.Errors {
		e.Errors = append(e.Errors, notify.ErrorDetail{Type: detail.Class, Message: detail.Message})
	}
	return e
}

func covers(problem error, refusal *notify.Error, unknownPath bool) bool {
	switch p := problem.(type) {
	case Problem:
		return p == ClientErrors || p == UnknownPaths && unknownPath
	case Refused:
		return int(p) == refusal.StatusCode
	}
	return errors.Is(refusal, problem)
}

func (k *Kit) unusedFaults(allowed []*allowance) (lines []string) {
	quirks := k.Service.CallbackQuirks()
	for _, q := range slices.Sorted(maps.Keys(quirks)) {
		lines = append(lines, fmt.Sprintf("  callback quirk %q: %d still to come\n", q, quirks[q]))
	}
	for _, i := range k.injections() {
		if i.Hits() == 0 {
			lines = append(lines, "  "+i.String()+"\n")
		}
	}
	if len(lines) > 0 && permits(allowed, lines, func(p error) bool { return errors.Is(p, UnusedFaults) }) {
		return nil
	}
	return lines
}

func (k *Kit) lostCallbacks() (lines []string) {
	for _, a := range k.Service.Callbacks() {
		lost := a.Result == simulator.CallbackResultRefused || a.Result == simulator.CallbackResultExhausted
		if lost && !a.WrongToken {
			lines = append(lines, "  "+k.about(a)+": "+attempted(a)+"\n")
		}
	}
	return lines
}

func (k *Kit) wrongTokens() (lines []string) {
	for _, a := range k.Service.Callbacks() {
		if a.WrongToken && a.Result == simulator.CallbackResultDelivered {
			lines = append(lines, "  "+k.about(a)+": "+attempted(a)+"\n")
		}
	}
	return lines
}

func (k *Kit) panics() (lines []string) {
	for _, a := range k.Service.Callbacks() {
		if a.Panic != "" {
			lines = append(lines, fmt.Sprintf("  %s: %s, attempt %d: %s\n", k.about(a), words(a.Kind), a.Attempt, a.Panic))
		}
	}
	return lines
}

func words(k simulator.CallbackKind) string { return strings.ReplaceAll(string(k), "_", " ") }

// about is what a callback is about.
func (k *Kit) about(a simulator.CallbackAttempt) string {
	if a.Kind == simulator.CallbackKindReceivedText {
		return "received text " + a.ID
	}
	return "message " + k.readable()(a.ID)
}

// attempted describes an attempt to post a callback, in one line.
func attempted(a simulator.CallbackAttempt) string {
	what := words(a.Kind)
	if a.WrongToken {
		what += " with a wrong token"
	}
	s := fmt.Sprintf("%s, attempt %d: ", what, a.Attempt)
	if a.Status != 0 {
		s += fmt.Sprintf("%d, ", a.Status)
	} else if a.Error != "" {
		s += a.Error + ", "
	}
	return s + string(a.Result)
}

// requests are those of the kit's service, and those without a service if the kit has the simulator to itself.
func (k *Kit) requests() []simulator.Request {
	return slices.DeleteFunc(k.Simulator.Requests(), func(r simulator.Request) bool {
		return r.ServiceID != k.Service.ID() && (k.shared || r.ServiceID != "")
	})
}

// injections are those of the whole simulator if the kit has it to itself, and otherwise those made by the kit.
func (k *Kit) injections() []*simulator.Injection {
	all := k.Simulator.Injections()
	if !k.shared {
		return all
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.DeleteFunc(all, func(i *simulator.Injection) bool { return !slices.Contains(k.injected, i) })
}
