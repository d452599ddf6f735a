package notify_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// What else has the same reference is another message.
func TestOnceTellsMessagesApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		others := []notify.Message{
			notify.SMS{PhoneNumber: "07900 900457", TemplateID: templateID, Reference: "r"},
			notify.SMS{PhoneNumber: "07900 900456", TemplateID: otherTemplate, Reference: "r"},
			notify.Email{EmailAddress: "amala@example.gov.uk", TemplateID: emailTemplate, Reference: "r"},
			onceSMS("R"),
		}
		for _, m := range others {
			_, err := c.Send(t.Context(), m)
			require.NoError(t, err)
		}
		b.posts = 0
		b.post = func(n int, req *http.Request) (*http.Response, error) {
			if n == 1 {
				return drop(req)
			}
			return b.lose(req)
		}
		sent, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		require.NoError(t, err)
		require.Equal(t, 2, b.posts)
		n, _ := service.Notification(sent.ID)
		require.Equal(t, "07900 900456", n.To)
		require.Len(t, service.TestMessages(), len(others)+1)

		sent, err = c.Send(t.Context(), notify.SMS{
			PhoneNumber: "+44 (0)7900-900456", TemplateID: templateID, Reference: "r"}, notify.Resume(time.Time{}))
		require.NoError(t, err)
		require.True(t, sent.Recovered, "the same number in another spelling")
		require.Equal(t, n.ID, sent.ID)
		sent, err = c.Send(t.Context(), notify.Email{
			EmailAddress: " Amala@EXAMPLE.gov.uk", TemplateID: emailTemplate, Reference: "r"}, notify.Resume(time.Time{}))
		require.NoError(t, err)
		require.True(t, sent.Recovered)
	})
}

// A reference that many messages share has more than one page.
func TestOnceReadsAllPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		want, err := c.Send(t.Context(), onceSMS("newsletter"))
		require.NoError(t, err)
		for i := range 600 {
			time.Sleep(time.Millisecond)
			_, err := c.Send(t.Context(), notify.SMS{
				PhoneNumber: "07900 8" + strconv.Itoa(10000+i), TemplateID: templateID, Reference: "newsletter"})
			require.NoError(t, err)
		}
		sent, err := c.Send(t.Context(), onceSMS("newsletter"), notify.Resume(time.Time{}))
		require.NoError(t, err)
		require.Equal(t, want.ID, sent.ID)
		require.Equal(t, 3, b.gets)
		require.Len(t, service.TestMessages(), 601)
		require.Equal(t, url.Values{"reference": {"newsletter"}, "template_type": {"sms"}}, b.queries[0])
	})
}

// A list that leads back to itself is not read for ever, and proves nothing.
func TestOnceReadsTheSamePageAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		_, err := c.Send(t.Context(), notify.SMS{PhoneNumber: "07900 800123", TemplateID: templateID, Reference: "r"})
		require.NoError(t, err)
		b.get = func(_ int, req *http.Request) (*http.Response, error) {
			q := req.URL.Query()
			q.Del("older_than")
			req.URL.RawQuery = q.Encode()
			return b.Simulator.RoundTrip(req)
		}
		start := time.Now()
		_, err = c.Send(t.Context(), onceSMS("r"), notify.Resume(time.Time{}))
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
		require.ErrorContains(t, err, "the same page again")
		require.Less(t, time.Since(start), 3*time.Minute)
		require.Len(t, service.TestMessages(), 1)
	})
}

