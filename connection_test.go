package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// Traps that only real connections have.

// listen serves each connection with a function which gets its number, from 1.
func listen(t *testing.T, serve func(n int, conn net.Conn, r *bufio.Reader)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			serve(n, conn, bufio.NewReader(conn))
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String()
}

func take(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err == nil
}

func reply(conn net.Conn, status int, body string) {
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
}

func clientAt(t *testing.T, base string, opts ...notify.Option) *notify.Client {
	t.Helper()
	quick := notify.WithRetry(notify.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond})
	c, err := notify.New(testKey, append([]notify.Option{notify.WithBaseURL(base), quick}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestDroppedPostIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, reuse := range map[string]bool{"new connection": false, "connection in use before": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var received atomic.Int32
			base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
				if reuse && take(r) {
					reply(conn, 200, oneNote)
				}
				if take(r) { // read to the end, and dropped
					received.Add(1)
				}
			})
			c := clientAt(t, base)
			if reuse {
				_, err := c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
			}
			_, err := c.SendSMS(t.Context(), sms())
			require.Error(t, err)
			require.False(t, notify.SafeToRetry(err))
			require.ErrorContains(t, err, "may have been accepted")
			require.EqualValues(t, 1, received.Load())
		})
	}
}

func TestDroppedGetIsTriedAgain(t *testing.T) {
	t.Parallel()
	base := listen(t, func(n int, conn net.Conn, r *bufio.Reader) {
		if take(r) && n > 2 {
			reply(conn, 200, oneNote)
		}
	})
	n, err := clientAt(t, base).Notification(t.Context(), notificationID)
	require.NoError(t, err)
	require.Equal(t, notificationID, n.ID)
}

func TestIdleConnectionClosedByTheServer(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		// One request for each connection, and no notice that it is the last.
		if take(r) {
			posts.Add(1)
			reply(conn, 201, smsAnswer)
		}
	})
	c := clientAt(t, base)
	accepted := 0
	for range 20 {
		_, err := c.SendSMS(t.Context(), sms())
		if err == nil {
			accepted++
			continue
		}
		// Written to a dying connection: lost, and not ours to repeat.
		require.False(t, notify.SafeToRetry(err))
	}
	require.EqualValues(t, accepted, posts.Load(), "nothing was sent twice")
}

func TestRefusedConnectionIsSafe(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	base := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	_, err = clientAt(t, base).SendSMS(t.Context(), sms())
	require.Error(t, err)
	require.True(t, notify.SafeToRetry(err))
	require.NotContains(t, err.Error(), "may have been accepted")
}

func TestTimeoutWhileConnectingIsSafe(t *testing.T) {
	t.Parallel()
	over, ended := make(chan struct{}), make(chan struct{})
	hc := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		defer close(ended)
		<-over // net/http dials on after the request has given up
		return nil, io.EOF
	}}}
	t.Cleanup(func() { close(over); <-ended })
	c, err := notify.New(testKey,
		notify.WithHTTPClient(hc),
		notify.WithTimeout(20*time.Millisecond),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.True(t, notify.SafeToRetry(err))
}

func TestUntrustedCertificateIsNotRetried(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := clientAt(t, server.URL).SendSMS(t.Context(), sms())
	require.ErrorContains(t, err, "certificate")
	require.True(t, notify.SafeToRetry(err))
	require.EqualValues(t, 1, connections.Load())
}

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
