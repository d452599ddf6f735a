package notify

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// safeToRetry: an answer from 400 to 499 is a refusal, except those by which a proxy says that it lost patience with
// one of the two sides. The message may have passed it before.
func (e *Error) safeToRetry() bool {
	switch {
	case e == nil:
		return false
	case e.leftNothing || e.Method == http.MethodGet:
		return true
	}
	return e.refused4xx()
}

func (e *Error) refused4xx() bool {
	return e.StatusCode >= 400 && e.StatusCode <= 499 && e.StatusCode != http.StatusRequestTimeout && e.StatusCode != 499
}

// SafeToRetry reports whether a failed send provably left no message behind, so that sending again cannot send twice:
// nothing was written to the network, or Notify refused. (Whether trying again makes sense is another question: a
// refusal for a bad phone number is safe to retry, and pointless.)
//
// It is false exactly for the sends that match [ErrOutcomeUnknown]: after a 5xx answer, and when the answer was lost,
// did not come in time or was not one, the message may have been accepted. Notify has no idempotency key, so give
// messages a Reference that is unique and look for it with [Client.Notifications] before sending again. For methods
// that only read it is always true.
//
// It is false for nil and for errors that are not from this package.
func SafeToRetry(err error) bool {
	var s interface{ safeToRetry() bool }
	return errors.As(err, &s) && s.safeToRetry() && !errors.Is(err, ErrOutcomeUnknown) // of several joined, all
}

// callError is a call that ended without the answer it was made for.
type callError struct {
	method, route string
	what          string
	cause         error // may be nil
	hidden        error // what the transport said, if cause is why it said that
	before        error // what an earlier attempt ended with, may be nil
	safe          bool
	lookUp        bool // it is the look-up that failed
}

// notSent is the error of a call of which no attempt was made.
func (op operation) notSent(cause error) *callError {
	return &callError{method: op.method, route: op.route, what: "was not sent", cause: cause, safe: true}
}

// inDoubt is the error of a send whose outcome could not be found out. The answer to a look-up is only printed: it says
// nothing of the message. The attempt is nil if it was another process's.
func (op operation) inDoubt(attempt, lookUp error) *callError {
	if errors.As(lookUp, new(*Error)) {
		lookUp = &plainError{strings.TrimPrefix(lookUp.Error(), "notify: "), nil}
	}
	return &callError{
		method: op.method, route: op.route, hidden: attempt, before: attempt, cause: lookUp, lookUp: true,
		what: "may have been accepted, and looking for its reference did not tell",
	}
}

// provedUnsent is the error of a send whose last attempt ended with that error, when it is proved that it left no
// message.
func (op operation) provedUnsent(attempt error) *callError {
	switch e := attempt.(type) {
	case *Error:
		settled := *e
		settled.leftNothing, settled.says = true, strings.TrimSuffix(e.says, mayBeAccepted)
		attempt = &settled
	case *callError:
		settled := *e
		settled.safe, settled.what = true, "got no answer"
		attempt = &settled
	}
	return &callError{
		method: op.method, route: op.route, what: "left no message, as looking for its reference showed", before: attempt,
		safe: true,
	}
}

func (e *callError) Error() string {
	s := "notify: " + e.method + " " + e.route + " " + e.what
	if e.cause != nil {
		s += ": " + printableCause(e.cause)
	}
	if e.before != nil {
		s += "; before that: " + strings.TrimPrefix(e.before.Error(), "notify: ")
	}
	return s
}

// Format prints what Error returns, under every verb.
func (e *callError) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e *callError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Is matches ErrOutcomeUnknown; what went wrong is reached by Unwrap.
func (e *callError) Is(kind error) bool { return kind == ErrOutcomeUnknown && !e.safe }

// Unwrap leads to the causes. A refusal before an attempt whose outcome is unknown is only printed: matching a kind
// such as ErrRateLimited, which asks to be tried again, would lead to a second message.
func (e *callError) Unwrap() []error {
	var all []error
	for i, err := range []error{e.cause, e.hidden, e.before} {
		if err != nil && (i < 2 || e.safe) {
			all = append(all, err)
		}
	}
	return all
}

// Timeout reports whether the attempt ran into a time limit, as in net.Error.
func (e *callError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.cause, &t) && t.Timeout()
}

// Temporary completes net.Error. Prefer [SafeToRetry].
func (e *callError) Temporary() bool { return e.Timeout() }

func (e *callError) safeToRetry() bool { return e.safe }

// requestError is a request refused before anything was sent.
type requestError struct {
	kind error // may be nil
	why  string
}

func refuse(kind error, why string) error { return &requestError{kind, why} }

func (e *requestError) Error() string      { return "notify: " + e.why }
func (e *requestError) safeToRetry() bool  { return true }
func (e *requestError) Is(kind error) bool { return kind == ErrInvalidRequest }
func (e *requestError) Unwrap() error      { return e.kind }

// Format prints what Error returns, under every verb.
func (e *requestError) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e *requestError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }
