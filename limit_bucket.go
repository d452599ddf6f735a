package notify

import (
	"context"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// A bucket is the client's picture of the token bucket that Notify keeps for a service and a type of key, whose
// arithmetic was measured on the real service:
//
//   - it holds a third of the minute's rate, rounded up and one more, but at most 1,000, and starts full;
//   - it refills by a sixtieth of the rate each second;
//   - a request takes a token even if it is refused, and is admitted if one is left: the last one admits nobody.
//
// The picture leaves out that last token. It never holds more than the real bucket as long as nobody else takes from
// that. When somebody does, which a refusal shows, the picture is emptied and refills at a part of the rate, which is
// cut at each refusal and grows in between, as TCP finds its share of a line.
type bucket struct {
	epoch time.Time // where its clock begins
	mu    sync.Mutex

	size  int           // tokens that a full bucket admits
	every time.Duration // what a token takes to refill at the full rate
	slack time.Duration // for clocks: by how much the refill begins late when the bucket was full

	credit   time.Duration // the tokens there are, as the time they take to refill at the full rate; it may be a debt
	at       time.Duration // when that was so
	underWay int           // tokens of requests whose answer has not come
	kept     float64       // what the last cut left of it
	pace     float64       // the part of the full rate at which it refills
	cut      time.Duration // when the pace was last cut

	waiting queue
}

const (
	// mostTokens is the size of the real bucket, however high the rate.
	mostTokens = 1000
	// rounding is added to the time of a token, as the service counts seconds since 1970 in a float64: each refill is
	// wrong by up to 0.12 microseconds.
	rounding = 200 * time.Nanosecond
	// mostSlack allows for the clocks of the service's machines, which take turns in counting.
	mostSlack = 10 * time.Millisecond

	// After a refusal the client rests, so that the real bucket gets off the ground, on which each refused request takes
	// what has just been refilled. It goes on at a part of its pace.
	rest  = 1500 * time.Millisecond
	cutTo = 0.6

	// leastPace is the part of the rate below which it is never cut.
	leastPace = 1. / 32
	// growth, per second, and acceleration, per second squared, make the pace grow by parts of the full rate, whatever
	// it was cut to: so the shares of several clients become equal. That it grows faster and faster keeps refusals rare
	// among many, and lets the last one soon have the whole rate (as H-TCP does; tuned in TestSharedBucket).
	growth       = 0.002
	acceleration = 0.001
)

func newBucket(perMinute int) *bucket {
	b := &bucket{epoch: time.Now(), pace: 1, cut: -1}
	b.setRate(perMinute)
	b.credit = time.Duration(b.size) * b.every
	b.at = b.slack
	return b
}

func (b *bucket) setRate(perMinute int) {
	b.size = min((perMinute+2)/3+1, mostTokens) - 1
	b.every = (time.Minute+time.Duration(perMinute)-1)/time.Duration(perMinute) + rounding
	b.slack = min(b.every/2, mostSlack)
}

// now is the time on the bucket's clock, which no change of the machine's affects.
func (b *bucket) now() time.Duration { return time.Since(b.epoch) }

// refill adds what has come since the last time. What is under way may not have reached the service yet: until it has,
// it leaves no room there that could fill.
func (b *bucket) refill(now time.Duration) {
	elapsed := now - b.at
	if elapsed < -b.slack {
		// Another clock: that of a test's bubble, for a client that was made outside.
		b.at, b.cut, elapsed = now, min(b.cut, now-1), 0
	}
	if elapsed > 0 {
		b.at = now
		if b.pace < 1 {
			before := b.pace
			b.pace = b.paceAt(now)
			elapsed = time.Duration(float64(elapsed) * (before + b.pace) / 2)
		}
		b.credit += elapsed
	}
	if room := time.Duration(max(b.size-b.underWay, 0)) * b.every; b.credit >= room {
		b.credit, b.at = room, now+b.slack
	}
}

// cost is what a send takes: at most a full bucket, or it would wait for ever.
func (b *bucket) cost(tokens int) time.Duration { return time.Duration(min(tokens, b.size)) * b.every }

// take takes tokens if they are there.
func (b *bucket) take(tokens int) bool {
	cost := b.cost(tokens)
	if b.credit < cost {
		return false
	}
	b.credit -= cost
	b.underWay += tokens
	return true
}

// until is how long it takes at the present pace until tokens worth so much are there.
func (b *bucket) until(cost, now time.Duration) time.Duration {
	missing := time.Duration(float64(cost-b.credit)/b.pace) + 1
	return max(b.at-now, 0) + missing
}

// paceAt is the pace at a time after the last cut.
func (b *bucket) paceAt(now time.Duration) float64 {
	t := max(now-b.cut-rest, 0).Seconds()
	return min(b.kept+growth*t+acceleration*t*t, 1)
}

// slowDown cuts the pace and begins the rest. The real bucket is empty now.
func (b *bucket) slowDown(now time.Duration) {
	b.kept = max(b.pace*cutTo, leastPace)
	b.pace, b.cut = b.kept, now
	b.credit = min(b.credit, -time.Duration(float64(rest)*b.pace))
}

// answered says that an attempt has reached the service, or may have, and has ended.
func (b *bucket) answered(tokens int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.refill(now)
	b.underWay -= tokens
	b.admit(now)
}

// unused gives back the tokens of an attempt of which the service never heard.
func (b *bucket) unused(tokens int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.refill(now)
	b.underWay -= tokens
	b.credit += b.cost(tokens)
	b.admit(now)
}

// refused says that the service refused an attempt for the rate, and what it called the rate, if it did.
func (b *bucket) refused(took turn, perMinute int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.refill(now)
	b.underWay -= took.tokens
	if perMinute > 0 && b.every < time.Minute/time.Duration(perMinute) {
		b.setRate(perMinute) // lower than what we took it for
	}
	// Requests that were under way together are refused together, and are one piece of news.
	if took.began > b.cut {
		b.slowDown(now)
		b.turnAway(now)
	}
	b.admit(now)
}

// statedRate is the rate a minute that a RateLimitError states, or 0.
func (e *Error) statedRate() int {
	if !e.is("RateLimitError") {
		return 0
	}
	match := ratePerMinute().FindStringSubmatch(e.Errors[0].Message)
	if match == nil {
		return 0
	}
	perMinute, _ := strconv.Atoi(match[1])
	return min(perMinute, mostPerMinute)
}

var ratePerMinute = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(` of ([0-9]{1,9}) requests per 60 seconds$`)
})

// wait takes tokens in turn. It gives up at once if the context would end first. The time is when the turn came.
func (b *bucket) wait(ctx context.Context, tokens int) (time.Duration, error) {
	b.mu.Lock()
	now := b.now()
	b.refill(now)
	if b.waiting.empty() && b.take(tokens) {
		b.mu.Unlock()
		return now, nil
	}
	w, err := b.enqueue(ctx, tokens, now)
	b.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return b.await(ctx, w)
}
