package bulk

import (
	"context"
	"errors"
	"time"

	"github.com/notifykit/notify/bulk/internal/store"
)

const (
	// mostBurst is how many requests Notify's bucket admits at once, as measured, or a third of the limit if that is less.
	mostBurst = 999
	// leasesASecond is how often a process that sends alone asks for tokens: seldom enough to be cheap, and often enough
	// that what dies with a process is a fifth of a second's worth.
	leasesASecond = 5
	// soon is how long a worker waits for a token. A message that would wait longer goes back to the queue after that: if
	// it did so at once, all those behind it would in their turn.
	soon = 15 * time.Second
	// pushBack is how long nobody sends after a 429, on top of what the bucket takes to fill.
	pushBack = 2 * time.Second
)

// errStopping is why a worker that waits for a token gets none.
var errStopping = errors.New("bulk: stopping")

// tooLate is how long it is until there are tokens, when soon is over.
type tooLate time.Duration

func (tooLate) Error() string { return "bulk: no token soon" }

// A limiter hands out the tokens of this process, which it leases from the bucket in the database.
type limiter struct {
	bucket  store.Bucket
	most    int // tokens of a lease
	db      store.Tx
	stopped <-chan struct{}

	turn chan struct{} // held while tokens are taken
	next time.Time     // when the next token can be spent
	left int
}

func newLimiter(db store.Tx, perMinute int, stopped <-chan struct{}) *limiter {
	l := &limiter{
		// Half of what Notify admits at once. The other half takes up what it is not told: that a request arrives later
		// than its token came in, and others just then.
		bucket: store.Bucket{
			Interval: time.Minute / time.Duration(perMinute),
			Burst:    max(min((perMinute+2)/3, mostBurst)/2, 1),
		},
		most: max(perMinute/60/leasesASecond, 1),
		db:   db, stopped: stopped, turn: make(chan struct{}, 1),
	}
	return l
}

// take waits until some tokens can be spent.
func (l *limiter) take(ctx context.Context, n int) error {
	select {
	case l.turn <- struct{}{}:
	case <-l.stopped:
		return errStopping
	case <-ctx.Done():
		return ctx.Err()
	}
	at, err := l.reserve(ctx, n)
	<-l.turn
	if _, late := errors.AsType[tooLate](err); err != nil && !late {
		return err
	}
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return err
	case <-l.stopped:
		return errStopping
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reserve says when the last of n tokens can be spent.
func (l *limiter) reserve(ctx context.Context, n int) (time.Time, error) {
	if l.left < n {
		lease := max(l.most, n)
		got, err := l.bucket.Take(ctx, l.db, lease, soon)
		if err != nil {
			return time.Time{}, err
		}
		if got.Refused {
			return time.Now().Add(soon), tooLate(got.First - soon)
		}
		l.next, l.left = time.Now().Add(got.First), lease
	}
	at := l.next.Add(time.Duration(n-1) * l.bucket.Interval)
	l.next, l.left = at.Add(l.bucket.Interval), l.left-n
	return at, nil
}

// pushBack tells everybody that there is nothing in the bucket.
func (l *limiter) pushBack(ctx context.Context) error {
	l.turn <- struct{}{}
	l.left = 0
	<-l.turn
	return l.bucket.PushBack(ctx, l.db, pushBack)
}
