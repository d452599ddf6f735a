package notify_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got *http.Request
		rt := roundTripper(func(req *http.Request) (*http.Response, error) {
			got = req
			return newStub(201, smsAnswer).RoundTrip(req)
		})
		c, err := notify.New(testKey,
			notify.WithHTTPClient(&http.Client{Transport: rt}),
			notify.WithBaseURL("https://proxy.example/notify/"),
			notify.WithUserAgent("acme/1.2"))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Equal(t, "https://proxy.example/notify/v2/notifications/sms", got.URL.String())
		require.Equal(t, "proxy.example", got.Host)
		require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		require.Equal(t, "application/json", got.Header.Get("Accept"))
		require.True(t, strings.HasPrefix(got.Header.Get("User-Agent"), "acme/1.2 notifykit-go/"))
		require.Positive(t, got.ContentLength)

		token, ok := strings.CutPrefix(got.Header.Get("Authorization"), "Bearer ")
		require.True(t, ok)
		claims := jwt.MapClaims{}
		parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}))
		_, err = parser.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(secretID), nil })
		require.NoError(t, err)
		require.Equal(t, jwt.MapClaims{"iss": serviceID, "iat": float64(time.Now().Unix())}, claims)
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
		require.NoError(t, err)
		require.NotContains(t, string(payload), "e+", "a whole number")
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// closer notices when its connections are closed on behalf of others.
type closer struct {
	stub
	closed atomic.Bool
}

func (c *closer) CloseIdleConnections() { c.closed.Store(true) }

func TestFailureDoesNotCloseTheCallersConnections(t *testing.T) {
	t.Parallel()
	rt := &closer{stub: *newStub(400, "")}
	c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
	require.NoError(t, err)
	_, err = c.SendSMS(t.Context(), sms())
	require.Error(t, err)
	rt.status = 502
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = c.Notification(ctx, notificationID)
	require.Error(t, err)
	require.False(t, rt.closed.Load())
	c.CloseIdleConnections()
	require.True(t, rt.closed.Load(), "asked to")
}

func TestBodyIsTheSameForEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		rt := roundTripper(func(req *http.Request) (*http.Response, error) {
			raw, err := io.ReadAll(req.Body)
			require.NoError(t, err)
			bodies = append(bodies, string(raw))
			if len(bodies) < 3 {
				return newStub(429, rateLimited).RoundTrip(req)
			}
			return newStub(201, smsAnswer).RoundTrip(req)
		})
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
		require.NoError(t, err)
		_, err = c.SendEmail(t.Context(), notify.Email{
			EmailAddress: "a@example.com",
			TemplateID:   templateID,
			Personalisation: notify.Personalisation{
				"f": notify.FileFromReader("a.csv", strings.NewReader("a,b")),
			},
		})
		require.NoError(t, err)
		require.Len(t, bodies, 3)
		require.Contains(t, bodies[0], "YSxi")
		require.Equal(t, bodies[0], bodies[1])
		require.Equal(t, bodies[0], bodies[2])
	})
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

func TestClientIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1)%5 == 0 {
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, rateLimited)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, smsAnswer)
	}))
	t.Cleanup(server.Close)
	c := clientAt(t, server.URL,
		notify.WithRateLimit(1e6, 100),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 50, MinWait: 1, MaxWait: 1}))
	errs := make(chan error)
	for range 8 {
		go func() {
			var err error
			for range 20 {
				if _, e := c.SendSMS(t.Context(), sms()); e != nil {
					err = e
				}
			}
			errs <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-errs)
	}
}

func TestNilContext(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	_, err := c.SendSMS(nil, sms()) //nolint:staticcheck // what is tested
	require.ErrorIs(t, err, notify.ErrInvalidRequest)
	_, err = c.WaitForNotification(nil, notificationID) //nolint:staticcheck // what is tested
	require.ErrorIs(t, err, notify.ErrInvalidRequest)
}
