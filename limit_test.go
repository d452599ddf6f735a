package notify_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// The client's own rate limit, in the gaps between sends that are made one after the other. A refusal for another
// reason neither slows it nor lets it recover, and so shows the rate as it is.

const neutral = 400

// gaps sends once for each step and gives the waits before the second send, the third and so on.
func gaps(t *testing.T, perSecond float64, steps []step) []time.Duration {
	t.Helper()
	once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
	c, s := scripted(t, steps, notify.WithRateLimit(perSecond, 1), once)
	for range steps {
		_, _ = c.SendSMS(t.Context(), sms())
	}
	require.Len(t, s.at, len(steps))
	var all []time.Duration
	for i := range s.at[1:] {
		all = append(all, (s.at[i+1] - s.at[i]).Round(time.Microsecond))
	}
	return all
}

func TestRateLimitIsCutOnceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := make([]step, 20)
		for i := range steps {
			steps[i].status = neutral
		}
		// With 16 a second, cut to 8 at the start, the ninth send comes a second after the first.
		for _, refused := range []int{0, 1, 7, 8, 9, 11} {
			steps[refused] = step{status: 429, body: rateLimited}
		}
		got := gaps(t, 16, steps)
		for i, gap := range got {
			want := time.Second / 8
			if i >= 8 {
				want = time.Second / 4
			}
			require.Equal(t, want, gap, i)
		}
	})
}

func TestRateLimitHasAFloor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := make([]step, 60)
		for i := range steps {
			steps[i] = step{status: 429, body: rateLimited}
		}
		got := gaps(t, 16, steps)
		require.Equal(t, time.Second/8, got[0])
		for _, gap := range got[30:] {
			require.Equal(t, time.Second, gap, "a sixteenth")
		}
	})
}

func TestRateLimitGrowsBackAndNoFurther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := []step{{status: 429, body: rateLimited}}
		for range 300 {
			steps = append(steps, step{status: 201, body: smsAnswer})
		}
		got := gaps(t, 16, steps)
		require.Equal(t, time.Second/8, got[0])
		// Each message that is accepted gives back a two-hundredth of the whole: half of it after a hundred.
		for _, accepted := range []int{1, 50, 99} {
			perSecond := 8 + 16.0/200*float64(accepted)
			require.InDelta(t, float64(time.Second)/perSecond, float64(got[accepted]), float64(10*time.Microsecond), accepted)
		}
		for _, gap := range got[101:] {
			require.Equal(t, time.Second/16, gap)
		}

		// Cut at a rate from which no number of equal steps leads to the whole.
		steps[12] = step{status: 429, body: rateLimited}
		got = gaps(t, 16, steps)
		require.InDelta(t, float64(time.Second)/(8.88/2), float64(got[12]), float64(10*time.Microsecond))
		for _, gap := range got[12+146:] {
			require.Equal(t, time.Second/16, gap)
		}
	})
}

func TestRateLimitIsForSendsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := []step{{status: 201, body: smsAnswer}}
		for range 20 {
			steps = append(steps, step{status: 200, body: oneNote})
		}
		for range 3 {
			steps = append(steps, step{status: 429, body: rateLimited})
		}
		steps = append(steps, step{status: neutral}, step{status: neutral})
		once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
		c, s := scripted(t, steps, notify.WithRateLimit(1, 1), once)
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		for range 20 {
			_, err := c.Notification(t.Context(), notificationID)
			require.NoError(t, err)
		}
		for range 2 {
			_, err := c.PreviewTemplate(t.Context(), templateID, nil)
			require.ErrorIs(t, err, notify.ErrRateLimited)
		}
		_, err = c.Notification(t.Context(), notificationID)
		require.ErrorIs(t, err, notify.ErrRateLimited)
		require.Zero(t, s.at[23], "neither reads nor previews wait")
		for range 2 {
			_, _ = c.SendSMS(t.Context(), sms())
		}
		require.Equal(t, []time.Duration{time.Second, 2 * time.Second}, s.at[24:], "and their refusals slow nothing")
	})
}

