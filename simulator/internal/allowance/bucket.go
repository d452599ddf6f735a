// Package allowance counts what a service uses up of its limits: requests a minute and messages a day.
package allowance

import (
	"math"
	"time"
)

// Bucket is the token bucket of one service and type of key; the zero Bucket is full. Its arithmetic is the real
// service's, quirks included: a full bucket admits one request fewer than it holds, and a refused request takes a token
// too.
type Bucket struct {
	used   bool
	last   float64 // seconds
	tokens int
}

const (
	window    = 60   // seconds
	maxTokens = 1000 // however high the limit
)

// Take takes a token and reports whether the request is admitted. The limit is in requests a minute.
func (b *Bucket) Take(limit int, now time.Time) bool {
	t := float64(now.UnixMicro()) / 1e6
	perSecond := float64(limit) / window
	size := min(int(math.Ceil(float64(limit)/3))+1, maxTokens)
	if !b.used {
		*b = Bucket{used: true, last: t, tokens: size}
	}
	if b.last-t > window {
		b.last = t // a test's clock was moved back; requests that overtake each other are not that far apart
	}
	refill := math.Floor(max(t-b.last, 0) * perSecond)
	b.tokens = max(int(min(float64(b.tokens)+refill, float64(size)))-1, 0)
	b.last += refill / perSecond // even when the bucket overflows
	return b.tokens >= 1
}