// A restarted worker finds what the one before sent, and waits for what it may have been sending.
func TestResume(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		first, err := c.Send(t.Context(), onceSMS("r"))
		require.NoError(t, err)
		sent, err := c.Send(t.Context(), onceSMS("r"), notify.Resume(time.Now()))
		require.NoError(t, err)
		require.True(t, sent.Recovered)
		require.Equal(t, first.ID, sent.ID)

		for _, tc := range []struct{ age, waits time.Duration }{
			{0, 90500 * time.Millisecond},
			{-time.Hour, 90500 * time.Millisecond}, // which is to come
			{time.Minute, 30500 * time.Millisecond},
			{2 * time.Minute, 0},
			{time.Hour, 0},
		} {
			start, posts := time.Now(), b.posts
			last := start.Add(-tc.age)
			if tc.age == 0 {
				last = time.Time{}
			}
			reference := "later " + strconv.Itoa(posts)
			sent, err := c.Send(t.Context(), onceSMS(reference), notify.Resume(last))
			require.NoError(t, err)
			require.False(t, sent.Recovered)
			require.Equal(t, posts+1, b.posts)
			require.Less(t, (time.Since(start) - tc.waits).Abs(), time.Second+time.Millisecond, tc.age)
		}
		require.Len(t, service.TestMessages(), 6)

		b.get = func(int, *http.Request) (*http.Response, error) { return nil, errLost }
		_, err = c.Send(t.Context(), onceSMS("unknown"), notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, errLost)
	})
}

// The proof is by the service's clock, if its Date is by that, and else by this machine's with a margin.
func TestOnceTellsTheTime(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		date  func() string
		waits time.Duration
	}{
		"same clock":    {dateAhead(0), 60500 * time.Millisecond},
		"service ahead": {dateAhead(20 * time.Second), 40500 * time.Millisecond},
		"service slow":  {dateAhead(-20 * time.Second), 80500 * time.Millisecond},
		"no date":       {func() string { return "" }, 90500 * time.Millisecond},
		"no such date":  {func() string { return "soon" }, 90500 * time.Millisecond},
		"another clock": {dateAhead(24 * time.Hour), 90500 * time.Millisecond},
		"a past clock":  {dateAhead(-24 * time.Hour), 90500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, service, b := onceKit(t)
				b.post = func(n int, req *http.Request) (*http.Response, error) {
					if n == 1 {
						return drop(req)
					}
					return b.Simulator.RoundTrip(req)
				}
				b.get = func(_ int, req *http.Request) (*http.Response, error) {
					resp, err := b.Simulator.RoundTrip(req)
					if err == nil {
						resp.Header.Set("Date", tc.date())
					}
					return resp, err
				}
				start := time.Now()
				_, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
				require.NoError(t, err)
				require.Len(t, service.TestMessages(), 1)
				require.Equal(t, tc.waits, time.Since(start))
			})
		})
	}
}

func dateAhead(d time.Duration) func() string {
	return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
}

// A clock that another call put wrong is no proof: only a look-up that the service took tells its time.
func TestOnceWithAWrongClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		direct, err := notify.New(service.Key(simulator.KeyTypeTest),
			notify.WithHTTPClient(&http.Client{Transport: b.Simulator}))
		require.NoError(t, err)
		ctx := t.Context()
		b.post = func(n int, req *http.Request) (*http.Response, error) {
			time.AfterFunc(59*time.Second, func() { _, _ = direct.Send(ctx, onceSMS("r")) })
			return drop(req)
		}
		b.get = func(n int, req *http.Request) (*http.Response, error) {
			if n < 4 { // at first the look-ups fail, and then one learns a wrong time
				return nil, errLost
			}
			if n == 4 {
				resp, err := newStub(403, clockSkewed).RoundTrip(req)
				resp.Header = http.Header{"Date": {dateAhead(time.Hour)()}}
				return resp, err
			}
			return b.Simulator.RoundTrip(req)
		}
		sent, err := c.Send(t.Context(), onceSMS("r"), notify.Once())
		if err == nil {
			require.True(t, sent.Recovered)
		} else {
			require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		}
		time.Sleep(time.Hour)
		require.Len(t, service.TestMessages(), 1)
		require.Equal(t, 1, b.posts)
	})
}

// The clock of the process before may have been 30 seconds fast: then its tokens were taken for as much longer.
func TestResumeAfterAFastClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service, b := onceKit(t)
		ctx, reference := t.Context(), "r"
		time.AfterFunc(89*time.Second, func() { _, _ = c.Send(ctx, onceSMS(reference)) })
		sent, err := c.Send(t.Context(), onceSMS(reference), notify.Resume(time.Now()))
		require.NoError(t, err)
		require.True(t, sent.Recovered)
		require.Equal(t, 1, b.posts)
		require.Len(t, service.TestMessages(), 1)
	})
}

