package notify_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A wrong clock costs one refusal, once.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	for _, behind := range []time.Duration{time.Minute, -time.Minute, 10 * time.Hour, -23 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			sim := simulator.New()
			sim.Inject(simulator.On(simulator.OperationTemplates), simulator.SkewClock(behind))
			service, err := sim.AddService(simulator.ServiceConfig{
				Name: "Skewed", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
			})
			require.NoError(t, err)
			c, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}),
				notify.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			for range 3 {
				_, err = c.Templates(t.Context(), "")
				require.NoError(t, err)
			}
			require.Len(t, sim.Requests(), 4)
			require.Contains(t, log.String(),
				fmt.Sprintf("level=WARN msg=\"notify: this machine's clock is wrong\" behind=%v", behind))
			require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")))
		})
	}
}

// The attempt with the right time is extra, and takes none of the retries.
func TestClockSkewCostsNoRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, []step{
			{status: 403, body: clockSkewed, date: 10 * time.Minute}, {status: 429, body: rateLimited}, accepted[0],
		}, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2}))
		_, err := c.SendSMS(t.Context(), sms())
		require.NoError(t, err)
		require.Len(t, s.at, 3)
	})
}

// Without a time to go by, or with one that can't be right, the error is told.
func TestClockSkewThatCannotBeMended(t *testing.T) {
	t.Parallel()
	for date, tries := range map[string]int{
		"":                              1,
		"yesterday":                     1,
		"Sat, 01 Jan 2000 00:00:04 GMT": 1, // the clock is right by that
		"Sat, 01 Jan 2000 00:00:05 GMT": 2,
		"Sun, 02 Jan 2000 00:00:00 GMT": 2,
		"Sun, 02 Jan 2000 00:00:01 GMT": 1, // too far away
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			hc := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				n++
				resp, err := newStub(403, apiError("403", "AuthError",
					"Error: Your system clock must be accurate to within 30 seconds")).RoundTrip(r)
				resp.Header = http.Header{"Date": {date}}
				return resp, err
			})}
			c, err := notify.New(testKey, notify.WithHTTPClient(hc))
			require.NoError(t, err)
			_, err = c.SendSMS(t.Context(), sms())
			require.ErrorIs(t, err, notify.ErrClockSkew, date)
			require.Equal(t, tries, n, date)
		})
	}
}

// Calls that were refused together for the clock are all made once more.
func TestClockSkewTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		sim := simulator.New()
		sim.Inject(simulator.On(simulator.OperationTemplates), simulator.SkewClock(time.Minute))
		service, err := sim.AddService(simulator.ServiceConfig{
			Name: "Skewed", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		})
		require.NoError(t, err)
		slow := roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := sim.RoundTrip(r)
			time.Sleep(time.Second)
			return resp, err
		})
		c, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: slow}),
			notify.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		require.NoError(t, err)
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() {
				if _, err := c.Templates(t.Context(), ""); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		require.Len(t, sim.Requests(), 10)
		require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")))
	})
}
