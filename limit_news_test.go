package notify_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
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

// A send that is cancelled at the moment in which its turn comes gives it back to the next.
func TestTurnThatComesAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, err := notify.NewLimiter(3) // one at a time
		require.NoError(t, err)
		next, _ := scripted(t, accepted, notify.WithLimiter(l))
		for range 100 {
			ctx, cancel := context.WithCancel(t.Context())
			begin := make(chan bool)
			first := roundTripper(func(*http.Request) (*http.Response, error) {
				<-begin
				cancel()
				return nil, errDial // and so the turn is the next one's
			})
			c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: first}), notify.WithLimiter(l),
				notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			var sends sync.WaitGroup
			sends.Go(func() { _, _ = c.SendSMS(t.Context(), sms()) })
			synctest.Wait()
			sends.Go(func() { _, _ = next.SendSMS(ctx, sms()) })
			synctest.Wait()
			begin <- true
			sends.Wait()
			start := time.Now()
			_, err = next.SendSMS(t.Context(), sms())
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(start), 21*time.Second, "no turn is lost")
			time.Sleep(time.Minute)
		}
	})
}

// Who waits, and would now wait for longer than there is time, is told so at the refusal that slows the others down.
func TestRefusalTurnsAwayWhoWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := limited(t, []step{{status: 429, body: rateLimited}, accepted[0]})
		var sends sync.WaitGroup
		send := func(timeout time.Duration, check func(err error)) {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			sends.Go(func() {
				defer cancel()
				_, err := c.SendSMS(ctx, sms())
				check(err)
			})
			synctest.Wait()
		}
		accepted := func(err error) { require.NoError(t, err) }
		send(time.Minute, accepted) // in a second, when it is refused
		send(3*time.Second, func(err error) {
			require.ErrorIs(t, err, notify.ErrHeldBack)
			require.InDelta(t, time.Second, time.Since(s.start), float64(50*time.Millisecond), "at once")
		})
		send(time.Minute, accepted)
		sends.Wait()
		require.Len(t, s.at, 20+3)
	})
}

// Sends that were under way together are refused together, and that slows the client down once.
func TestRefusalsTogetherAreOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var arrived sync.WaitGroup
		arrived.Add(3)
		var refused atomic.Int64
		together := roundTripper(func(req *http.Request) (*http.Response, error) {
			if refused.Add(1) > 3 {
				return newStub(201, smsAnswer).RoundTrip(req)
			}
			arrived.Done()
			arrived.Wait()
			return newStub(429, rateLimited).RoundTrip(req)
		})
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: together}), notify.WithRateLimit(60),
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		var sends sync.WaitGroup
		for range 3 {
			sends.Go(func() {
				_, err := c.SendSMS(t.Context(), sms())
				require.ErrorIs(t, err, notify.ErrRateLimited)
			})
		}
		sends.Wait()
		start := time.Now()
		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.InDelta(t, 1.5+1/0.6, time.Since(start).Seconds(), 0.1, "a rest, and a token at the slower pace")
	})
}
