package notify

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// poll calls step until it says that it is done, with pauses of 1, 2, 4, 8 seconds and so on up to 15.
func poll(ctx context.Context, what string, step func() (done bool, last, err error)) error {
	const longest = 15 * time.Second
	if ctx == nil {
		return refuse(nil, "the context is nil")
	}
	for wait := time.Second; ; wait = min(2*wait, longest) {
		done, last, err := step()
		if done || err != nil {
			return err
		}
		if err := pause(ctx, wait); err != nil {
			return &waitError{what: what, cause: err, last: last}
		}
	}
}

// waitError is a wait that the context ended. It matches the context's error, and the last answer if that was an error.
type waitError struct {
	what        string
	cause, last error
}

func (e *waitError) Error() string {
	s := "notify: stopped waiting for " + e.what + ": " + printableCause(e.cause)
	if e.last != nil {
		s += "; last answer: " + e.last.Error()
	}
	return s
}

// Format prints what Error returns, under every verb.
func (e *waitError) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e *waitError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

func (e *waitError) Unwrap() []error {
	if e.last == nil {
		return []error{e.cause}
	}
	return []error{e.cause, e.last}
}

// safeToRetry: waiting only reads.
func (e *waitError) safeToRetry() bool { return true }

// endOf is the error of a context that has ended, joined with the cause if its owner gave one.
func endOf(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return errors.Join(err, notAnothers(cause))
}

// notAnothers keeps no more than the words of an error that another call ended with, as errgroup makes it the cause
// of a context's end: what it says of a message is not about this call's.
func notAnothers(err error) error {
	if errors.As(err, new(interface{ safeToRetry() bool })) {
		return &plainError{says: printableCause(err)}
	}
	return err
}

// tooLate reports whether a wait would end after the context's deadline.
func tooLate(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}

// pause waits, unless the context ends first or is sure to end first.
func pause(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return endOf(ctx)
	}
	if tooLate(ctx, d) {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return endOf(ctx)
	case <-timer.C:
		return nil
	}
}
