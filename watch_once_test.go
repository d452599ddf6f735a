package notify_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A send that is made once is one call; its look-ups are calls within it.
func TestObserverOfOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen tree
		c, service, b := onceKit(t, notify.WithObserver(seen.observer()))
		b.post = func(n int, req *http.Request) (*http.Response, error) {
			if n == 1 {
				return drop(req)
			}
			return b.lose(req)
		}
		sent, err := c.Send(t.Context(), onceSMS("r-1"), notify.Once())
		require.NoError(t, err)
		require.True(t, sent.Recovered)
		require.Len(t, service.TestMessages(), 1)
		var lines []string
		for _, line := range seen.lines { // one look-up will do
			if !strings.Contains(line, "NotificationsPage") && !strings.HasPrefix(line, "    ") || len(lines) < 8 {
				lines = append(lines, line)
			}
		}
		require.Equal(t, strings.Split(strings.TrimSpace(`
SendSMS: begin
  attempt 1: begin
  attempt 1: end unknown ConnectionError
  NotificationsPage: begin
    attempt 1: begin
    attempt 1: end 200
  NotificationsPage: end 200
  NotificationsPage: begin
  attempt 2: begin
  attempt 2: end unknown ConnectionError
SendSMS: end recovered`), "\n"), lines)
		last := seen.events[len(seen.events)-1]
		require.Equal(t, 2, last.Attempts)
		require.Equal(t, sent.ID, last.MessageID)
		require.NoError(t, last.Err)
	})
}

// An extra attempt takes none of the retries, and is one all the same for those who watch, also after look-ups.
func TestObserverOfOnceCountsExtraAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen tree
		c, service, b := onceKit(t, notify.WithObserver(seen.observer()),
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2}))
		b.post = func(n int, req *http.Request) (*http.Response, error) {
			switch n {
			case 1:
				resp, err := newStub(403, clockSkewed).RoundTrip(req)
				resp.Header = http.Header{"Date": {time.Now().Add(10 * time.Second).UTC().Format(http.TimeFormat)}}
				return resp, err
			case 2:
				return drop(req)
			}
			return b.Simulator.RoundTrip(req)
		}
		_, err := c.Send(t.Context(), onceSMS("r-1"), notify.Once())
		require.NoError(t, err)
		require.Len(t, service.TestMessages(), 1)
		var attempts []int
		for _, e := range seen.events {
			if e.Operation == "SendSMS" && e.Attempt > 0 {
				attempts = append(attempts, e.Attempt)
			}
		}
		require.Equal(t, []int{1, 2, 3}, attempts)
		require.Equal(t, 3, seen.events[len(seen.events)-1].Attempts)
	})
}

// A call that failed for want of something else is of the class of the answer before.
func TestObserverOfWhatCameBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen tree
		v := &vault{}
		c, service := sourced(t, "test", func(s *simulator.Service) notify.KeySource {
			v.key = s.Key(simulator.KeyTypeTest)
			return v
		}, notify.WithObserver(seen.observer()))
		require.NoError(t, service.RevokeKey(v.key))
		v.err = errors.New("sealed")
		_, err := c.SendSMS(t.Context(), sms())
		require.ErrorIs(t, err, v.err)
		require.Equal(t, "SendSMS: end not sent AuthError 403", seen.lines[len(seen.lines)-1])

		var once tree
		c, _, b := onceKit(t, notify.WithObserver(once.observer()), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		b.post = func(int, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 502, Body: http.NoBody}, nil
		}
		_, err = c.Send(t.Context(), onceSMS("r-1"), notify.Once())
		require.True(t, notify.SafeToRetry(err))
		require.Equal(t, "SendSMS: end not sent 502 502", once.lines[len(once.lines)-1])
	})
}

func TestObserverOfALookUpThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen tree
		c, service, b := onceKit(t, notify.WithObserver(seen.observer()))
		b.post = func(_ int, req *http.Request) (*http.Response, error) {
			lists := simulator.On(simulator.OperationList)
			service.Simulator().Inject(lists, simulator.Refuse(403, "BadRequestError", "no")).Times(1)
			return drop(req)
		}
		_, err := c.Send(t.Context(), onceSMS("r-1"), notify.Once())
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.Equal(t, "SendSMS: end unknown LookUpFailed", seen.lines[len(seen.lines)-1])
	})
}
