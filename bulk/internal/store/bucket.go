package store

import (
	"context"
	"time"
)

// A Bucket is Notify's token bucket, shared by all who spend from it. It is the generic cell rate algorithm, which
// keeps one number: the time at which the bucket will be full.
type Bucket struct {
	Interval time.Duration // in which one token comes in
	Burst    int           // how many it holds
}

// A Lease is some tokens in a row.
type Lease struct {
	// First is how long from now the first can be spent, and is negative if it could be spent before. The next can be
	// spent an interval after it.
	First time.Duration
	// Refused: the next token comes later than was asked for, after First.
	Refused bool
}

// longest is for how long a push-back can hold.
const longest = time.Minute

// Take leases some tokens, if the first of them comes in soon enough.
func (b Bucket) Take(ctx context.Context, tx Tx, n int, soon time.Duration) (Lease, error) {
	now := tx.Dialect().now()
	fullAt := b.fullAt(tx.Dialect(), now)
	depth := int64(b.Burst-1) * b.Interval.Microseconds()
	var was, at int64
	found, err := one(ctx, tx, "UPDATE notify_store SET full_at = "+fullAt+" + $1"+
		" WHERE "+fullAt+" - "+now+" - $2 <= $3 RETURNING full_at - $1, "+now,
		[]any{int64(n) * b.Interval.Microseconds(), depth, soon.Microseconds(), depth + 2*longest.Microseconds()}, &was, &at)
	if err != nil {
		return Lease{}, err
	}
	if found {
		return Lease{First: time.Duration(was-depth-at) * time.Microsecond}, nil
	}
	var left int64
	_, err = one(ctx, tx, "SELECT full_at - "+now+" FROM notify_store", nil, &left)
	return Lease{First: time.Duration(left-depth) * time.Microsecond, Refused: true}, err
}

// fullAt is when the bucket is full, no earlier than now. A time further away than $4 was written by a clock that was
// wrong, and doesn't count.
func (Bucket) fullAt(d Dialect, now string) string {
	return "CASE WHEN full_at > " + now + " + $4 THEN " + now + " ELSE " + d.later("full_at", now) + " END"
}

// PushBack empties the bucket for everybody, and nothing comes in for a while: Notify said that there is nothing in it.
func (b Bucket) PushBack(ctx context.Context, tx Tx, pause time.Duration) error {
	empty := int64(b.Burst)*b.Interval.Microseconds() + min(pause, longest).Microseconds()
	_, err := tx.Exec(ctx, "UPDATE notify_store SET full_at = "+
		tx.Dialect().later("full_at", tx.Dialect().now()+" + $1"), empty)
	return err
}
