package simulator

import (
	"math"
	"time"
)

// bucket is the token bucket of one service and type of key. Its arithmetic is the real service's, quirks included: a full
// bucket admits one request less than it holds, and a refused request takes a token too.
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
	refill := math.Floor(max(t-b.last, 0) * perSecond)
	b.tokens = max(int(min(float64(b.tokens)+refill, float64(size)))-1, 0)
	b.last += refill / perSecond // also when the bucket overflows
	return b.tokens >= 1
}

// channelInternational is the allowance that texts to numbers outside +44 count against, besides that of texts.
const channelInternational = "international_sms"

// today counts what was accepted on one UTC day. Messages of test keys are never counted.
type today struct {
	day   int64 // since 1970
	count map[string]int
}

func (d *today) on(now time.Time) map[string]int {
	const seconds = 24 * 60 * 60
	if day := now.Unix() / seconds; d.day != day {
		d.day, d.count = day, map[string]int{}
	}
	return d.count
}

// checkRate takes a token of the rate limit of the service's keys of that type.
func (svc *Service) checkRate(key *apiKey, now time.Time) *failure {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	if !svc.buckets[key.kind.slot()].take(svc.rateLimit, now) {
		return rateLimited(key.kind, svc.rateLimit)
	}
	return nil
}

// checkDaily looks at the daily limit of a channel: a type of message, or channelInternational.
func (svc *Service) checkDaily(channel string, key *apiKey, now time.Time) *failure {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	count, limit := svc.today.on(now)[channel], svc.dailyLimit(channel)
	if key.kind == KeyTypeTest {
		count = 0
		if svc.trial {
			limit = liveLimits[channel]
		}
	}
	if count+1 > limit {
		return dailyLimited(channel, limit)
	}
	return nil
}

// explicit is the limits that are given, by channel; or the channel whose limit is negative.
func (d DailyLimits) explicit() (limits map[string]int, negative string) {
	limits = map[string]int{}
	for _, l := range []struct {
		channel string
		limit   *int
	}{{string(Email), d.Email}, {string(SMS), d.SMS}, {channelInternational, d.InternationalSMS}, {string(Letter), d.Letter}} {
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
