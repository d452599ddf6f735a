package simulator

import (
	"time"

	"github.com/notifykit/notify/simulator/internal/allowance"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// The channels that have a daily limit: the types of message, and texts to numbers outside +44, which count towards the
// limit of texts too.
const (
	channelSMS           = string(MessageTypeSMS)
	channelEmail         = string(MessageTypeEmail)
	channelLetter        = string(MessageTypeLetter)
	channelInternational = "international_sms"
)

// limits is how much of its limits a service has used up. Messages of test keys don't count towards the daily ones.
type limits struct {
	buckets [len(keyTypes)]allowance.Bucket
	today   allowance.Tally
}

// checkRate takes a token from the rate limit that the keys of that type share.
func (st *state) checkRate(kind KeyType) *wire.Failure {
	if !st.limits.buckets[kind.slot()].Take(st.terms.rateLimit, st.now) {
		return wire.RateLimitExceeded(string(kind), st.terms.rateLimit)
	}
	return nil
}

// checkDaily checks the daily limit of a channel: a type of message, or channelInternational.
func (st *state) checkDaily(channel string, kind KeyType) *wire.Failure {
	count, limit := st.limits.today.On(st.now)[channel], st.terms.dailyLimit(channel)
	if kind == KeyTypeTest {
		count = 0
		if st.terms.trial {
			limit = liveLimits[channel]
		}
	}
	if count >= limit {
		return wire.DailyLimitExceeded(channel, limit)
	}
	return nil
}

// count counts a message towards the daily limits of now's day. They were checked when the request came, but other
// messages may have been accepted since, so it checks them again. The real service does not; a test should see an exact
// limit, however many sends come at once.
func (st *state) count(channels []string, now time.Time, svc *Service) *wire.Failure {
	for _, c := range channels {
		if limit := st.terms.dailyLimit(c); st.limits.today.On(now)[c] >= limit {
			return wire.DailyLimitExceeded(c, limit)
		}
	}
	if len(channels) > 0 && st.limits.today.Add(now, channels...) {
		svc.sim.schedule.At(allowance.Midnight(now).Add(24*time.Hour), "midnight: daily limits of "+svc.Name(), svc.midnight)
	}
	return nil
}

// midnight forgets days that are long over. The counts of the day before stay, because a clock may go back.
func (svc *Service) midnight(now time.Time) {
	svc.during(now, func(st *state) { st.limits.today.Forget(now) })
}

// channels returns the channels whose limits a message counts towards.
func (n *notification) channels() []string {
	switch {
	case n.keyType() == KeyTypeTest:
		return nil
	case n.kind() == MessageTypeSMS && n.phone.Abroad():
		return []string{channelSMS, channelInternational}
	}
	return []string{string(n.kind())}
}
