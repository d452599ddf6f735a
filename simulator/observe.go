package simulator

import (
	"time"

	"github.com/google/uuid"
)

// Observer is told what happens, as it happens. Its functions are called in no lock, by several goroutines at once, and
// may look at the simulator; whoever made the request waits for them. A function that is nil is not called. See
// [WithObserver].
type Observer struct {
	// Answered is told of every request, once its answer stands and before the caller has it.
	Answered func(Answered)
	// CalledBack is told of every attempt to post a callback, once it was made. It must not call [Simulator.Advance],
	// [Simulator.Snapshot] or [Simulator.Restore]: they would wait for it.
	CalledBack func(*Service, CallbackAttempt)
}

// WithObserver has a program told of requests and callbacks, so that it can write a log. Defaults to nobody.
func WithObserver(o Observer) Option { return func(options *options) { options.observer = o } }

// Answered is a request that has its answer. It says less than a [Request], and holds nothing of the bodies, so that it
// costs little: neither a recipient nor personalisation. Only the messages of Errors may quote a value that was
// refused, and Fault what it was aimed at.
type Answered struct {
	// At is when the request arrived, by the simulator's clock, and Duration how long the answer took, in real time.
	At        time.Time
	Duration  time.Duration
	Method    string
	Path      string // decoded, as the caller wrote it
	Operation Operation
	// Service is nil, and KeyName and KeyType are empty, unless the token was accepted.
	Service *Service
	KeyName string
	KeyType KeyType
	// Status is 0 if there will be no answer.
	Status int
	// Errors are those that the answer reports.
	Errors []RequestError
	// NotificationID is the id of the message that was accepted, if any.
	NotificationID string
	// Fault describes the injection that hit the request, if any.
	Fault string
}

// observed tells the observer of an exchange whose answer stands. It is called in no lock.
func (s *Simulator) observed(x *exchange, at, began time.Time) {
	a := Answered{
		At: at, Duration: time.Since(began), Method: x.method, Path: x.path, Operation: x.operation, Service: x.service,
	}
	if x.key != nil {
		a.KeyName, a.KeyType = x.key.name, x.key.kind
	}
	if x.answer != nil {
		a.Status = x.answer.status
		a.Errors = readErrors(x.answer.status, x.answer.body)
	}
	if x.accepted != uuid.Nil {
		a.NotificationID = x.accepted.String()
	}
	if x.fault != nil {
		a.Fault = x.fault.describe()
	}
	s.options.observer.Answered(a)
}
