package notify_test

import (
	"bufio"
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

// A countdown ends when it has been looked at a number of times.
type countdown struct {
	context.Context //nolint:containedctx // it is a context

	cancel context.CancelFunc
	left   int
}

func newCountdown(ctx context.Context, left int) *countdown {
	ctx, cancel := context.WithCancel(ctx)
	return &countdown{ctx, cancel, left}
}

func (c *countdown) look() {
	if c.left--; c.left < 0 {
		c.cancel()
	}
}

func (c *countdown) Value(key any) any {
	c.look()
	return c.Context.Value(key)
}

func (c *countdown) Err() error {
	c.look()
	return c.Context.Err()
}

// Wherever between two attempts the context ends: the first was refused and the second never made, or it was made and
// accepted.
func TestContextThatEndsBetweenAttempts(t *testing.T) {
	t.Parallel()
	ends := 0
	for asked := range 40 {
		ctx := newCountdown(t.Context(), asked)
		attempts, accepted := 0, 0
		rt := roundTripper(func(req *http.Request) (*http.Response, error) {
			if ctx.Context.Err() != nil {
				return nil, context.Canceled // as net/http does
			}
			if attempts++; attempts == 1 {
				resp, err := newStub(429, rateLimited).RoundTrip(req)
				resp.Header = http.Header{"Retry-After": {"0"}}
				return resp, err
			}
			accepted++
			return newStub(201, smsAnswer).RoundTrip(req)
		})
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
		require.NoError(t, err)
		_, err = c.SendSMS(ctx, sms())
		if err == nil {
			require.Equal(t, 1, accepted, asked)
			continue
		}
		ends++
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, accepted, asked)
		require.True(t, notify.SafeToRetry(err), "asked %d times: %v", asked, err)
		require.False(t, isUnknown(err))
	}
	require.Greater(t, ends, 3)
	require.Less(t, ends, 40)
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

func TestTraceID(t *testing.T) {
	t.Parallel()
	const notFound = `{"errors":[{"error":"NoResultFound","message":"No result found"}],"status_code":404}`
	for id, shown := range map[string]bool{
		"463ac35c9f6413ad48485a3953bb6124": true, "a2fb4a1d1a96d312": true, "1-67891233-abcdef012345678912345678": true,
		"Root=1-67891233-abcdef012345678912345678": true, "A7Xk0Y0oS3yJc8M2Yx4bTn1fQmR5vW9zE6uH3iLpKdGgBsVtNjOaFw==": true,
		"": false, "07900900123": false, "Amala Bird": false, "463ac35c9f6413ad48485a3953bb6124\n": false,
	} {
		c, mock := setup(t)
		url := notify.DefaultBaseURL + "/v2/notifications/" + notificationID
		mock.RegisterResponder("GET", url, func(req *http.Request) (*http.Response, error) {
			resp, err := newStub(404, notFound).RoundTrip(req)
			resp.Header = http.Header{"X-B3-Traceid": {id}}
			return resp, err
		})
		_, err := c.Notification(t.Context(), notificationID)
		var e *notify.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, id, e.TraceID)
		want := "notify: GET /v2/notifications/{id}: 404 NoResultFound: No result found"
		if shown {
			want = "notify: GET /v2/notifications/{id}: 404 NoResultFound (trace " + id + "): No result found"
		}
		require.EqualError(t, err, want)
	}
}
