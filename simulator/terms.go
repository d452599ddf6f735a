package simulator

import (
	"fmt"
	"slices"
)

// terms say what a service may do. A request reads them once, so the slice and the map are replaced and never changed.
type terms struct {
	archived, trial bool
	permissions     []Permission
	rateLimit       int            // requests a minute, for each type of key
	dailyLimits     map[string]int // only those that were set, by channel
}

// defaultRateLimit is Notify's own, requests a minute.
const defaultRateLimit = 3000

func (t *terms) may(p Permission) bool { return slices.Contains(t.permissions, p) }

// Notify's own limits, messages a UTC day.
var (
	liveLimits = map[string]int{
		channelEmail: 250_000, channelSMS: 250_000, channelInternational: 100, channelLetter: 20_000,
	}
	trialLimits = map[string]int{channelEmail: 50, channelSMS: 50, channelInternational: 100, channelLetter: 50}
)

// dailyLimit is how many messages of a channel the service may send on one day.
func (t *terms) dailyLimit(channel string) int {
	if limit, ok := t.dailyLimits[channel]; ok {
		return limit
	}
	if t.trial {
		return trialLimits[channel]
	}
	return liveLimits[channel]
}

// terms returns what the service may do.
func (svc *Service) terms() (t terms) {
	svc.with(func(st *settings) { t = st.terms })
	return t
}

// SetTrialMode puts a service into trial mode, or makes it live. Keys stay as they are.
func (svc *Service) SetTrialMode(trial bool) {
	svc.alter(func(st *settings) { st.terms.trial = trial })
}

// Archive makes the service refuse all its keys, for good.
func (svc *Service) Archive() {
	svc.alter(func(st *settings) { st.terms.archived = true })
}

// SetPermissions replaces the service's permissions. If one of them does not exist, that is an error and none is
// replaced.
func (svc *Service) SetPermissions(p ...Permission) error {
	var b builder
	if b.permissions(p); len(b.problems) > 0 {
		return b.refusal()
	}
	p = slices.Clone(p)
	svc.alter(func(st *settings) { st.terms.permissions = p })
	return nil
}

// SetRateLimit sets how many sends each type of key may make in 60 seconds. The limit is a bucket, as the real
// service's: a third of the limit, rounded up and at most 999, is admitted at once, and then a sixtieth of it each
// second. So with 60 a test can send 20 texts at once, and then one a second. A letter made from a template counts
// twice, and a refused send counts too. A bucket that is empty stays empty: it fills at the new rate. A limit below 1
// is an error.
func (svc *Service) SetRateLimit(perMinute int) error {
	if perMinute <= 0 {
		return fmt.Errorf("simulator: a rate limit of %d", perMinute)
	}
	svc.alter(func(st *settings) { st.terms.rateLimit = perMinute })
	return nil
}

// SetDailyLimits replaces the daily limits. Messages already sent today count towards the new ones.
func (svc *Service) SetDailyLimits(d DailyLimits) error {
	daily, channel := d.explicit()
	if channel != "" {
		return fmt.Errorf("simulator: the daily limit of %s can't be negative", channel)
	}
	svc.alter(func(st *settings) { st.terms.dailyLimits = daily })
	return nil
}

// explicit returns the limits that are set, by channel, or the channel whose limit is negative.
func (d DailyLimits) explicit() (limits map[string]int, negative string) {
	limits = map[string]int{}
	for _, l := range []struct {
		channel string
		limit   *int
	}{
		{channelEmail, d.Email}, {channelSMS, d.SMS},
		{channelInternational, d.InternationalSMS}, {channelLetter, d.Letter},
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
