package simtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// text sends a text, and keeps to one attempt.
func text(t testing.TB, kit *simtest.Kit, template string) error {
	t.Helper()
	client := kit.Client(notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
	return err
}

// answering is a handler that answers with a status, and counts.
func answering(status int, calls *atomic.Int32) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(status)
	})
}

// TestHandlerThatSends: a handler sends by itself and looks at the kit, while the test waits or moves the time. In the
// bubble a lock held too long would be a deadlock.
func TestHandlerThatSends(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]simulator.Option{nil, {simulator.Realistic()}} {
		synctest.Test(t, func(t *testing.T) {
			kit := simtest.New(t, opts...)
			client, sms, email := kit.Client(), kit.SMSTemplate("Hi"), kit.EmailTemplate("Hi", "Hi")
			kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), `"notification_type": "sms"`) {
					return
				}
				_, err := client.SendEmail(r.Context(), notify.Email{EmailAddress: "ada@example.gov.uk", TemplateID: email})
				if err != nil || len(kit.Messages()) == 0 || kit.Pending() == nil {
					w.WriteHeader(http.StatusInternalServerError)
				}
			}), "bearer-token")
			emails := []simtest.Match{simtest.OfType(notify.NotificationTypeEmail), simtest.WithStatus(notify.StatusDelivered)}
			require.NoError(t, text(t, kit, sms))
			kit.Eventually(1, append(emails, simtest.Within(time.Minute))...)
			require.NoError(t, text(t, kit, sms))
			kit.Advance(time.Minute)
			for _, m := range kit.N(2, emails...) {
				require.Len(t, m.Callbacks, 1)
			}
			kit.Advance(9 * 24 * time.Hour)
			kit.None()
		})
	}
}

// TestHandlerTooSlow: after 5 seconds Notify hangs up and posts again, and no goroutine waits for the first answer.
func TestHandlerTooSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		var calls atomic.Int32
		kit.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if calls.Add(1) == 1 {
				time.Sleep(7 * time.Second)
			}
		}), "bearer-token")
		require.NoError(t, text(t, kit, kit.SMSTemplate("Hi")))
		start := time.Now()
		kit.Advance(0)
		require.Equal(t, 5*time.Second, time.Since(start))
		kit.Advance(5 * time.Minute)
		attempts := kit.One().Callbacks
		require.Len(t, attempts, 2)
		require.Equal(t, "no response within 5 seconds", attempts[0].Error)
		require.Equal(t, simulator.CallbackResultDelivered, attempts[1].Result)
		time.Sleep(2 * time.Second) // until the handler returns
	})
}

// TestTwoKits: two kits in a test have nothing in common, and their callbacks may go from one to the other.
func TestTwoKits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		one, other := simtest.New(t), simtest.New(t)
		template := other.SMSTemplate("Hi")
		one.CallBack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if text(t, other, template) != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}), "bearer-token")
		require.NoError(t, text(t, one, one.SMSTemplate("Hi")))
		other.Eventually(1)
		one.Advance(0)
		one.One()
		other.One()
	})
}

// TestAdvanceTwice: when two goroutines move the time, each event happens once.
func TestAdvanceTwice(t *testing.T) {
	t.Parallel()
	morning := simulator.WithStart(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) // without the events of the night
	kit := simtest.New(t, simulator.Realistic(), morning).Allow(simtest.LostCallbacks)
	const sends, attempts = 30, 6
	var calls, happened atomic.Int32
	kit.CallBack(answering(http.StatusServiceUnavailable, &calls), "bearer-token")
	template := kit.SMSTemplate("Hi")
	for range sends {
		require.NoError(t, text(t, kit, template))
	}
	var movers sync.WaitGroup
	for range 2 {
		movers.Go(func() {
			for range 20 {
				happened.Add(int32(len(kit.Advance(time.Minute))))
				kit.Messages()
			}
		})
	}
	movers.Wait()
	require.EqualValues(t, sends*attempts, calls.Load())
	require.EqualValues(t, sends*(3+attempts), happened.Load())
	kit.N(sends, simtest.WithStatus(notify.StatusDelivered))
}

// TestRestoreWithAllUnderWay: callbacks to come and quirks are put back; faults and the log of requests go on.
func TestRestoreWithAllUnderWay(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.Realistic())
	var calls atomic.Int32
	kit.CallBack(answering(http.StatusServiceUnavailable, &calls), "bearer-token")
	lost := kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
	kit.NextCallbacks(1, simulator.CallbackQuirkTwice)
	template := kit.SMSTemplate("Hi")

	snap := kit.Snapshot()
	require.ErrorIs(t, text(t, kit, template), notify.ErrOutcomeUnknown)
	kit.Advance(time.Minute)
	require.EqualValues(t, 2, calls.Load())
	kit.Restore(snap)
	kit.None()
	require.Equal(t, 1, lost.Hits())
	require.NoError(t, text(t, kit, template), "the fault is used up")
	kit.Advance(time.Minute)
	require.EqualValues(t, 4, calls.Load(), "twice again")
	require.Len(t, kit.Simulator.Requests(), 2)

	snap = kit.Snapshot()
	for n := range 2 {
		kit.Advance(5 * time.Minute)
		require.EqualValues(t, 6+2*n, calls.Load(), "the second attempts")
		require.Len(t, kit.One().Callbacks, 4)
		kit.Restore(snap)
	}
}

// TestSharedAndServed: many tests share a simulator on a port. None sees the messages, faults and events of another.
func TestSharedAndServed(t *testing.T) {
	t.Parallel()
	sim := simulator.New(simulator.WithPlan(simulator.Plan{SMS: simulator.Timing{Outcome: time.Hour}}))
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			kit := simtest.NewService(t, sim)
			transport := &http.Transport{}
			t.Cleanup(transport.CloseIdleConnections)
			client := kit.Client(notify.WithBaseURL(server.URL), notify.WithHTTPClient(&http.Client{Transport: transport}),
				notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond}))
			kit.Inject(simulator.OnSend(), simulator.RateLimited()).Times(1)
			template := kit.SMSTemplate("Hi")
			for range 5 {
				_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
				require.NoError(t, err)
			}
			kit.N(5)
			said := failing(t, func(f *fakeT) {
				other := simtest.NewService(f, sim)
				require.NoError(t, text(t, other, other.SMSTemplate("Hi")))
				other.None()
			})
			require.Equal(t, 1, strings.Count(said, "delivered: message"), said)
		})
	}
}
