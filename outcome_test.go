package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// Each outcome agrees with SafeToRetry and ErrOutcomeUnknown, whatever the error is wrapped in.
func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		step step
		want notify.Outcome
	}{
		"accepted":       {step{status: 201, body: `{"id":"` + notificationID + `"}`}, notify.OutcomeAccepted},
		"bad number":     {step{status: 400, body: apiError("400", "ValidationError", "x")}, notify.OutcomeRefused},
		"trial mode":     {step{status: 400, body: apiError("400", "BadRequestError", "x")}, notify.OutcomeRefused},
		"a firewall":     {step{status: 403, body: "<html>"}, notify.OutcomeNotSent},
		"wrong path":     {step{status: 404}, notify.OutcomeNotSent},
		"framework":      {step{status: 404, body: `{"message":"x","result":"error"}`}, notify.OutcomeRefused},
		"breaks off":     {step{status: 400, body: `{"errors":[{"er`, breaks: true}, notify.OutcomeNotSent},
		"too large":      {step{status: 413}, notify.OutcomeRefused},
		"revoked":        {step{status: 403, body: apiError("403", "AuthError", "x")}, notify.OutcomeNotSent},
		"no token":       {step{status: 401}, notify.OutcomeNotSent},
		"a proxy's":      {step{status: 407}, notify.OutcomeNotSent},
		"too fast":       {step{status: 429, body: rateLimited}, notify.OutcomeNotSent},
		"today's limit":  {step{status: 429, body: dailyLimit}, notify.OutcomeNotSent},
		"no connection":  {step{err: errDial}, notify.OutcomeNotSent},
		"lost":           {step{err: io.EOF}, notify.OutcomeUnknown},
		"no answer":      {step{hang: true}, notify.OutcomeUnknown},
		"server error":   {step{status: 500}, notify.OutcomeUnknown},
		"gateway":        {step{status: 502}, notify.OutcomeUnknown},
		"proxy gave up":  {step{status: 408}, notify.OutcomeUnknown},
		"caller gave up": {step{status: 499}, notify.OutcomeUnknown},
		"redirect":       {step{status: 302}, notify.OutcomeUnknown},
		"no message":     {step{status: 200, body: "{}"}, notify.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := scripted(t, []step{tc.step}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
				_, err := c.SendSMS(t.Context(), sms())
				for _, err := range []error{err, wrap(err)} {
					require.Equal(t, tc.want, notify.OutcomeOf(err))
					require.Equal(t, tc.want == notify.OutcomeUnknown, errors.Is(err, notify.ErrOutcomeUnknown))
					require.Equal(t, tc.want == notify.OutcomeRefused || tc.want == notify.OutcomeNotSent, notify.SafeToRetry(err))
				}
			})
		})
	}
	c, _ := setup(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.SendSMS(ended, sms())
	require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))
	_, err = c.SendLetter(t.Context(), notify.Letter{Address: make([]string, 8)})
	require.Equal(t, notify.OutcomeRefused, notify.OutcomeOf(err))
	require.Equal(t, notify.OutcomeUnknown, notify.OutcomeOf(io.EOF), "not an error of this package")
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("order 4711: %w", err)
}

// Options of one call change that call and no other.
func TestCallOptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{hang: true}}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		start := time.Now()
		_, err := c.Notification(t.Context(), notificationID, notify.CallTimeout(3*time.Second))
		require.Error(t, err)
		require.Equal(t, 3*time.Second, time.Since(start))

		s.steps = []step{{status: 200, body: oneNote}}
		_, err = c.Notification(t.Context(), notificationID, notify.CallHeader("x-request-id", "4711"),
			notify.CallHeader("X-Request-ID", "4712"))
		require.NoError(t, err)
		_, err = c.Notification(t.Context(), notificationID)
		require.NoError(t, err)
		require.Equal(t, []string{"", "4712", ""}, s.ids)

		for _, err := range []error{
			second(c.Notification(t.Context(), notificationID, notify.CallTimeout(-1))),
			second(c.LetterPDF(t.Context(), notificationID, notify.CallTimeout(-1))),
			second(c.Template(t.Context(), templateID, notify.CallTimeout(-1))),
			second(c.SendSMS(t.Context(), sms(), notify.CallTimeout(-1))),
			second(c.NotificationsPage(t.Context(), notify.NotificationFilter{}, notify.CallTimeout(-1))),
		} {
			require.ErrorIs(t, err, notify.ErrInvalidRequest)
		}
		require.Len(t, s.ids, 3)
	})
}

func second[T any](_ T, err error) error { return err }

// The error of another call that ended the context, as by errgroup, says nothing of this one's message.
func TestOutcomeIsNotAnothers(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, http.MethodPost, "/v2/notifications/sms", 400, apiError("400", "BadRequestError", "Template not found"))
	_, refused := c.SendSMS(t.Context(), sms())
	require.Equal(t, notify.OutcomeRefused, notify.OutcomeOf(refused))
	lost := &notify.Error{StatusCode: 500, Method: http.MethodPost}
	end := make(chan struct{})
	defer close(end)
	for _, cause := range []error{refused, lost, fmt.Errorf("row 7: %w", lost)} {
		ctx, cancel := context.WithCancelCause(t.Context())
		late, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				cancel(cause)
				<-end
				return nil, net.ErrClosed
			},
		}}))
		require.NoError(t, err)
		for _, c := range []*notify.Client{late, c} { // while it is under way, and before
			_, err := c.SendSMS(ctx, sms())
			require.ErrorIs(t, err, context.Canceled)
			require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
			require.NotErrorAs(t, err, new(*notify.Error))
			require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))
			require.True(t, notify.SafeToRetry(err))
		}
	}
}
