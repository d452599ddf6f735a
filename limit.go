package notify

import (
	"errors"
	"strconv"
	"sync"
	"time"
)

// DefaultRateLimit is how many messages a minute Notify lets a service send with each type of key, unless the two have
// agreed on another number ("GOV.UK Notify API documentation, Rate limits").
const DefaultRateLimit = 3000

// A Limiter keeps clients below Notify's rate limit, so that they do not run into it. Every client has one to itself
// unless [WithLimiter] gives it one that others use too, or [WithoutRateLimit] takes it away. What it does is said in
// the package documentation, under Limits.
//
// It holds one token bucket for each service and type of key, as Notify does. Make it with [NewLimiter]. It is safe for
// concurrent use, and runs no goroutine while nobody waits.
type Limiter struct {
	perMinute int

	mu      sync.Mutex
	buckets map[bucketKey]*bucket
}

// A bucketKey is what shares a rate limit. The base URL is part of it for the sake of tests.
type bucketKey struct {
	base, service string
	keyType       KeyType
}

// mostPerMinute is the highest rate that a Limiter keeps. Beyond it a token takes less time than a clock can tell.
const mostPerMinute = 1_000_000

// NewLimiter makes a limiter for several clients of one program, for instance for a text and an email worker with keys
// of the same type. The rate is the service's own, in messages a minute for one type of key: [DefaultRateLimit] unless
// Notify has agreed to another. It must be from 1 to 1,000,000.
func NewLimiter(perMinute int) (*Limiter, error) {
	if perMinute < 1 || perMinute > mostPerMinute {
		return nil, errors.New("notify: the rate limit must be from 1 to " + strconv.Itoa(mostPerMinute) + " a minute")
	}
	return &Limiter{perMinute: perMinute, buckets: map[bucketKey]*bucket{}}, nil
}

// bucket is the one that all clients of the same service and type of key share.
func (l *Limiter) bucket(key bucketKey) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		b = newBucket(l.perMinute)
		l.buckets[key] = b
	}
	return b
}

// String says what the limit is. It is there so that printing a Limiter reads nothing that others are changing.
func (l *Limiter) String() string {
	if l == nil {
		return "notify.Limiter(nil)"
	}
	return "notify.Limiter(" + strconv.Itoa(l.perMinute) + " a minute)"
}

// GoString is [Limiter.String] for %#v.
func (l *Limiter) GoString() string { return l.String() }

// WithLimiter has the client share a limiter with others of the program. It overrides [WithRateLimit] and
// [WithoutRateLimit] if it comes after them, as they do it.
func WithLimiter(l *Limiter) Option {
	return func(s *settings) error {
		if l == nil || l.buckets == nil {
			return errors.New("notify: WithLimiter: the limiter was not made by NewLimiter")
		}
		s.limiter, s.noLimiter = l, false
		return nil
	}
}

// WithRateLimit states the rate limit of the service, in messages a minute for one type of key, if Notify has agreed to
// another than [DefaultRateLimit], or less of it to leave some to others. It must be from 1 to 1,000,000. The burst
// follows from it: see the package documentation, under Limits.
func WithRateLimit(perMinute int) Option {
	return func(s *settings) (err error) {
		s.limiter, err = NewLimiter(perMinute)
		s.noLimiter = false
		return err
	}
}

// WithoutRateLimit has the client send without waiting for its turn, and leaves it to Notify to refuse. Rate-limited
// sends are still tried again, after the waits of [WithRetry].
func WithoutRateLimit() Option {
	return func(s *settings) error {
		s.limiter, s.noLimiter = nil, true
		return nil
	}
}

// bucketFor is the bucket that a client with this base URL and key takes from: nil for none.
func (s *settings) bucketFor(key Key, keyType KeyType) *bucket {
	switch {
	case s.noLimiter:
		return nil
	case s.limiter == nil:
		return newBucket(DefaultRateLimit)
	}
	return s.limiter.bucket(bucketKey{s.base.String(), key.ServiceID(), keyType})
}

// A turn is what the limiter let one attempt have.
type turn struct {
	tokens int           // that the attempt holds; 0 for none
	began  time.Duration // on the bucket's clock
}

// holdBack makes an attempt of a send wait for its turn.
func (x *call) holdBack() error {
	if !x.sends {
		return nil
	}
	b := x.client.bucket
	if b != nil {
		began, err := b.wait(x.Context, x.tokens)
		if err != nil {
			return err
		}
		x.turn = turn{x.tokens, began}
	}
	err := x.client.daily.held(x.operation) // which may have begun while this one waited
	if err != nil && b != nil {
		b.unused(x.tokens)
		x.turn = turn{}
	}
	return err
}

// giveBack ends a turn of which there was nothing to tell: the attempt panicked, or the context ended before it began.
func (x *call) giveBack() {
	took := x.turn
	x.turn = turn{}
	switch {
	case took.tokens == 0:
	case x.handedOn:
		x.client.bucket.answered(took.tokens)
	default:
		x.client.bucket.unused(took.tokens)
	}
}

// tellLimiter tells the limiter how the attempt of a send went.
func (x *call) tellLimiter() {
	e, answered := x.outcome.(*Error)
	if answered && x.sends && e.dailyLimited() {
		x.client.daily.hold(e)
	}
	b, took := x.client.bucket, x.turn
	if b == nil || took.tokens == 0 {
		return
	}
	x.turn = turn{}
	lost, _ := x.outcome.(*callError)
	switch {
	case answered && e.rateLimited():
		b.refused(took, e.statedRate())
	case lost != nil && lost.safe:
		b.unused(took.tokens)
	default:
		b.answered(took.tokens)
	}
}
