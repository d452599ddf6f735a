package notify_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// countedBody counts how often it is closed.
type countedBody struct {
	io.Reader
	closed int
}

func (b *countedBody) Close() error { b.closed++; return nil }

// watched records the bodies it gave out and the contexts of the requests.
type watched struct {
	script
	bodies   []*countedBody
	contexts []context.Context //nolint:containedctx // what is watched
}

func (w *watched) RoundTrip(req *http.Request) (*http.Response, error) {
	w.contexts = append(w.contexts, req.Context())
	resp, err := w.script.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body := &countedBody{Reader: resp.Body}
	w.bodies = append(w.bodies, body)
	resp.Body = body
	return resp, nil
}

// Whatever comes back, its body is closed and the attempt's time limit ended: else each call leaves a connection and a
// timer.
func TestNothingOfAnAttemptIsLeft(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"success":                {{status: 201, body: smsAnswer}},
		"no answer":              {{status: 200, body: "{}"}},
		"not JSON":               {{status: 200, body: "<html>"}},
		"a part":                 {{status: 206, body: smsAnswer}},
		"breaks off":             {{status: 201, body: `{"id":`, breaks: true}},
		"too large":              {{status: 201, body: strings.Repeat(" ", 1<<20)}},
		"switching protocols":    {{status: 101}},
		"redirect":               {{status: 302}},
		"refused":                {{status: 400, body: apiError("400", "BadRequestError", "Template not found")}},
		"refusal breaks off":     {{status: 400, body: `{"errors":`, breaks: true}},
		"refusal too large":      {{status: 400, body: strings.Repeat(" ", 3<<20)}},
		"failed":                 {{status: 503}},
		"rate limited, then not": {{status: 429, body: rateLimited}, {status: 429}, {status: 201, body: smsAnswer}},
		"rate limited for ever":  {{status: 429, body: rateLimited}},
		"no connection":          {{err: errDial}},
		"lost":                   {{err: io.EOF}},
		"in no time":             {{hang: true}},
	} {
		for _, send := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", send ", send), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &watched{script: script{steps: steps, start: time.Now()}}
					c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: w}))
					require.NoError(t, err)
					if send {
						_, _ = c.SendSMS(t.Context(), sms())
					} else {
						_, _ = c.Notification(t.Context(), notificationID)
					}
					require.NotEmpty(t, w.contexts)
					for i, body := range w.bodies {
						require.Positive(t, body.closed, "body %d", i)
					}
					for i, ctx := range w.contexts {
						require.Error(t, ctx.Err(), "attempt %d", i)
					}
				})
			})
		}
	}
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
