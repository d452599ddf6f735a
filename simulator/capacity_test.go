package simulator_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestMaxMessages: of the messages of all services the newest are kept, and never more than were allowed.
func TestMaxMessages(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := setup(t, unlimited(), simulator.WithMaxMessages(20))
	require.NoError(t, w.sim.KeepIn(s))
	other := w
	var err error
	other.svc, err = w.sim.AddService(simulator.ServiceConfig{
		Name: "Another", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	other.sms, err = other.svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "T", Versions: []simulator.TemplateVersion{{Body: "Hello"}},
	})
	require.NoError(t, err)
	for i := range 75 {
		from := w
		if i%3 == 0 {
			from = other
		}
		id := from.sendSMS(t, from.svc.Key(simulator.KeyTypeTest), "07900900123").id()
		kept := len(w.svc.Messages()) + len(other.svc.Messages())
		require.LessOrEqual(t, kept, 20)
		require.GreaterOrEqual(t, kept, min(i+1, 18))
		_, known := from.svc.Notification(id)
		require.True(t, known, "the newest is there")
	}
	require.Len(t, other.svc.Messages(), 6, "every third of them")
	again := w.again(t, s)
	require.Equal(t, w.svc.Messages(), again.svc.Messages(), "those that are gone are gone from the store too")
	fewer := w.again(t, s, simulator.WithMaxMessages(5))
	require.LessOrEqual(t, len(fewer.svc.Messages())+len(fewer.sim.Service(other.svc.ID()).Messages()), 5)
}

// TestMaxMessagesOne: a limit of one keeps the last.
func TestMaxMessagesOne(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithMaxMessages(1))
	for range 3 {
		id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").id()
		require.Equal(t, id, w.svc.Messages()[0].ID)
		require.Len(t, w.svc.Messages(), 1)
	}
}

// TestMaxReceived: received texts and attempts to post callbacks are as many at most.
func TestMaxReceived(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"}, simulator.WithMaxMessages(10))
	require.NoError(t, w.svc.CallBack(http.NotFoundHandler(), "0123456789"))
	var last string
	for i := range 35 {
		var err error
		last, err = w.svc.ReceiveText("07900900123", fmt.Sprint("text ", i))
		require.NoError(t, err)
		w.sim.Advance(0)
		require.LessOrEqual(t, len(w.svc.Callbacks()), 10)
	}
	got := w.do(t, w.svc.Key(simulator.KeyTypeTest), "GET", "/v2/received-text-messages", nil)
	list := got.body["received_text_messages"].([]any)
	require.LessOrEqual(t, len(list), 10)
	require.Equal(t, last, list[0].(map[string]any)["id"])
	attempts := w.svc.Callbacks()
	require.Equal(t, last, attempts[len(attempts)-1].ID)
}

// TestMaxMessagesAtOnce: many senders at once leave no more messages than were allowed.
func TestMaxMessagesAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t, unlimited(), simulator.WithMaxMessages(30), simulator.WithOutcomeDelay(time.Millisecond))
	var sending sync.WaitGroup
	for range 8 {
		requests := make([]*http.Request, 25)
		for i := range requests {
			requests[i] = w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", fields{
				"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
			})
		}
		sending.Go(func() {
			for _, r := range requests {
				if resp, err := w.sim.RoundTrip(r); err == nil {
					_ = resp.Body.Close()
				}
			}
		})
	}
	sending.Wait()
	kept := len(w.svc.Messages())
	require.LessOrEqual(t, kept, 30)
	require.GreaterOrEqual(t, kept, 27-8)
}
