package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				t.Errorf("followed to %s with Authorization %q", r.URL, r.Header.Get("Authorization"))
			}))
			t.Cleanup(elsewhere.Close)
			server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
			t.Cleanup(server.Close)
			c := clientAt(t, server.URL)
			_, err := c.SendSMS(t.Context(), sms())
			var e *notify.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, status, e.StatusCode)
			require.False(t, notify.SafeToRetry(err))
			_, err = c.Notification(t.Context(), notificationID)
			require.ErrorAs(t, err, &e)
		})
	}
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

// A transport that returns neither an answer nor an error is broken, which proves nothing and must not panic.
func TestTransportWithoutAnswerOrError(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) { return nil, nil })
	_, err := c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
	require.Equal(t, 1, mock.GetTotalCallCount())
}

func TestTokenIsMadeAnewForALateRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 503, retryAfter: "40"}, {status: 200, body: oneNote}})
		_, err := c.Notification(t.Context(), notificationID)
		require.NoError(t, err)
		_, err = c.Notification(t.Context(), notificationID)
		require.NoError(t, err)
		require.Len(t, s.auth, 3)
		require.NotEqual(t, s.auth[0], s.auth[1], "40 seconds later")
		require.Equal(t, s.auth[1], s.auth[2], "in the same second")
	})
}
