package notify_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestNoPointlessWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 429, body: rateLimited, retryAfter: "10"}})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.SendSMS(ctx, sms())
		require.Zero(t, time.Since(start), "returns at once")
		require.Len(t, s.at, 1)
		require.NoError(t, ctx.Err())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, notify.ErrRateLimited)
		require.ErrorAs(t, err, new(*notify.Error))
		require.True(t, notify.SafeToRetry(err))
		require.ErrorContains(t, err, "beyond the context's deadline")
		require.ErrorContains(t, err, "429 RateLimitError")
	})
}

func TestDeadlineDoesNotHideTheLastAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		steps []step
		send  bool
		end   func(context.Context) (context.Context, context.CancelFunc)
		is    []error
		text  string
		safe  bool
	}{
		"cancelled during the wait": {
			[]step{{status: 429, body: rateLimited, retryAfter: "10"}}, true, cancelAfter(5 * time.Second),
			[]error{context.Canceled, notify.ErrRateLimited}, "while waiting after attempt 1", true,
		},
		"cancelled during the wait after a lost connection": {
			[]step{{status: 503, retryAfter: "0"}, {err: io.EOF}}, false, cancelAfter(time.Nanosecond),
			[]error{context.Canceled, io.EOF}, "while waiting after attempt 2", true,
		},
		"deadline during the second attempt": {
			[]step{{status: 429, body: rateLimited, retryAfter: "1"}, {hang: true}}, true, deadlineAfter(5 * time.Second),
			[]error{context.DeadlineExceeded, notify.ErrOutcomeUnknown}, "429 RateLimitError", false,
		},
		"deadline during the second read": {
			[]step{{status: 503, retryAfter: "1"}, {hang: true}}, false, deadlineAfter(5 * time.Second),
			[]error{context.DeadlineExceeded}, "503", true,
		},
		"deadline during the first attempt": {
			[]step{{hang: true}}, true, deadlineAfter(5 * time.Second),
			[]error{context.DeadlineExceeded}, "may have been accepted", false,
		},
		"already cancelled, not connected": {
			[]step{{err: errDial}}, true, cancelAfter(0),
			[]error{context.Canceled}, "", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := scripted(t, tc.steps)
				ctx, cancel := tc.end(t.Context())
				defer cancel()
				if name == "already cancelled, not connected" {
					cancel()
					c, _ = scripted(t, []step{{hang: true}})
					_, err := c.Notification(ctx, notificationID)
					require.ErrorIs(t, err, context.Canceled)
					return
				}
				var err error
				if tc.send {
					_, err = c.SendSMS(ctx, sms())
				} else {
					_, err = c.Notification(ctx, notificationID)
				}
				for _, is := range tc.is {
					require.ErrorIs(t, err, is)
				}
				require.ErrorContains(t, err, tc.text)
				require.Equal(t, tc.safe, notify.SafeToRetry(err))
			})
		})
	}
}

func cancelAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		timer := time.AfterFunc(d, cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}
}

func deadlineAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, d) }
}

func TestCauseOfTheContextIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, []step{{status: 503, retryAfter: "30"}})
		shutdown := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(time.Second, func() { cancel(shutdown) }).Stop()
		_, err := c.Notification(ctx, notificationID)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, shutdown)
	})
}

// A countdown ends when it has been looked at a number of times.
type countdown struct {
	context.Context //nolint:containedctx // it is a context

	cancel context.CancelFunc
	left   int
}

func newCountdown(ctx context.Context, left int) *countdown {
	ctx, cancel := context.WithCancel(ctx)
	return &countdown{ctx, cancel, left}
}

func (c *countdown) look() {
	if c.left--; c.left < 0 {
		c.cancel()
	}
}

func (c *countdown) Value(key any) any {
	c.look()
	return c.Context.Value(key)
}

func (c *countdown) Err() error {
	c.look()
	return c.Context.Err()
}

// Wherever between two attempts the context ends: the first was refused and the second never made, or it was made and
// accepted.
func TestContextThatEndsBetweenAttempts(t *testing.T) {
	t.Parallel()
	ends := 0
	for asked := range 40 {
		ctx := newCountdown(t.Context(), asked)
		attempts, accepted := 0, 0
		rt := roundTripper(func(req *http.Request) (*http.Response, error) {
			if ctx.Context.Err() != nil {
				return nil, context.Canceled // as net/http does
			}
			if attempts++; attempts == 1 {
				resp, err := newStub(429, rateLimited).RoundTrip(req)
				resp.Header = http.Header{"Retry-After": {"0"}}
				return resp, err
			}
			accepted++
			return newStub(201, smsAnswer).RoundTrip(req)
		})
		c, err := notify.New(testKey, notify.WithoutRateLimit(), notify.WithHTTPClient(&http.Client{Transport: rt}))
		require.NoError(t, err)
		_, err = c.SendSMS(ctx, sms())
		if err == nil {
			require.Equal(t, 1, accepted, asked)
			continue
		}
		ends++
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, accepted, asked)
		require.True(t, notify.SafeToRetry(err), "asked %d times: %v", asked, err)
		require.False(t, isUnknown(err))
	}
	require.Greater(t, ends, 3)
	require.Less(t, ends, 40)
}

// A wait that would end with the context is not begun.
func TestWaitsThatEndWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for left, attempts := range map[time.Duration]int{7 * time.Second: 1, 7*time.Second + 1: 2} {
			c, s := scripted(t, []step{{status: 503, retryAfter: "7"}, {status: 404}})
			ctx, cancel := context.WithTimeout(t.Context(), left)
			_, err := c.Notification(ctx, notificationID)
			require.Error(t, err)
			require.Len(t, s.at, attempts, left)
			cancel()

			sending := step{status: 200, body: `{"id":"` + notificationID + `","status":"sending"}`}
			c, s = scripted(t, []step{sending})
			ctx, cancel = context.WithTimeout(t.Context(), left-6*time.Second)
			_, err = c.WaitForNotification(ctx, notificationID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.True(t, notify.SafeToRetry(err))
			require.Len(t, s.at, attempts, left)
			cancel()
		}
	})
}
