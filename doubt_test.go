package notify_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// Cases in which an error said too much or too little about whether a message was sent.

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

// Without a reference the template is all that ties an answer to its message.
func TestAnswerForAnotherTemplate(t *testing.T) {
	t.Parallel()
	another := strings.Replace(smsAnswer, templateID, notificationID, 1)
	_, err := stubbed(t, 201, another).SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
	require.ErrorContains(t, err, "lacks the template that was asked for")
	m := sms()
	m.TemplateID = strings.ToUpper(templateID)
	_, err = stubbed(t, 201, smsAnswer).SendSMS(t.Context(), m)
	require.NoError(t, err)
}

// faltering is a connection that cannot be written to after the first request.
type faltering struct {
	net.Conn

	requests atomic.Int32
}

func (f *faltering) Write(p []byte) (int, error) {
	if strings.HasPrefix(string(p), "POST") && f.requests.Add(1) > 1 {
		return 0, errors.New("broken pipe")
	}
	return f.Conn.Write(p)
}

// The usual picture of a load balancer that was restarted: the idle connection is dead, and there is no other.
func TestDeadConnectionAndNoOther(t *testing.T) {
	t.Parallel()
	base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		for take(r) {
			reply(conn, 201, smsAnswer)
		}
	})
	dials := 0
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, errors.New("connection refused")
		}
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &faltering{Conn: conn}, err
	}}
	c := clientAt(t, base, notify.WithHTTPClient(&http.Client{Transport: transport}))
	_, err := c.SendSMS(t.Context(), sms())
	require.NoError(t, err)
	_, err = c.SendSMS(t.Context(), sms())
	require.Error(t, err)
	require.Greater(t, dials, 2, "tried again")
	require.True(t, notify.SafeToRetry(err), "%v", err)
	require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
}

// A context that is over must not use up what can be read only once.
func TestEndedContextReadsNoFile(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, _ := setup(t)
	content := strings.NewReader("%PDF")
	_, err := c.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{Reference: "r", Content: content})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 4, content.Len())
}

// A redirect is an answer, whatever it points to.
func TestRedirectsThatPointNowhere(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"http://[", "://x", "%zz", "/elsewhere"} {
		requests := 0
		base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
			for take(r) {
				requests++
				_, _ = fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", location)
			}
		})
		c := clientAt(t, base)
		_, err := c.Notification(t.Context(), notificationID)
		var e *notify.Error
		require.ErrorAs(t, err, &e, location)
		require.Equal(t, 302, e.StatusCode)
		c.CloseIdleConnections()
		require.Equal(t, 1, requests, "a redirect is not tried again")
	}
}

func TestClassesOfTheDailyLimit(t *testing.T) {
	t.Parallel()
	for class, daily := range map[string]bool{
		"TooManyRequestsError": true, "TooManySMSRequestsError": true, "TrialServiceTooManyEmailRequestsError": true,
		"TooManyConcurrentRequestsError": false, "HTTPTooManyRequestsError": false, "TooManyRequests": false, "": false,
	} {
		body := apiError("429", class, "slow down")
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: newStub(429, body)}),
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		require.Equal(t, daily, errors.Is(err, notify.ErrDailyLimit), class)
		require.Equal(t, !daily, errors.Is(err, notify.ErrRateLimited), class)
	}
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

// A transport may hand out one header again and again.
func TestHeaderOfTheTransportStays(t *testing.T) {
	t.Parallel()
	redirecting := newStub(302, "")
	redirecting.header = http.Header{"Location": {"/elsewhere"}}
	c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: redirecting}))
	require.NoError(t, err)
	_, err = c.Notification(t.Context(), notificationID)
	require.Error(t, err)
	require.Equal(t, "/elsewhere", redirecting.header.Get("Location"))
}
