package notify_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify"
)

// serverBucket is the real service's token bucket, as it was measured: the model to which the limiter is held.
type serverBucket struct {
	perSecond    float64
	size, tokens float64
	last         float64
	used         bool
}

func newServerBucket(perMinute int) *serverBucket {
	return &serverBucket{
		perSecond: float64(perMinute) / 60,
		size:      min(math.Ceil(float64(perMinute)/3)+1, 1000),
	}
}

func (b *serverBucket) take() bool {
	t := float64(time.Now().UnixMicro()) / 1e6
	if !b.used {
		b.used, b.last, b.tokens = true, t, b.size
	}
	refill := math.Floor(max(t-b.last, 0) * b.perSecond)
	b.tokens = max(min(b.tokens+refill, b.size)-1, 0)
	b.last += refill / b.perSecond
	return b.tokens >= 1
}

// TestLoneClientIsNeverRefused: whatever the rate, the sends and the pauses between them, a client that has the bucket
// to itself is not refused, sends in order, and waits no longer than the bucket makes it, but for a token's time.
func TestLoneClientIsNeverRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		perMinute := rapid.IntRange(4, 400).Draw(rt, "rate")
		pauses := rapid.SliceOfN(rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 3000)), 1, 200).Draw(rt, "pauses")
		letters := rapid.SliceOfN(rapid.Bool(), len(pauses), len(pauses)).Draw(rt, "letters")
		var problem string
		synctest.Test(t, func(t *testing.T) { problem = loneClient(t, perMinute, pauses, letters) })
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

func loneClient(t *testing.T, perMinute int, pauses []int, letters []bool) (problem string) {
	t.Helper()
	server, ideal := newServerBucket(perMinute), newServerBucket(perMinute)
	size, every := ideal.size-1, time.Duration(float64(time.Minute)/float64(perMinute))
	best, credit := time.Duration(0), size // when an ideal client would send, and what it would have left
	sent := make([]time.Duration, 0, len(pauses))
	start := time.Now()
	rt := roundTripper(func(req *http.Request) (*http.Response, error) {
		ok := server.take()
		if req.URL.Path == "/v2/notifications/letter" {
			ok = server.take() && ok
		}
		if !ok {
			problem = fmt.Sprint("refused at ", time.Since(start))
		}
		sent = append(sent, time.Since(start))
		return newStub(201, smsAnswer).RoundTrip(req)
	})
	c, err := notify.New(testKey, notify.WithRateLimit(perMinute), notify.WithHTTPClient(&http.Client{Transport: rt}))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i, pause := range pauses {
		time.Sleep(time.Duration(pause) * time.Millisecond)
		cost := 1.
		arrived := time.Since(start)
		if letters[i] {
			cost = 2
		}
		wg.Go(func() {
			if letters[i] {
				_, _ = c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID})
			} else {
				_, _ = c.SendSMS(t.Context(), sms())
			}
		})
		synctest.Wait()
		at := max(best, arrived)
		credit = min(credit+float64(at-best)/float64(every), size)
		if credit < cost {
			at += time.Duration((cost - credit) * float64(every))
			credit = cost
		}
		credit -= cost
		best = at
	}
	wg.Wait()
	if late := sent[len(sent)-1] - best; late > every {
		problem = fmt.Sprintf("%v later than the bucket allows", late)
	}
	return problem
}

// limited is a client that may send 60 a minute: 20 at once, which are used up.
func limited(t *testing.T, steps []step, opts ...notify.Option) (*notify.Client, *script) {
	t.Helper()
	c, s := scripted(t, append(make([]step, 20), steps...), append([]notify.Option{notify.WithRateLimit(60)}, opts...)...)
	for i := range 20 {
		s.steps[i] = step{status: 201, body: smsAnswer}
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
	}
	require.Zero(t, time.Since(s.start))
	return c, s
}

var accepted = []step{{status: 201, body: smsAnswer}}

func TestLimiterKeepsTheOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := limited(t, accepted)
		ctx, cancel := context.WithCancel(t.Context())
		ended := map[string]time.Duration{}
		var mu sync.Mutex
		start := time.Now()
		var wg sync.WaitGroup
		send := func(name string, do func() error) {
			wg.Go(func() {
				if do() == nil {
					mu.Lock()
					defer mu.Unlock()
					ended[name] = time.Since(start).Round(time.Second)
				}
			})
			synctest.Wait()
		}
		text := func() error { _, err := c.SendSMS(t.Context(), sms()); return err }
		send("text", text)
		send("cancelled", func() error { _, err := c.SendSMS(ctx, sms()); return err })
		send("letter", func() error {
			_, err := c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID})
			return err
		})
		send("last", text)
		cancel()
		wg.Wait()
		require.Equal(t, map[string]time.Duration{
			"text": time.Second, "letter": 3 * time.Second, "last": 4 * time.Second,
		}, ended, "what was cancelled gave its place back, and no text overtook the letter")
	})
}

func TestHeldBackBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := limited(t, accepted)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, err := c.SendSMS(ctx, sms())
		require.ErrorIs(t, err, notify.ErrHeldBack)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "hold it back for 1.0")
		require.True(t, notify.SafeToRetry(err))
		require.NoError(t, ctx.Err())
		require.Zero(t, time.Since(s.start), "at once")
		require.Len(t, s.at, 20)
	})
}

func TestRetriesTakeTheirTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		steps := []step{{status: 429, body: rateLimited}, {status: 201, body: smsAnswer}}
		c, s := limited(t, steps, notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Greater(t, s.at[21]-s.at[20], 2*time.Second, "a rest, and then a slower pace")
	})
}

func TestReadsDoNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := limited(t, []step{{status: 200, body: oneNote}})
		for range 30 {
			_, err := c.Notification(t.Context(), notificationID)
			require.NoError(t, err)
		}
		require.Zero(t, time.Since(s.start))
	})
}

func TestLimiterIsSharedByServiceAndKeyType(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, err := notify.NewLimiter(60)
		require.NoError(t, err)
		_, _ = limited(t, accepted, notify.WithLimiter(l))
		same, s := scripted(t, accepted, notify.WithLimiter(l))
		_, err = same.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Greater(t, s.at[0], time.Second)
		other, s := scripted(t, accepted, notify.WithLimiter(l), notify.WithKeyType(notify.KeyTypeTeam))
		_, err = other.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Zero(t, s.at[0])
		require.Equal(t, "notify.Limiter(60 a minute)", l.String())
	})
}

func TestDailyLimitHold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{{status: 429, body: dailyLimit}, accepted[0]}, notify.WithDailyLimitHold())
		_, err := c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrDailyLimit)
		midnight := notify.ResetAt(err)
		require.Equal(t, time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC), midnight)
		require.ErrorContains(t, err, "resets at 2000-01-02T00:00:00Z")
		_, err = c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, notify.ErrDailyLimit)
		require.True(t, notify.SafeToRetry(err))
		require.Equal(t, midnight, notify.ResetAt(err))
		require.Len(t, s.at, 1, "without a request")
		_, err = c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@example.com", TemplateID: templateID})
		require.NoError(t, err, "another channel")
		_, err = c.Templates(t.Context(), "")
		require.NotErrorIs(t, err, notify.ErrDailyLimit, "reading takes nothing from it")
		time.Sleep(time.Until(midnight))
		_, err = c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Zero(t, notify.ResetAt(context.Canceled))
	})
}

// An error that somebody else made knows no time, and the limit resets at midnight.
func TestResetAtOfAMadeError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		err := &notify.Error{StatusCode: 429, Errors: []notify.ErrorDetail{{
			Type: "TooManyRequestsError", Message: "Exceeded send limits (sms: 50) for today"}}}
		require.ErrorIs(t, err, notify.ErrDailyLimit)
		require.Equal(t, time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC), notify.ResetAt(err))
	})
}

func TestLimiterPrintsItsRate(t *testing.T) {
	t.Parallel()
	l, err := notify.NewLimiter(60)
	require.NoError(t, err)
	require.Equal(t, "notify.Limiter(60 a minute)", fmt.Sprintf("%#v", l))
	require.Equal(t, "notify.Limiter(nil)", (*notify.Limiter)(nil).String())
}

// A transport that panics, in a program that recovers, takes nothing from the limit for good.
func TestPanicsGiveTheirTurnBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 10 // at once, at 30 a minute
		n := 0
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			if n++; n <= most {
				panic("out of order") //nolint:forbidigo // it is what the test is about
			}
			return newStub(201, `{"id":"`+notificationID+`"}`).RoundTrip(r)
		})
		c, err := notify.New(testKey, notify.WithRateLimit(30), notify.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		for range most {
			require.Panics(t, func() { _, _ = c.SendSMS(t.Context(), sms()) })
		}
		time.Sleep(time.Minute)
		start := time.Now()
		for range most {
			_, err := c.SendSMS(t.Context(), sms())
			require.NoError(t, err)
		}
		require.Zero(t, time.Since(start))
	})
}

// An observer that panics before an attempt is handed on takes nothing at all: the service never heard of it.
func TestObserverThatPanicsTakesNoTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 10 // at once, at 30 a minute
		n := 0
		begin := func(ctx context.Context, e notify.Event) context.Context {
			if e.Attempt == 0 {
				return ctx
			}
			if n++; n <= most {
				panic("out of order") //nolint:forbidigo // it is what the test is about
			}
			return ctx
		}
		c, err := notify.New(testKey, notify.WithRateLimit(30), notify.WithObserver(notify.Observer{Begin: begin}),
			notify.WithHTTPClient(&http.Client{Transport: newStub(201, `{"id":"`+notificationID+`"}`)}))
		require.NoError(t, err)
		for range most {
			require.Panics(t, func() { _, _ = c.SendSMS(t.Context(), sms()) })
		}
		start := time.Now()
		for range most {
			_, err := c.SendSMS(t.Context(), sms())
			require.NoError(t, err)
		}
		require.Zero(t, time.Since(start))
	})
}
