package simulator

import (
	"time"

	"github.com/notifykit/notify/simulator/internal/allowance"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// The channels that have a daily limit: the types of message, and texts to numbers outside +44, which count towards
// that of texts as well.
const (
	channelSMS           = string(MessageTypeSMS)
	channelEmail         = string(MessageTypeEmail)
	channelLetter        = string(MessageTypeLetter)
	channelInternational = "international_sms"
)

// limits is what is used up of the limits of a service. Messages of test keys use up nothing of the daily ones.
type limits struct {
	buckets [len(keyTypes)]allowance.Bucket
	today   allowance.Tally
}

// checkRate takes a token of the rate limit of the service's keys of that type.
func (st *state) checkRate(kind KeyType) *wire.Failure {
	if !st.limits.buckets[kind.slot()].Take(st.terms.rateLimit, st.now) {
		return wire.RateLimitExceeded(string(kind), st.terms.rateLimit)
	}
	return nil
}

// checkDaily looks at the daily limit of a channel: a type of message, or channelInternational.
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

// count counts a message against the daily limits of now's day. They were looked at when its request came, but others
// may have been accepted since: where the last place is taken, the message is refused after all. The real service would
// let it pass; a test should see a limit that is exact, however many send at once.
func (st *state) count(channels []string, now time.Time, svc *Service) *wire.Failure {
	for _, c := range channels {
		if limit := st.terms.dailyLimit(c); st.limits.today.On(now)[c] >= limit {
			return wire.DailyLimitExceeded(c, limit)
		}
	}
	if len(channels) > 0 && st.limits.today.Add(now, channels...) {
		svc.sim.schedule.At(allowance.Midnight(now).Add(24*time.Hour), "midnight: daily limits of "+svc.name, svc.midnight)
	}
	return nil
}

// midnight forgets days that are long over. The counts of the day before stay, for a clock that goes back.
func (svc *Service) midnight(now time.Time) {
	svc.during(now, func(st *state) { st.limits.today.Forget(now) })
}

// channels are what a message counts against.
func (n *notification) channels() []string {
	switch {
	case n.keyType() == KeyTypeTest:
		return nil
	case n.kind() == MessageTypeSMS && n.phone.Abroad():
		return []string{channelSMS, channelInternational}
	}
	return []string{string(n.kind())}
}
