package notify

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// waitedFor is what a context ended the wait for.
const waitedFor = "notifications"

// An UnfinishedError is a look at many notifications that ended before all were dealt with: because the context ended,
// or because Notify could not be asked. It matches the error that ended it, such as the context's. It prints how many
// are left, not which.
type UnfinishedError struct {
	IDs   []string // of those that are left, as they were given
	asked int
	cause error
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("notify: %d of %d notifications are left: %s",
		len(e.IDs), e.asked, strings.TrimPrefix(e.cause.Error(), "notify: "))
}

// Format prints what Error returns, under every verb.
func (e *UnfinishedError) Format(s fmt.State, verb rune) { printRedacted(s, verb, e.Error()) }

// MarshalText encodes what Error returns.
func (e *UnfinishedError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

func (e *UnfinishedError) Unwrap() error { return e.cause }

// safeToRetry: it only reads.
func (e *UnfinishedError) safeToRetry() bool { return true }

// WaitForNotifications yields each of these notifications once, as soon as its status is final ([Status.IsFinal]), and
// looks at those that are left with pauses of 1 to 15 seconds, until none is or the context ends. It reads pages of 250
// instead of single notifications where that takes fewer calls: 250 that were sent one after the other take one call
// each time, not 250.
//
// An id that Notify does not know is yielded with an error that matches [ErrNotFound] and a Notification of which only
// the ID is set; the others go on. Any other error is the last that is yielded, with a nil Notification: an
// [*UnfinishedError], which knows what is left, or for ids that are malformed [ErrInvalidRequest], before anything is
// asked. An id that is given twice is yielded once.
//
// Ids in the order in which the messages were sent, or the other way round, are found in the fewest calls; they are not
// found on pages, but one by one, if they were sent with a key of another type than the client's or from the web pages.
// An international text message that stays at [StatusSent] keeps it waiting: see [Status.IsFinal].
func (c *Client) WaitForNotifications(ctx context.Context, ids []string) iter.Seq2[*Notification, error] {
	return c.lookUp(ids, func(l *lookup) error {
		return poll(ctx, waitedFor, func() (bool, error, error) {
			err := l.round(ctx)
			return l.stopped || len(l.left) == 0, nil, err
		})
	})
}

// NotificationsByID yields each of these notifications once, as it is now, in no certain order. It is one look of
// [Client.WaitForNotifications], with the same errors: 250 that were sent one after the other take one call.
func (c *Client) NotificationsByID(ctx context.Context, ids []string) iter.Seq2[*Notification, error] {
	return c.lookUp(ids, func(l *lookup) error {
		l.unfinished = true
		return l.round(ctx)
	})
}

func (c *Client) lookUp(ids []string, run func(*lookup) error) iter.Seq2[*Notification, error] {
	ids = slices.Clone(ids) // it may be ranged over much later
	return func(yield func(*Notification, error) bool) {
		l := &lookup{client: c, byID: make(map[string]*sought, len(ids)), yield: yield}
		for i, id := range ids {
			if !isUUID(id) {
				yield(nil, refuse(nil, "notification id "+strconv.Itoa(i+1)+" of "+strconv.Itoa(len(ids))+" is not a UUID"))
				return
			}
			l.add(id)
		}
		if len(l.left) == 0 {
			return
		}
		asked := len(l.left)
		err := run(l)
		if err == nil || l.stopped {
			return
		}
		if !errors.Is(err, ErrInvalidRequest) {
			err = &UnfinishedError{l.leftIDs(), asked, err}
		}
		yield(nil, err)
	}
}
