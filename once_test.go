package notify_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A between stands between a client and a simulator. It numbers the requests of each kind, from 1, and may do something
// else than to hand them on.
type between struct {
	*simulator.Simulator

	posts, gets int
	queries     []url.Values
	post, get   func(n int, req *http.Request) (*http.Response, error) // nil to hand on
}

func (b *between) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet {
		b.gets++
		b.queries = append(b.queries, req.URL.Query())
		if b.get != nil {
			return b.get(b.gets, req)
		}
	} else {
		b.posts++
		if b.post != nil {
			return b.post(b.posts, req)
		}
	}
	return b.Simulator.RoundTrip(req)
}

// lose hands a request on and loses the answer.
func (b *between) lose(req *http.Request) (*http.Response, error) {
	resp, err := b.Simulator.RoundTrip(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	return nil, errLost
}

// drop loses a request.
func drop(req *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, req.Body)
	return nil, errLost
}

var errLost = errors.New("connection reset by peer")

// onceKit is a simulated service with a client and what stands between. It is for use in a bubble.
func onceKit(t *testing.T, opts ...notify.Option) (*notify.Client, *simulator.Service, *between) {
	t.Helper()
	b := &between{Simulator: simulator.New()}
	service, err := b.AddService(simulator.ServiceConfig{
		ID: serviceID, Name: "Once", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{
			{ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Hello"}}},
			{ID: otherTemplate, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Bye"}}},
			{
				ID: emailTemplate, Type: simulator.MessageTypeEmail,
				Versions: []simulator.TemplateVersion{{Subject: "Hi", Body: "Hello"}},
			},
		},
	})
	require.NoError(t, err)
	opts = append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: b})}, opts...)
	c, err := notify.New(service.Key(simulator.KeyTypeTest), opts...)
	require.NoError(t, err)
	return c, service, b
}

const (
	otherTemplate = "0f8a1c5e-6b1d-4ef5-9c55-8f3a1c8e1a01"
	emailTemplate = "0f8a1c5e-6b1d-4ef5-9c55-8f3a1c8e1a02"
)

func onceSMS(reference string) notify.SMS {
	return notify.SMS{PhoneNumber: "07900 900456", TemplateID: templateID, Reference: reference}
}

// An answer that was lost costs one look-up, at once.
func TestOnceRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for i, reference := range []string{"order-4711", "a+b c%20&d=e/ü#", "\xff", "\U0001f4e7"} {
			c, service, b := onceKit(t)
			b.post = func(_ int, req *http.Request) (*http.Response, error) { return b.lose(req) }
			start := time.Now()
			sent, err := c.Send(t.Context(), onceSMS(reference), notify.Once())
			require.NoError(t, err, i)
			require.True(t, sent.Recovered)
			require.Equal(t, service.TestMessages()[0].ID, sent.ID)
			require.Equal(t, "Hello", sent.Body)
			require.Equal(t, templateID, sent.Template.ID)
			require.Equal(t, notify.NotificationTypeSMS, sent.Type)
			require.Equal(t, service.TestMessages()[0].Reference, sent.Reference)
			require.Zero(t, time.Since(start))
			require.Equal(t, []int{1, 1}, []int{b.posts, b.gets})
		}
	})
}

// A request that was lost is sent again when it can't be accepted any more, and not before.
func TestOnceSendsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		b.post = func(n int, req *http.Request) (*http.Response, error) {
			if n == 1 {
				return drop(req)
			}
			return b.Simulator.RoundTrip(req)
		}
		start := time.Now()
		sent, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.NoError(t, err)
		require.False(t, sent.Recovered)
		require.Len(t, service.TestMessages(), 1)
		require.Equal(t, 60500*time.Millisecond, time.Since(start))
		require.Equal(t, []int{2, 6}, []int{b.posts, b.gets})
	})
}

// However late the service accepts a request, as long as it may: the token is taken for 30 s, and the request has 29.5.
func TestOnceWaitsForSlowAcceptance(t *testing.T) {
	t.Parallel()
	for _, late := range []time.Duration{
		0, time.Second, 5 * time.Second, 29500 * time.Millisecond, 31 * time.Second, 60499 * time.Millisecond,
	} {
		t.Run(late.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, service, b := onceKit(t, notify.WithTimeout(time.Second))
				direct, err := notify.New(service.Key(simulator.KeyTypeTest),
					notify.WithHTTPClient(&http.Client{Transport: b.Simulator}))
				require.NoError(t, err)
				ctx := t.Context()
				b.post = func(_ int, req *http.Request) (*http.Response, error) {
					time.AfterFunc(late, func() { _, _ = direct.Send(ctx, onceSMS("r")) })
					<-req.Context().Done()
					return nil, req.Context().Err()
				}
				sent, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
				require.NoError(t, err)
				require.True(t, sent.Recovered)
				require.Equal(t, 1, b.posts)
				time.Sleep(time.Hour)
				require.Len(t, service.TestMessages(), 1)
			})
		})
	}
}