func TestReadsDoNotQueueBehindSends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt := roundTripper(func(req *http.Request) (*http.Response, error) { return newStub(201, oneNote).RoundTrip(req) })
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}), notify.WithRateLimit(1, 1))
		require.NoError(t, err)
		start := time.Now()
		for range 5 {
			go func() { _, _ = c.SendSMS(t.Context(), sms()) }()
		}
		synctest.Wait() // one is sent, four wait
		_, err = c.Notification(t.Context(), notificationID)
		require.NoError(t, err)
		require.Zero(t, time.Since(start))
		time.Sleep(5 * time.Second)
	})
}

// A templated letter counts twice, other messages once.
func TestRateLimitCountsAsNotifyDoes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		call func(context.Context, *notify.Client) error
		each time.Duration
	}{
		"sms":    {apiCalls()["SendSMS"].call, time.Second},
		"email":  {apiCalls()["SendEmail"].call, time.Second},
		"letter": {apiCalls()["SendLetter"].call, 2 * time.Second},
		"pdf":    {apiCalls()["SendPrecompiledLetter"].call, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, []step{{status: 201, body: apiCalls()["SendSMS"].answer}}, notify.WithRateLimit(1, 4))
				for range 12 {
					require.NoError(t, tc.call(t.Context(), c))
				}
				burst := int(4 * time.Second / tc.each)
				for i, at := range s.at {
					require.Equal(t, time.Duration(max(0, i+1-burst))*tc.each, at.Round(time.Microsecond), fmt.Sprint(i))
				}
			})
		})
	}
}

func TestRateLimitGivesUpInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 201, body: smsAnswer}}, notify.WithRateLimit(1, 1))
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)

		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(300*time.Millisecond, cancel).Stop()
		_, err = c.SendSMS(ctx, sms())
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "was not sent")
		require.True(t, notify.SafeToRetry(err))
		require.Equal(t, 300*time.Millisecond, time.Since(s.start))
		require.Len(t, s.at, 1)

		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Equal(t, time.Second, s.at[1], "what was given up takes nothing from the limit")
	})
}

// The client's own rate limit holds for each attempt, and a letter made from a template takes two tokens of it.
func TestRateLimitHoldsForRetriesAndLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 429, body: rateLimited}},
			notify.WithRateLimit(1, 1), notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
		_, err := c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrRateLimited)
		require.Len(t, s.at, 4)
		for i := range 3 {
			require.GreaterOrEqual(t, s.at[i+1]-s.at[i], time.Second)
		}

		letter := `{"id":"` + notificationID + `","reference":null}`
		c, s = scripted(t, []step{{status: 201, body: letter}}, notify.WithRateLimit(1, 1))
		for range 3 {
			_, err := c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID})
			require.NoError(t, err)
		}
		require.Equal(t, 4*time.Second, s.at[2]-s.at[0])

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c, s = scripted(t, []step{{status: 429, body: rateLimited}},
			notify.WithRateLimit(0.1, 1), notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
		_, err = c.SendSMS(ctx, sms())
		require.ErrorIs(t, err, notify.ErrRateLimited)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "own rate limit")
		require.True(t, notify.SafeToRetry(err))
		require.Len(t, s.at, 1)
	})
}

func TestClientSideRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 201, body: smsAnswer}}, notify.WithRateLimit(2, 1))
		for range 5 {
			_, err := c.SendSMS(t.Context(), sms())
			require.NoError(t, err)
		}
		require.Equal(t, 2*time.Second, s.at[4])
		_, err := c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID}) // two tokens, and a burst of one
		require.NoError(t, err)

		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err = c.SendSMS(ctx, sms())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.True(t, notify.SafeToRetry(err))
		require.Zero(t, time.Since(start))
	})
}

func TestClientSideRateLimitShrinksAndRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := []step{{status: 429, body: rateLimited}}
		for range 700 {
			steps = append(steps, step{status: 201, body: smsAnswer})
		}
		c, s := scripted(t, steps, notify.WithRateLimit(10, 1), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		_, err := c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrRateLimited)
		for range 600 {
			_, err := c.SendSMS(t.Context(), sms())
			require.NoError(t, err)
		}
		require.Greater(t, s.at[2]-s.at[1], 180*time.Millisecond, "half the rate after a refusal")
		require.InDelta(t, 100*time.Millisecond, s.at[600]-s.at[599], float64(2*time.Millisecond), "the full rate again")
	})
}
