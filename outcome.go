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
	// OutcomeRefused: Notify, or the client before it, refused this message. Sending it again is safe, and pointless.
	OutcomeRefused Outcome = "refused"
	// OutcomeNotSent: there is no message, for a reason that is not the message's: no connection, a limit, the key, the
	// clock, an end of the context. Sending it later is safe.
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

// refusesMessage: a 4xx is about the message, unless it is about the limits, the key or a proxy's patience.
func (e *Error) refusesMessage() bool {
	switch e.StatusCode {
	case http.StatusTooManyRequests, http.StatusProxyAuthRequired:
		return false
	}
	return e.refused4xx() && !e.unauthorised()
}
