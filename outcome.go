package notify

import (
	"errors"
	"net/http"
)

// An Outcome is how a send ended.
type Outcome string

// The outcomes of a send.
const (
	// OutcomeAccepted: Notify answered with the message's id.
	OutcomeAccepted Outcome = "accepted"
	// OutcomeRecovered: no answer came, but Notify has the message. See [Once].
	OutcomeRecovered Outcome = "recovered"
	// OutcomeRefused: Notify gave a reason to refuse this message, or the client did. Sending it again is safe, and
	// pointless.
	OutcomeRefused Outcome = "refused"
	// OutcomeNotSent: there is no message, for a reason that is not the message's, or isn't known: no connection, a limit,
	// the key, the clock, an end of the context, a proxy's page. Sending it later is safe.
	OutcomeNotSent Outcome = "not sent"
	// OutcomeUnknown: the message may have been accepted. See [ErrOutcomeUnknown].
	OutcomeUnknown Outcome = "unknown"
)

// OutcomeOf is the outcome of a send that ended with this error, [OutcomeAccepted] for nil. It agrees with
// [SafeToRetry]: an error for which that is false, such as one that is not from this package, is [OutcomeUnknown]. Of a
// message that was recovered its [Sent] tells.
func OutcomeOf(err error) Outcome {
	switch {
	case err == nil:
		return OutcomeAccepted
	case !SafeToRetry(err):
		return OutcomeUnknown
	case errors.Is(err, ErrInvalidRequest):
		return OutcomeRefused
	}
	var e *Error
	if errors.As(err, &e) && e.refusesMessage() {
		return OutcomeRefused
	}
	return OutcomeNotSent
}

// refusesMessage: a 4xx with a reason is about the message, unless it is about the limits or the key. One without, such
// as a proxy's page or an answer that breaks off, may be about anything, except that something is too large.
func (e *Error) refusesMessage() bool {
	switch e.StatusCode {
	case http.StatusTooManyRequests, http.StatusProxyAuthRequired:
		return false
	case http.StatusRequestEntityTooLarge:
		return true
	}
	return e.refused4xx() && len(e.Errors) > 0 && !e.unauthorised()
}
