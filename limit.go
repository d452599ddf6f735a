package notify

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter keeps the client below Notify's rate limit, if asked to. It shrinks when Notify says "rate limited", because
// other processes share the allowance, and grows back slowly.
type limiter struct {
	bucket *rate.Limiter
	full   rate.Limit

	mu     sync.Mutex
	shrunk time.Time
}

const (
	// shrinkPause is how long after a cut there is no other: requests that were on their way together are refused
	// together, and are one piece of news.
	shrinkPause = time.Second
	// slowest is the part of the configured rate below which the limiter never shrinks.
	slowest = 16
	// regrowth is the number of accepted messages after which a limiter shrunk to nothing would be at full rate again.
	regrowth = 200
)

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{bucket: rate.NewLimiter(rate.Limit(perSecond), burst), full: rate.Limit(perSecond)}
}

// holdBack makes a send wait for its turn, if the client has a limit of its own.
func (c *Client) holdBack(ctx context.Context, op operation) error {
	if c.limiter == nil || !op.sends {
		return nil
	}
	return c.limiter.wait(ctx, op.tokens)
}

// tellLimiter tells the limiter how an attempt of a send went.
func (x *call) tellLimiter() {
	l := x.client.limiter
	if l == nil || !x.sends {
		return
	}
	if x.outcome == nil {
		l.grow()
	} else if e, ok := x.outcome.(*Error); ok && e.rateLimited() {
		l.shrink()
	}
}

// wait takes tokens, and gives up at once if the context would end first.
func (l *limiter) wait(ctx context.Context, tokens int) error {
	var err error
	for range tokens { // one at a time, for a burst may be smaller
		if err = l.bucket.Wait(ctx); err != nil {
			break
		}
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return endOf(ctx)
	}
	return &plainError{"the client's own rate limit would hold it beyond the context's deadline", context.DeadlineExceeded}
}

func (l *limiter) shrink() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !l.shrunk.IsZero() && now.Sub(l.shrunk) < shrinkPause {
		return
	}
	l.shrunk = now
	l.bucket.SetLimitAt(now, max(l.bucket.Limit()/2, l.full/slowest))
}

func (l *limiter) grow() {
	if l.bucket.Limit() >= l.full {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bucket.SetLimitAt(time.Now(), min(l.bucket.Limit()+l.full/regrowth, l.full))
}