// Once all attempts are used up, nothing was sent, and it says so.
func TestOnceGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2}))
		b.post = func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 502, Body: http.NoBody}, nil
		}
		_, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.Equal(t, 2, b.posts)
		require.Empty(t, service.TestMessages())
		require.True(t, notify.SafeToRetry(err))
		require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))
		var answer *notify.Error
		require.ErrorAs(t, err, &answer)
		require.Equal(t, 502, answer.StatusCode)
		require.EqualError(t, err, "notify: POST /v2/notifications/sms left no message, as looking for its reference "+
			"showed; before that: POST /v2/notifications/sms: 502 Bad Gateway")

		b.post = func(_ int, req *http.Request) (*http.Response, error) { return drop(req) }
		_, err = c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.True(t, notify.SafeToRetry(err))
		require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, errLost)

		b.post = func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		}
		_, err = c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.True(t, notify.SafeToRetry(err))
		require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
		require.NotContains(t, err.Error(), "may have been accepted")
	})
}

// Only a look-up that fails leaves the outcome unknown.
func TestOnceWithoutLookUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		b.post = func(_ int, req *http.Request) (*http.Response, error) { return b.lose(req) }
		b.get = func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 503, Body: http.NoBody}, nil
		}
		_, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.False(t, notify.SafeToRetry(err))
		require.Equal(t, notify.OutcomeUnknown, notify.OutcomeOf(err))
		require.NotErrorAs(t, err, new(*notify.Error), "it is an answer to a look-up")
		require.ErrorContains(t, err, "503 Service Unavailable")
		require.Equal(t, 1, b.posts)
		require.Len(t, service.TestMessages(), 1)

		b.gets = 0
		b.get = func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 403, Body: http.NoBody}, nil
		}
		start := time.Now()
		_, err = c.Send(t.Context(), onceSMS("s"), notify.Once())
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.Zero(t, time.Since(start), "looking again is no use")
		require.Equal(t, 1, b.gets)
	})
}

// One look-up that fails is no reason to stop looking.
func TestOnceLooksAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		b.post = func(_ int, req *http.Request) (*http.Response, error) { return b.lose(req) }
		b.get = func(n int, req *http.Request) (*http.Response, error) {
			if n < 4 {
				return nil, errLost
			}
			return b.Simulator.RoundTrip(req)
		}
		sent, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.NoError(t, err)
		require.Equal(t, service.TestMessages()[0].ID, sent.ID)
		require.Equal(t, 4, b.gets)
	})
}

func TestOnceEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _, b := onceKit(t)
		b.post = func(_ int, req *http.Request) (*http.Response, error) { return drop(req) }
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Send(ctx, onceSMS("r"), notify.Once())
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, errLost)
		require.Equal(t, 6*time.Second, time.Since(start), "the next look-up would come too late")

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(20*time.Second, cancel)
		_, err = c.Send(ctx, onceSMS("r"), notify.Once())
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestSendRefuses(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	for name, tc := range map[string]struct {
		m   notify.Message
		opt notify.SendOption
	}{
		"no message":           {nil, notify.Once()},
		"nil pointer":          {(*notify.SMS)(nil), notify.Once()},
		"no reference":         {sms(), notify.Once()},
		"no reference either":  {sms(), notify.Resume(time.Now())},
		"nil option":           {sms(), nil},
		"own header":           {sms(), notify.CallHeader("authorization", "x")},
		"net/http repeats":     {sms(), notify.CallHeader("X-Idempotency-Key", "x")},
		"net/http sends twice": {sms(), notify.CallHeader("idempotency-key", "x")},
		"bad name":             {sms(), notify.CallHeader("a b", "x")},
		"bad value":            {sms(), notify.CallHeader("X-Id", "a\nb")},
		"no time":              {sms(), notify.CallTimeout(0)},
		"own encoding":         {sms(), notify.CallHeader("Accept-Encoding", "gzip")},
	} {
		_, err := c.Send(t.Context(), tc.m, tc.opt)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, name)
		require.Equal(t, notify.OutcomeRefused, notify.OutcomeOf(err), name)
	}
	_, err := (*notify.Client)(nil).Send(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrInvalidRequest)
}