// Whatever there is against sending now, a message of the call before is not called unsent without a look.
func TestResumeLooksBeforeItRefuses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _, b := onceKit(t, notify.WithDailyLimitHold())
		first, err := c.Send(t.Context(), onceSMS("r"))
		require.NoError(t, err)

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = c.Send(ctx, onceSMS("r"), notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.Canceled)

		gone := onceSMS("r")
		gone.Personalisation = notify.Personalisation{"file": []byte("x")} // stands for a file that is no more
		sent, err := c.Send(t.Context(), gone, notify.Resume(time.Now()))
		require.NoError(t, err)
		require.Equal(t, first.ID, sent.ID)
		gone.Reference = "other"
		_, err = c.Send(t.Context(), gone, notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrInvalidRequest)

		b.post = func(_ int, req *http.Request) (*http.Response, error) {
			limit := apiError("429", "TooManyRequestsError", "Exceeded send limits (sms: 1) for today")
			return newStub(429, limit).RoundTrip(req)
		}
		for range 2 { // the second time it is held
			_, err = c.Send(t.Context(), onceSMS("other"), notify.Once())
			require.ErrorIs(t, err, notify.ErrDailyLimit)
		}
		sent, err = c.Send(t.Context(), onceSMS("r"), notify.Resume(time.Now()))
		require.NoError(t, err)
		require.True(t, sent.Recovered)
		require.Equal(t, first.ID, sent.ID)
		_, err = c.Send(t.Context(), onceSMS("other"), notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrDailyLimit)
		require.Equal(t, notify.OutcomeNotSent, notify.OutcomeOf(err))

		//nolint:staticcheck // it is what the test is about
		_, err = c.Send(nil, onceSMS("r"), notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
		_, err = (*notify.Client)(nil).Send(t.Context(), onceSMS("r"), notify.Resume(time.Now()))
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
	})
}

// What is known of a precompiled letter is the same whether it was found or answered for.
func TestOnceRecoversPrecompiledLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _, b := onceKit(t)
		letter := func() *notify.PrecompiledLetter {
			return &notify.PrecompiledLetter{Reference: "r", Content: strings.NewReader("%PDF-1.4\n%%EOF")}
		}
		b.post = func(_ int, req *http.Request) (*http.Response, error) { return b.lose(req) }
		found, err := c.Send(t.Context(), letter(), notify.Once())
		require.NoError(t, err)
		require.True(t, found.Recovered)
		b.post = nil
		sent, err := c.Send(t.Context(), letter())
		require.NoError(t, err)
		sent.ID, sent.Recovered = found.ID, true
		require.Equal(t, sent, found)
	})
}

// The margin of a look-up without a Date is not taken for the service's time when another has one.
func TestResumeWithDateLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _, b := onceKit(t)
		b.get = func(n int, req *http.Request) (*http.Response, error) {
			resp, err := b.Simulator.RoundTrip(req)
			if err == nil && n == 1 {
				resp.Header.Del("Date")
			}
			return resp, err
		}
		start := time.Now()
		_, err := c.Send(t.Context(), onceSMS("r"), notify.Resume(start))
		require.NoError(t, err)
		require.Equal(t, 91500*time.Millisecond, time.Since(start))
	})
}

// A machine whose clock is wrong notes a wrong time in its journal, and it's the same wait: time that passed, not the
// time of day, is what both clocks agree on.
func TestResumeWithAWrongClock(t *testing.T) {
	t.Parallel()
	for _, slow := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			c, service, b := onceKit(t)
			service.Simulator().Inject(simulator.On(), simulator.SkewClock(slow))
			start := time.Now()
			_, err := c.Send(t.Context(), onceSMS("r"), notify.Resume(start))
			require.NoError(t, err)
			require.InDelta(t, 90500*time.Millisecond, time.Since(start), float64(time.Second+time.Millisecond))
			require.Equal(t, 1, b.posts)
		})
	}
}
