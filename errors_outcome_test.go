package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func isUnknown(err error) bool { return errors.Is(err, notify.ErrOutcomeUnknown) }

// ErrOutcomeUnknown and SafeToRetry are two names of one fact.
func TestOutcomeUnknownAgreesWithSafeToRetry(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]step{
		"500": {status: 500}, "503": {status: 503}, "408": {status: 408},
		"499": {status: 499}, "302": {status: 302}, "199": {status: 199},
		"400": {status: 400}, "429": {status: 429, body: dailyLimit},
		"lost": {err: io.EOF}, "hangs": {hang: true}, "no connection": {err: errDial},
		"no answer": {status: 200, body: "{}"}, "breaks off": {status: 201, body: `{"id":`, breaks: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
				c, _ := scripted(t, []step{first}, once)
				_, err := c.SendSMS(t.Context(), sms())
				require.Error(t, err)
				require.NotEqual(t, notify.SafeToRetry(err), isUnknown(err))
				wrapped := fmt.Errorf("order 4711: %w", err)
				require.Equal(t, notify.SafeToRetry(err), notify.SafeToRetry(wrapped))
				require.NotEqual(t, notify.SafeToRetry(wrapped), isUnknown(wrapped))

				c, _ = scripted(t, []step{first}, once)
				_, err = c.Notification(t.Context(), notificationID)
				require.Error(t, err)
				require.True(t, notify.SafeToRetry(err), "a read leaves nothing behind")
				require.False(t, isUnknown(err))
			})
		})
	}
	refused, lost := &notify.Error{StatusCode: 400, Method: "POST"}, &notify.Error{StatusCode: 502, Method: "POST"}
	require.False(t, notify.SafeToRetry(errors.Join(refused, lost)), "of several, all")
	require.True(t, isUnknown(errors.Join(refused, lost)))
	require.False(t, isUnknown(io.EOF))
	require.False(t, isUnknown(nil))
}

func TestNilErrorIsNoOutcome(t *testing.T) {
	t.Parallel()
	var none *notify.Error
	require.False(t, notify.SafeToRetry(none))
	for _, kind := range kinds {
		require.NotErrorIs(t, none, kind)
	}
	require.NotErrorIs(t, none, notify.ErrOutcomeUnknown)
	require.Equal(t, "<nil>", fmt.Sprint(none))
}

// A kind that asks to be tried again must not match a send which may have been accepted.
func TestUnknownOutcomeIsNothingElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 429, body: rateLimited}, {err: errors.New("lost")}})
		_, err := c.SendSMS(t.Context(), sms())
		require.Len(t, s.at, 2)
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, notify.ErrRateLimited)
		require.NotErrorAs(t, err, new(*notify.Error))
		require.ErrorContains(t, err, "before that: POST /v2/notifications/sms: 429 RateLimitError", "it is still told")

		c, _ = scripted(t, []step{{status: 429, body: rateLimited}, {err: errDial}},
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2}))
		_, err = c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrRateLimited, "nothing was sent, and that is why")
		require.True(t, notify.SafeToRetry(err))
	})
}

func TestSafeToRetry(t *testing.T) {
	t.Parallel()
	require.False(t, notify.SafeToRetry(nil))
	require.False(t, notify.SafeToRetry(context.Canceled))
	for status, want := range map[int]bool{
		302: false, 400: true, 403: true, 404: true, 408: false, 413: true, 429: true,
		499: false, 500: false, 502: false, 503: false, 504: false,
	} {
		send := &notify.Error{StatusCode: status, Method: "POST"}
		require.Equal(t, want, notify.SafeToRetry(fmt.Errorf("wrapped: %w", send)), status)
		require.True(t, notify.SafeToRetry(&notify.Error{StatusCode: status, Method: "GET"}))
	}
}

// A preview is a POST, and still leaves nothing behind.
func TestPreviewsAreSafeToRetry(t *testing.T) {
	t.Parallel()
	for name, failed := range map[string]step{
		"500": {status: 500}, "302": {status: 302}, "408": {status: 408}, "no answer": {status: 200, body: "{}"},
		"not JSON": {status: 200, body: "<"}, "lost": {err: io.EOF}, "in no time": {hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := scripted(t, []step{failed})
				_, err := c.PreviewTemplate(t.Context(), templateID, nil)
				require.Error(t, err)
				require.True(t, notify.SafeToRetry(err))
				require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
				require.NotContains(t, err.Error(), "may have been accepted")
			})
		})
	}
}
