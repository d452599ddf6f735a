package notify_test

import (
	"context"
	"errors"
	"io"
	"net"
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

func TestTimeoutIsPerAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{hang: true}}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 3}))
		start := time.Now()
		_, err := c.Notification(t.Context(), notificationID)
		require.Len(t, s.at, 3)
		require.GreaterOrEqual(t, time.Since(start), 90*time.Second)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		require.True(t, timeout.Timeout())
		var temporary interface{ Temporary() bool }
		require.ErrorAs(t, err, &temporary)
		require.True(t, temporary.Temporary())
		require.NotErrorAs(t, err, new(*notify.Error), "a timeout is not a status")
	})
}

func TestTimeoutOfTheCallersClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []step{{hang: true}}, start: time.Now()}
		hc := &http.Client{Transport: s, Timeout: 3 * time.Second}
		c, err := notify.New(testKey, notify.WithHTTPClient(hc))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(s.start))
		require.Same(t, s, hc.Transport, "the caller's client is not changed")
	})
}
