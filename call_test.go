package notify_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
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
		notify.WithoutRateLimit(), // refusals at random would slow it to a crawl
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

func TestClientThatWasNotMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*notify.Client{"nil": nil, "zero": {}} {
		for method, op := range apiCalls() {
			err := op.call(t.Context(), c)
			require.ErrorIs(t, err, notify.ErrInvalidRequest, name+" "+method)
			require.ErrorContains(t, err, "not made by New")
			require.True(t, notify.SafeToRetry(err))
		}
		require.Empty(t, c.Key().Name())
		require.Empty(t, c.KeyType())
		require.Equal(t, "notify.Client()", c.String())
		require.Equal(t, "notify.Client()", fmt.Sprintf("%#v", c))
		c.CloseIdleConnections()
	}
}

// Every worker that is shut down meets this: nothing was sent, and the error has to say so.
func TestEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	t.Cleanup(stop)
	for name, tc := range map[string]struct {
		ctx  context.Context //nolint:containedctx // of a table
		want error
	}{"cancelled": {ended, context.Canceled}, "past its deadline": {late, context.DeadlineExceeded}} {
		for method, op := range apiCalls() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				reached := false
				rt := roundTripper(func(req *http.Request) (*http.Response, error) {
					reached = true
					return newStub(op.status, op.answer).RoundTrip(req)
				})
				c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
				require.NoError(t, err)
				err = op.call(tc.ctx, c)
				require.ErrorIs(t, err, tc.want)
				require.True(t, notify.SafeToRetry(err))
				require.False(t, isUnknown(err))
				require.ErrorContains(t, err, "was not sent")
				require.False(t, reached)
			})
		}
	}
}

func TestBaseURLWithAnEscapedPath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://gateway.example/a%2Fb":        "/a%2Fb/v2/notifications",
		"https://gateway.example/a%2Fb/":       "/a%2Fb/v2/notifications",
		"https://gateway.example/%7Eteam/x%20": "/%7Eteam/x%20/v2/notifications",
		"https://gateway.example/é":            "/%C3%A9/v2/notifications",
		"https://gateway.example//":            "/v2/notifications",
		"https://gateway.example":              "/v2/notifications",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			var paths []string
			rt := roundTripper(func(req *http.Request) (*http.Response, error) {
				paths = append(paths, req.URL.EscapedPath())
				return newStub(201, oneNote).RoundTrip(req)
			})
			c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}), notify.WithBaseURL(base))
			require.NoError(t, err)
			for range 2 { // the base is shared, and must not grow
				_, err = c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
				_, err = c.SendSMS(t.Context(), sms())
				require.NoError(t, err)
			}
			one, send := want+"/"+notificationID, want+"/sms"
			require.Equal(t, []string{one, send, one, send}, paths)
		})
	}
}
