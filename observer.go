package notify

import (
	"context"
	"errors"
	"time"
)

// An Observer watches a client's calls and their attempts: for metrics, traces and logs. See [WithObserver]. Either
// function may be nil. They are called in the goroutine of the call, at the same time for calls that are made at the
// same time, and the call waits for them.
//
// The order is: Begin of the call; Begin and End of each attempt; End of the call. It is kept whatever comes of the
// call, also if it panics. A call that the client refuses, or that its context ends before there is an attempt, has a
// Begin and an End. Methods that read several times, such as [Client.Notifications] and [Client.WaitForNotification],
// make a call for each. A [Client.Send] with [Once] is one call with all its attempts, and its look-ups are calls of
// their own, whose contexts come from the send's.
//
// A panic of an observer is not recovered. It is one in the method of the client, whose caller then doesn't learn what
// became of the message.
type Observer struct {
	// Begin is told what is known before, and returns the context for what is below: that of a call for its attempts,
	// that of an attempt for the transport. It must be made from the one it is given. Nil stands for that one itself.
	Begin func(ctx context.Context, e Event) context.Context
	// End is told how the call or attempt ended, with the context that Begin returned for it.
	End func(ctx context.Context, e Event)
}

// An Event is a call of the client or an attempt to make it. It holds nothing personal: no recipient, reference,
// personalisation or key. A few words, and so fit for the labels of a metric, are all that Operation, Method, Route,
// Host, KeyType, Status, Class and Outcome can be.
type Event struct {
	Operation string // SendSMS, SendEmail, NotificationsPage and so on, as the method is called
	Method    string // of HTTP
	Route     string // a template such as /v2/notifications/{id}
	Host      string // of the base URL, and its port: api.notifications.service.gov.uk:443
	KeyType   KeyType

	Attempt    int    // its number, from 1; 0 for a call
	TemplateID string // that a send or a read named; empty if it was no UUID
	MessageID  string // that a read named; of a send, Notify's answer, known at its end

	// The rest is known at the end.

	Attempts int // of a call: how many it made; 0 if none
	// Duration is the time since the beginning. A call's includes its waits, and not the reading of files, which comes
	// before it.
	Duration time.Duration
	Status   int     // of HTTP; 0 for no answer. That of a call is its last attempt's.
	TraceID  string  // see [Error]; also of answers that are no errors. That of a call is its last attempt's.
	Outcome  Outcome // of a send; empty for others
	// Class is what went wrong in a word, and empty if nothing did: Notify's own class, such as RateLimitError; the
	// status, such as 502, of an answer without one that is known; UnexpectedAnswer for [ErrUnexpectedAnswer]; and without
	// an answer InvalidRequest for [ErrInvalidRequest], HeldBack for the client's own limits, Canceled or Timeout for the
	// end of a context or a time limit, LookUpFailed for what [Once] could not find out, and ConnectionError. Panic: the
	// call did not return.
	Class string
	Err   error // nil if nothing went wrong. It prints nothing personal, but the fields of an [Error] may hold it.

	WillRetry bool          // of an attempt: there is to be another, unless the context ends before
	RetryIn   time.Duration // the wait before that
}

// WithObserver has an observer watch the client. Given more than once, each of them watches: the contexts of the later
// ones come from those of the earlier ones. Observers cost nothing if there are none. An observer without a function is
// an error.
func WithObserver(o Observer) Option {
	return func(s *settings) error {
		if o.Begin == nil && o.End == nil {
			return errors.New("notify: WithObserver: the observer has no function")
		}
		s.observers = append(s.observers, o)
		return nil
	}
}
