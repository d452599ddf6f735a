package notify

import (
	"container/list"
	"context"
	"time"
)

// heldBackError is an ErrHeldBack.
type heldBackError struct{ wait time.Duration }

func (e *heldBackError) Error() string {
	return "the client's own rate limit would hold it back for " + roundUp(e.wait).String() +
		", and so beyond the context's deadline"
}

func (e *heldBackError) Is(kind error) bool { return kind == ErrHeldBack }

func roundUp(d time.Duration) time.Duration {
	return (d + time.Millisecond - 1).Truncate(time.Millisecond)
}

// A queue holds who waits for tokens, in the order of their coming.
type queue struct {
	list.List // of *waiter

	tokens int         // that they wait for together
	timer  *time.Timer // of the next turn; nil while none is known
}

func (q *queue) empty() bool { return q.Len() == 0 }

// A waiter waits for its turn. All but ended is guarded by the bucket's lock.
type waiter struct {
	tokens int
	ctx    context.Context //nolint:containedctx // to know its deadline
	place  *list.Element   // nil when it waits no longer
	began  time.Duration
	err    error
	ended  chan struct{} // closed when began or err is set
}

// enqueue puts a send at the end of the queue, unless its turn would come too late.
func (b *bucket) enqueue(ctx context.Context, tokens int, now time.Duration) (*waiter, error) {
	ahead := time.Duration(b.waiting.tokens) * b.every
	if wait := b.until(ahead+b.cost(tokens), now); tooLate(ctx, wait) {
		return nil, &heldBackError{wait}
	}
	w := &waiter{tokens: tokens, ctx: ctx, ended: make(chan struct{})}
	w.place = b.waiting.PushBack(w)
	b.waiting.tokens += tokens
	b.admit(now)
	return w, nil
}

// await waits until the waiter has had its turn, or its context ends.
func (b *bucket) await(ctx context.Context, w *waiter) (time.Duration, error) {
	select {
	case <-w.ended:
		return w.began, w.err
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.refill(now)
	switch {
	case w.place != nil:
		b.leave(w)
	case w.err == nil: // its turn came at the same moment
		b.underWay -= w.tokens
		b.credit += b.cost(w.tokens)
	}
	b.admit(now)
	return 0, endOf(ctx)
}

// leave takes a waiter out of the queue.
func (b *bucket) leave(w *waiter) {
	b.waiting.Remove(w.place)
	w.place = nil
	b.waiting.tokens -= w.tokens
}

// admit lets those go whose turn it is, in order, and sets a timer for the next. While the next waits for an answer to
// others there is none: the answer calls it.
func (b *bucket) admit(now time.Duration) {
	if b.waiting.timer != nil {
		b.waiting.timer.Stop()
		b.waiting.timer = nil // a new one for each turn: a timer belongs to the bubble of the test it was made in
	}
	for !b.waiting.empty() {
		w := b.waiting.Front().Value.(*waiter)
		if !b.take(w.tokens) {
			if min(w.tokens, b.size) <= b.size-b.underWay {
				b.waiting.timer = time.AfterFunc(b.until(b.cost(w.tokens), now), b.callNext)
			}
			return
		}
		b.leave(w)
		w.began = now
		close(w.ended)
	}
}

// callNext is what the timer does.
func (b *bucket) callNext() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.refill(now)
	b.admit(now)
}

// turnAway sends those off whose turn would come too late now that the pace is lower.
func (b *bucket) turnAway(now time.Duration) {
	var ahead time.Duration
	for place := b.waiting.Front(); place != nil; {
		w := place.Value.(*waiter)
		place = place.Next()
		wait := b.until(ahead+b.cost(w.tokens), now)
		if !tooLate(w.ctx, wait) {
			ahead += b.cost(w.tokens)
			continue
		}
		b.leave(w)
		w.err = &heldBackError{wait}
		close(w.ended)
	}
}
