package simulator_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestEarlyReceipt: the receipt is there before the response to the send, even if it takes long, and whatever the plan.
func TestEarlyReceipt(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]simulator.Option{
		"instant": nil,
		"planned": {simulator.Realistic(), simulator.WithClock(func() time.Time { return time.Unix(1_795_000_000, 0) })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := setup(t, simulator.ServiceConfig{}, opts...)
				key := w.svc.Key(simulator.KeyTypeTest)
				var seen atomic.Value // written by the handler, which is not waited for when it is not early
				require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
					time.Sleep(time.Second)
					seen.Store(w.svc.TestMessages()[0].ID)
				}), callbackToken))
				require.NoError(t, w.svc.NextCallbacks(1, simulator.CallbackQuirkEarly))
				w.sendLetter(t, key) // has no receipt
				require.Equal(t, map[simulator.CallbackQuirk]int{simulator.CallbackQuirkEarly: 1}, w.svc.CallbackQuirks())
				id := w.sendEmail(t, key, "jo@example.gov.uk").id()
				require.Equal(t, id, seen.Load())
				require.Equal(t, "delivered", w.status(t, key, id))
				require.Empty(t, w.svc.CallbackQuirks())
				next := w.sendEmail(t, key, "jo@example.gov.uk").id()
				require.Equal(t, id, seen.Load(), "the next is not early")
				w.sim.Advance(time.Minute)
				require.Equal(t, next, seen.Load())
			})
		})
	}
}

// TestEarlyReceiptGivenUp: a sender that no longer waits is not kept.
func TestEarlyReceiptGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		key := w.svc.Key(simulator.KeyTypeTest)
		require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}), callbackToken))
		require.NoError(t, w.svc.NextCallbacks(2, simulator.CallbackQuirkEarly))
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		r := w.request(t, key, "POST", "/v2/notifications/email", fields{
			"email_address": "jo@example.gov.uk", "template_id": w.email, "personalisation": fields{"name": "Jo"},
		}).WithContext(ctx)
		_, err := w.sim.RoundTrip(r) //nolint:bodyclose // there is no response
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, w.svc.TestMessages(), 1)

		begun := time.Now()
		require.Equal(t, 201, w.sendEmail(t, key, "jo@example.gov.uk").status)
		require.Equal(t, 9*time.Second, time.Since(begun), "until both have been tried")
	})
}

// TestOddCallbacks: twice, in reverse order, with a wrong token, and all of it together.
func TestOddCallbacks(t *testing.T) {
	t.Parallel()
	w, r := receiving(t)
	next := func(n int, q simulator.CallbackQuirk) { require.NoError(t, w.svc.NextCallbacks(n, q)) }
	receive := func(texts ...string) {
		for _, text := range texts {
			_, err := w.svc.ReceiveText("07900900123", text)
			require.NoError(t, err)
		}
		w.sim.Advance(0)
	}
	posted := func() (texts []string) {
		defer func() { *r = receiver{} }()
		for i, text := range r.told(t) {
			text = strings.TrimPrefix(text, "text: ")
			if r.requests[i].Header.Get("Authorization") != "Bearer "+callbackToken {
				text += "!"
			}
			texts = append(texts, text)
		}
		return texts
	}
	next(2, simulator.CallbackQuirkTwice)
	receive("a", "b", "c")
	require.Equal(t, strings.Fields("a a b b c"), posted())

	next(3, simulator.CallbackQuirkReversed)
	receive("a", "b")
	require.Empty(t, posted())
	receive("c", "d")
	require.Equal(t, strings.Fields("c b a d"), posted())

	next(3, simulator.CallbackQuirkReversed)
	receive("a", "b")
	next(0, simulator.CallbackQuirkReversed)
	receive("c")
	require.Equal(t, strings.Fields("b a c"), posted())

	next(1, simulator.CallbackQuirkWrongToken)
	receive("a", "b")
	wrong := r.requests[0].Header.Get("Authorization")
	require.Equal(t, strings.Fields("a! b"), posted())
	require.Equal(t, "Bearer "+callbackToken[:len(callbackToken)-1]+"x", wrong)

	next(1, simulator.CallbackQuirkTwice)
	next(2, simulator.CallbackQuirkReversed)
	next(1, simulator.CallbackQuirkWrongToken)
	next(1, simulator.CallbackQuirkEarly)
	w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk") // does not wait for what is held back
	receive("b")
	require.Equal(t, strings.Fields("b delivered! delivered!"), posted())
	require.Empty(t, w.svc.CallbackQuirks())

	require.Error(t, w.svc.NextCallbacks(1, "odd"))
	require.Error(t, w.svc.NextCallbacks(-1, simulator.CallbackQuirkTwice))
	require.Len(t, slices.DeleteFunc(w.svc.Callbacks(), func(a simulator.CallbackAttempt) bool {
		return a.Result != simulator.CallbackResultDelivered
	}), len(w.svc.Callbacks()))
}
