package simulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestKeepInCallbacks: a callback that nobody has taken yet is posted after a restart, as often as it would have been.
func TestKeepInCallbacks(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	s := newShelf()
	status := new(atomic.Int64)
	status.Store(503)
	var bodies []string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, r.Header.Get("Authorization")+string(body)) // they come one after the other
		w.WriteHeader(int(status.Load()))
	}))
	defer receiver.Close()
	w := keptTown(t, s, simulator.WithClock(c.Now))
	require.NoError(t, w.svc.SetCallback(simulator.CallbackKindReceivedText,
		simulator.Callback{URL: receiver.URL, BearerToken: "0123456789"}))
	require.NoError(t, w.svc.NextCallbacks(1, simulator.CallbackQuirkTwice))
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	w.sim.Advance(0)
	require.Len(t, bodies, 2)
	require.Len(t, w.sim.Pending(), 3, "both, and the clean-up")

	again := w.again(t, s, simulator.WithClock(c.Now), simulator.Realistic())
	require.Equal(t, w.sim.Pending(), again.sim.Pending())
	status.Store(200)
	again.sim.Advance(10 * time.Minute)
	require.Len(t, bodies, 4)
	require.Equal(t, bodies[:2], bodies[2:])
	attempts := again.svc.Callbacks()
	require.Len(t, attempts, 2)
	require.Equal(t, 2, attempts[0].Attempt)
	require.NoError(t, again.sim.Flush())
	require.Len(t, w.again(t, s, simulator.WithClock(c.Now)).sim.Pending(), 1, "they were taken")
}

// TestKeepInWakes: what is ahead after a restart, and is told to somebody, happens without anybody asking.
func TestKeepInWakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		told := make(chan string, 1)
		w := keptTown(t, s)
		id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").id()
		callback := simulator.Callback{URL: "https://example.gov.uk/receipts", BearerToken: "0123456789"}
		require.NoError(t, w.svc.SetCallback(simulator.CallbackKindDeliveryReceipt, callback))
		require.NoError(t, w.svc.SetCallback(simulator.CallbackKindDeliveryReceipt, simulator.Callback{}))
		w = w.again(t, s)
		require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			told <- string(body)
		}), "0123456789"))
		require.Contains(t, <-told, id)
		n, _ := w.svc.Notification(id)
		require.Equal(t, simulator.StatusDelivered, n.Status)
	})
}

// TestKeepInAtOnce: whatever is done at once, the store has what the simulator shows.
func TestKeepInAtOnce(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	s := newShelf()
	w := setup(t, unlimited(), simulator.WithClock(c.Now), simulator.WithOutcomeDelay(time.Second),
		simulator.WithMaxMessages(100))
	require.NoError(t, w.sim.KeepIn(s))
	var working sync.WaitGroup
	for range 6 {
		requests := make([]*http.Request, 40)
		for i := range requests {
			requests[i] = w.request(t, w.svc.Key(simulator.KeyTypeLive), "POST", "/v2/notifications/sms", fields{
				"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
			})
		}
		working.Go(func() {
			for _, r := range requests {
				if resp, err := w.sim.RoundTrip(r); err == nil {
					_ = resp.Body.Close()
				}
			}
		})
	}
	working.Go(func() {
		for range 20 {
			_ = w.svc.AddToGuestList("guest@example.gov.uk")
			for _, n := range w.svc.Messages() {
				_ = w.svc.SetStatus(n.ID, simulator.StatusTechnicalFailure) // it may be gone by now
				break
			}
			w.sim.Advance(time.Second)
		}
	})
	working.Wait()
	require.NoError(t, w.sim.Flush())
	again := w.again(t, s, simulator.WithClock(c.Now), simulator.WithMaxMessages(100))
	for range 2 {
		require.True(t, reflect.DeepEqual(w.svc.Messages(), again.svc.Messages()))
		require.Equal(t, w.svc.Usage(), again.svc.Usage())
		w.sim.Advance(time.Hour)
		again.sim.Advance(time.Hour)
	}
}
