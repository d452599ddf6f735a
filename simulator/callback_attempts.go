package simulator

import (
	"slices"
	"time"
)

// CallbackAttempt is a callback that was posted once.
type CallbackAttempt struct {
	Kind CallbackKind
	// ID is the message's, or the received text's.
	ID string
	// Attempt counts from 1. After 6 Notify gives up.
	Attempt int
	// At is when it was due, by the simulator's clock.
	At   time.Time
	Body string
	// WrongToken tells of one that was posted with a wrong token, because a test wanted that: see
	// [CallbackQuirkWrongToken].
	WrongToken bool
	// Status is the status of the response, after redirects. It is 0 if there was none; Error says why.
	Status int
	Error  string
	// Panic is the value that the handler panicked with.
	Panic string
	// Result says what came of it.
	Result CallbackResult
	// RetryAt is when it will be posted again, or zero.
	RetryAt time.Time
}

// CallbackResult is what came of an attempt to post a callback.
type CallbackResult string

// The results of an attempt.
const (
	CallbackResultDelivered CallbackResult = "delivered" // the status was below 400
	CallbackResultRetrying  CallbackResult = "retrying"  // no response, 429 or at least 500: it is posted again
	CallbackResultRefused   CallbackResult = "refused"   // any other status: it is lost
	CallbackResultExhausted CallbackResult = "exhausted" // the last attempt failed: it is lost
)

// Callbacks returns the attempts to post callbacks, in their order. They are forgotten together with the messages of
// their time.
func (svc *Service) Callbacks() (attempts []CallbackAttempt) {
	svc.at(func(st *state) { attempts = slices.Clone(st.callbacks.attempts) })
	return attempts
}

const (
	// callbackAttempts is how often Notify posts a callback at most, and callbackWait how long it waits in between.
	callbackAttempts = 6
	callbackWait     = 300 * time.Second
)

// judged is what follows from a response, or from none.
func judged(status, attempt int) CallbackResult {
	switch again := status == 0 || status == 429 || status >= 500; {
	case again && attempt >= callbackAttempts:
		return CallbackResultExhausted
	case again:
		return CallbackResultRetrying
	case status >= 400:
		return CallbackResultRefused
	}
	return CallbackResultDelivered
}
