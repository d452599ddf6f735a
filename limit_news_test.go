package notify_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// A service that names a lower rate than the client's is believed.
func TestLimiterTakesALowerRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lower := step{status: 429, body: apiError("429", "RateLimitError",
			"Exceeded rate limit for key type TEST of 3 requests per 60 seconds")}
		c, s := scripted(t, []step{lower, accepted[0]})
		for range 3 {
			_, err := c.SendSMS(t.Context(), sms())
			require.NoError(t, err)
		}
		require.Len(t, s.at, 4)
		require.GreaterOrEqual(t, s.at[2]-s.at[1], 20*time.Second)
		require.GreaterOrEqual(t, s.at[3]-s.at[2], 20*time.Second)
	})
}

// A send that waited for its turn is not made if the daily limit was reached meanwhile, and gives the turn back.
func TestDailyLimitHoldBeginsWhileOneWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{accepted[0], {status: 429, body: dailyLimit}, accepted[0]},
			notify.WithRateLimit(3), notify.WithDailyLimitHold())
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		ended := make(chan error)
		for range 2 {
			go func() { _, err := c.SendSMS(t.Context(), sms()); ended <- err }()
		}
		require.ErrorIs(t, <-ended, notify.ErrDailyLimit)
		before := time.Now()
		require.ErrorIs(t, <-ended, notify.ErrDailyLimit)
		require.Len(t, s.at, 2, "one of them without a request")
		_, err = c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@example.com", TemplateID: templateID})
		require.NoError(t, err)
		require.Less(t, time.Since(before), 21*time.Second, "by the turn that was given back")
	})
}

// A client made outside of a test's bubble has seen another clock.
func TestLimiterInAnotherBubble(t *testing.T) {
	t.Parallel()
	c, s := scripted(t, accepted, notify.WithRateLimit(3))
	synctest.Test(t, func(t *testing.T) {
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		start := time.Now()
		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.InDelta(t, 20*time.Second, time.Since(start), float64(time.Second))
		require.Len(t, s.at, 2)
	})
}
