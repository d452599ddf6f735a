package simulator

import (
	"math"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// bucket is the token bucket of one service and type of key. Its arithmetic is the real service's, quirks included: a
// full bucket admits one request less than it holds, and a refused request takes a token too.
type bucket struct {
	used   bool
	last   float64 // seconds
	tokens int
}

const (
	rateWindow = 60   // seconds
	maxBucket  = 1000 // tokens, however high the limit
)

func (b *bucket) take(limit int, now time.Time) bool {
	t := float64(now.UnixMicro()) / 1e6
	perSecond := float64(limit) / rateWindow
	size := min(int(math.Ceil(float64(limit)/3))+1, maxBucket)
	if !b.used {
		*b = bucket{used: true, last: t, tokens: size}
	}
	if b.last-t > rateWindow {
		b.last = t // a test's clock was moved back; two requests that cross are not that far apart
	}
	refill := math.Floor(max(t-b.last, 0) * perSecond)
	b.tokens = max(int(min(float64(b.tokens)+refill, float64(size)))-1, 0)
	b.last += refill / perSecond // also when the bucket overflows
	return b.tokens >= 1
}

// channelInternational is the allowance that texts to numbers outside +44 count against, besides that of texts.
const channelInternational = "international_sms"

// tally counts what was accepted on each UTC day, by its midnight in Unix seconds and by channel. Messages of test keys
// are never counted.
type tally map[int64]map[string]int

// maxTallied is how many days are remembered: more than messages are ever kept.
const maxTallied = 100

// dayOf is the midnight before now.
func dayOf(now time.Time) int64 { return now.UTC().Truncate(24 * time.Hour).Unix() }

// on returns the counts of now's day, to be read.
func (t tally) on(now time.Time) map[string]int { return t[dayOf(now)] }

// counting returns the counts of now's day, to be changed. Other days stay, for about midnight a request that came
// before it can be counted after one that came later, and a test's clock may go forth and back. Beyond [maxTallied] the
// day that is furthest from now is forgotten.
func (t *tally) counting(now time.Time) map[string]int {
	day := dayOf(now)
	if counts := (*t)[day]; counts != nil {
		return counts
	}
	if *t == nil {
		*t = tally{}
	}
	(*t)[day] = map[string]int{}
	if len(*t) > maxTallied {
		furthest := day
		for other := range *t {
			if abs(other-day) > abs(furthest-day) {
				furthest = other
			}
		}
		delete(*t, furthest)
	}
	return (*t)[day]
}

func abs(n int64) int64 { return max(n, -n) }

// checkRate takes a token of the rate limit of the service's keys of that type.
func (svc *Service) checkRate(key *apiKey, now time.Time) *wire.Failure {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if !svc.buckets[key.kind.slot()].take(svc.rateLimit, now) {
		return wire.RateLimitExceeded(string(key.kind), svc.rateLimit)
	}
	return nil
}

// checkDaily looks at the daily limit of a channel: a type of message, or channelInternational.
func (svc *Service) checkDaily(channel string, key *apiKey, now time.Time) *wire.Failure {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	count, limit := svc.accepted.on(now)[channel], svc.dailyLimit(channel)
	if key.kind == KeyTypeTest {
		count = 0
		if svc.trial {
			limit = liveLimits[channel]
		}
	}
	if count >= limit {
		return wire.DailyLimitExceeded(channel, limit)
	}
	return nil
}

// count counts a message against the daily limits. They were looked at when its request came, but others may have been
// accepted since: where the last place is taken, the message is refused after all. The real service would let it pass;
// a test should see a limit that is exact, however many send at once.
func (svc *Service) count(n *notification, now time.Time) *wire.Failure {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	counts := svc.accepted.counting(now)
	for _, channel := range n.channels() {
		if limit := svc.dailyLimit(channel); counts[channel] >= limit {
			return wire.DailyLimitExceeded(channel, limit)
		}
	}
	for _, channel := range n.channels() {
		counts[channel]++
	}
	return nil
}

// uncount takes back what count counted.
func (svc *Service) uncount(n *notification, now time.Time) {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	counts := svc.accepted.counting(now)
	for _, channel := range n.channels() {
		counts[channel] = max(counts[channel]-1, 0) // the day may have been forgotten meanwhile
	}
}

// channels are what a message counts against.
func (n *notification) channels() []string {
	switch {
	case n.keyType == KeyTypeTest:
		return nil
	case n.kind == SMS && n.phone.Abroad():
		return []string{string(SMS), channelInternational}
	}
	return []string{string(n.kind)}
}

// explicit is the limits that are given, by channel; or the channel whose limit is negative.
func (d DailyLimits) explicit() (limits map[string]int, negative string) {
	limits = map[string]int{}
	for _, l := range []struct {
		channel string
		limit   *int
	}{
		{string(Email), d.Email}, {string(SMS), d.SMS},
		{channelInternational, d.InternationalSMS}, {string(Letter), d.Letter},
	} {
		switch {
		case l.limit == nil:
		case *l.limit < 0:
			return nil, l.channel
		default:
			limits[l.channel] = *l.limit
		}
	}
	return limits, ""
}
