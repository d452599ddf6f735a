package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

func TestLogging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var buf bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c, _ := scripted(t, []step{
			{status: 429, body: rateLimited, retryAfter: "2"},
			{status: 201, body: referencedAnswer},
			{status: 200, body: oneNote},
			{err: io.EOF},
		}, notify.WithLogger(logger))
		m := sms()
		m.Personalisation = notify.Personalisation{"name": "Amala"}
		m.Reference = "r-1"
		_, err := c.SendSMS(t.Context(), m)
		require.NoError(t, err)
		_, err = c.Notification(t.Context(), notificationID)
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), m)
		require.Error(t, err)

		lines := strings.Split(strings.TrimSpace(buf.String()), "\n")
		require.Len(t, lines, 4)
		var first map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
		delete(first, "time")
		require.Equal(t, map[string]any{
			"level": "DEBUG", "msg": "notify attempt",
			"method": "POST", "route": "/v2/notifications/sms", "attempt": 1.0,
			"status": 429.0, "duration": 0.0, "class": "RateLimitError", "retry_in": 2e9,
		}, first)
		require.Contains(t, lines[1], `"attempt":2,"status":201`)
		require.Contains(t, lines[2], `"route":"/v2/notifications/{id}"`)
		require.Contains(t, lines[3], `"status":0`)
		for _, private := range []string{"07900900123", "Amala", "r-1", notificationID, "Bearer"} {
			require.NotContains(t, buf.String(), private)
		}
		requireClean(t, buf.String())
	})
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

// What one attempt told about its connection says nothing about the next.
func TestEachAttemptProvesItsOwn(t *testing.T) {
	t.Parallel()
	first := true
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if !first {
			return nil, errors.New("no more")
		}
		first = false
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		if take(r) {
			reply(conn, 429, rateLimited)
		}
	})
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	c := clientAt(t, base, notify.WithHTTPClient(&http.Client{Transport: transport}))
	_, err := c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrRateLimited, "the last words of the service")
	require.True(t, notify.SafeToRetry(err), "the connection was that of the attempt before")
	require.False(t, isUnknown(err))
}
