package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// receiving is a town with a number of its own, whose callbacks go to a receiver.
func receiving(t testing.TB, opts ...simulator.Option) (town, *receiver) {
	t.Helper()
	w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"}, opts...)
	r := &receiver{}
	require.NoError(t, w.svc.CallBack(r, callbackToken))
	return w, r
}

// told are the statuses in what was posted.
func (r *receiver) told(t testing.TB) (statuses []string) {
	t.Helper()
	for _, body := range r.received() {
		var posted struct{ Status, Message string }
		require.NoError(t, json.Unmarshal([]byte(body), &posted))
		switch {
		case posted.Status != "":
			statuses = append(statuses, posted.Status)
		case posted.Message != "":
			statuses = append(statuses, "text: "+posted.Message)
		default:
			statuses = append(statuses, "letter")
		}
	}
	return statuses
}

// results are what came of the attempts.
func (w town) results() (results []string) {
	for _, a := range w.svc.Callbacks() {
		results = append(results, fmt.Sprintf("%d %s", a.Attempt, a.Result))
	}
	return results
}

// TestReceipts: which changes of a status are told, and which are not.
func TestReceipts(t *testing.T) {
	t.Parallel()
	live, test := simulator.KeyTypeLive, simulator.KeyTypeTest
	type send func(w town, key string) answer
	text := func(to string) send { return func(w town, key string) answer { return w.sendSMS(t, key, to) } }
	email := func(to string) send { return func(w town, key string) answer { return w.sendEmail(t, key, to) } }
	letter := func(w town, key string) answer { return w.sendLetter(t, key) }
	then := func(s ...simulator.Status) []simulator.Status { return s }
	ends := func(s simulator.Status) simulator.Option {
		return simulator.WithOutcomes(func(simulator.Notification) simulator.Status { return s })
	}
	for name, c := range map[string]struct {
		key    simulator.KeyType
		send   send
		option simulator.Option
		set    []simulator.Status
		want   []string
	}{
		"text":                {live, text("07900900123"), nil, nil, []string{"delivered"}},
		"text of a test key":  {test, text("07900900123"), nil, nil, []string{"delivered"}},
		"text that fails":     {test, text("07700900003"), nil, nil, []string{"temporary-failure"}},
		"email":               {live, email("jo@example.gov.uk"), nil, nil, []string{"delivered"}},
		"email that fails":    {test, email("perm-fail@simulator.notify"), nil, nil, []string{"permanent-failure"}},
		"technical failure":   {live, text("07900900123"), ends("technical-failure"), nil, nil},
		"still pending":       {live, text("07900900123"), ends("pending"), nil, nil},
		"still sending":       {live, email("jo@example.gov.uk"), ends("sending"), nil, nil},
		"no receipts there":   {live, text("+5491123456789"), nil, nil, nil},
		"none even by hand":   {live, text("+5491123456789"), nil, then("delivered"), nil},
		"receipts from there": {live, text("+33612345678"), nil, nil, []string{"delivered"}},
		"Jersey":              {live, text("+447797292290"), nil, nil, []string{"delivered"}},
		"smoke test":          {live, text("07700900000"), nil, nil, nil},
		"smoke test by email": {test, email("simulate-delivered@notifications.service.gov.uk"), nil, nil, nil},
		"letter":              {live, letter, nil, nil, nil},
		"letter that is set":  {live, letter, nil, then("delivered", "sending", "delivered"), nil},
		"letter that comes back": {
			test, letter, nil, then("returned-letter", "returned-letter"), []string{"letter"},
		},
		"the same again": {live, text("07900900123"), nil, then("delivered", "delivered"), []string{"delivered"}},
		"another one": {
			live, text("07900900123"), nil, then("permanent-failure", "technical-failure"),
			[]string{"delivered", "permanent-failure"},
		},
		"on its way": {
			live, email("jo@example.gov.uk"), ends("sending"), then("created", "sending", "temporary-failure"),
			[]string{"temporary-failure"},
		},
		"a text on its way": {
			live, text("07900900123"), ends("pending"), then("sent", "pending", "technical-failure", "delivered"),
			[]string{"delivered"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := receiving(t, c.option)
			id := c.send(w, w.svc.Key(c.key)).id()
			for _, s := range c.set {
				require.NoError(t, w.svc.SetStatus(id, s))
			}
			w.sim.Advance(0)
			require.Equal(t, c.want, r.told(t))
		})
	}
}

// TestReceiptOfTimeOut: a message that never ends has failed when Notify gives up waiting, and that is told.
func TestReceiptOfTimeOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, r := receiving(t, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
			return simulator.StatusSending
		}))
		w.sendEmail(t, w.svc.Key(simulator.KeyTypeLive), "jo@example.gov.uk")
		time.Sleep(72 * time.Hour)
		require.Empty(t, r.told(t))
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		require.Equal(t, []string{"temporary-failure"}, r.told(t))
	})
}

// TestReceiptsComeByThemselves: nobody has to look at the simulator, whenever the callback was set.
func TestReceiptsComeByThemselves(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := setup(t, simulator.ServiceConfig{}, simulator.Realistic())
			r := &receiver{}
			if !late {
				require.NoError(t, w.svc.CallBack(r, callbackToken))
			}
			w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
			w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07700900002")
			if late {
				require.NoError(t, w.svc.CallBack(r, callbackToken))
			}
			time.Sleep(3*time.Second - time.Nanosecond)
			synctest.Wait()
			require.Empty(t, r.told(t))
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			require.Equal(t, []string{"delivered"}, r.told(t))
			time.Sleep(2 * time.Second)
			synctest.Wait()
			require.Equal(t, []string{"delivered", "permanent-failure"}, r.told(t))
		})
	}
}

// TestRetries: six attempts, 300 seconds apart, by the clock of a bubble, by Advance, and by Advance alone.
func TestRetries(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	stopped := simulator.WithClock(func() time.Time { return begun })
	for name, c := range map[string]struct {
		option simulator.Option
		pass   func(*simulator.Simulator, time.Duration)
	}{
		"by itself":      {nil, func(_ *simulator.Simulator, d time.Duration) { time.Sleep(d); synctest.Wait() }},
		"flowing":        {nil, func(sim *simulator.Simulator, d time.Duration) { sim.Advance(d) }},
		"standing still": {stopped, func(sim *simulator.Simulator, d time.Duration) { sim.Advance(d) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, r := receiving(t, c.option)
				r.statuses = []int{503, 500, 429, 599, 502, 503, 503}
				start := w.sim.Now()
				id := w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk").id()
				c.pass(w.sim, 0)
				require.Equal(t, []string{"1 retrying"}, w.results())
				pending := w.sim.Pending()[0]
				require.Equal(t, start.Add(5*time.Minute), pending.At)
				require.Equal(t, "delivery receipt: message "+id+", attempt 2", pending.Label)
				c.pass(w.sim, 25*time.Minute-1)
				require.Len(t, w.results(), 5)
				r.mu.Lock()
				r.statuses = nil
				r.mu.Unlock()
				w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123") // nothing waits for what is tried again
				c.pass(w.sim, 0)
				require.Equal(t, "1 delivered", w.results()[5])
				r.mu.Lock()
				r.statuses = []int{503}
				r.mu.Unlock()
				c.pass(w.sim, 1)
				c.pass(w.sim, time.Hour)
				require.Equal(t, []string{
					"1 retrying", "2 retrying", "3 retrying", "4 retrying", "5 retrying", "1 delivered", "6 exhausted",
				}, w.results())
				for i, a := range w.svc.Callbacks() {
					if i != 5 {
						require.Equal(t, id, a.ID)
						require.Equal(t, r.received()[0], a.Body)
						require.Equal(t, start.Add(time.Duration(a.Attempt-1)*5*time.Minute), a.At)
					}
				}
			})
		})
	}
}

// TestAdvanceReturnsCallbacks: Advance says what was posted on the way, in order.
func TestAdvanceReturnsCallbacks(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	w, r := receiving(t, simulator.Realistic(), simulator.WithClock(c.Now))
	r.statuses = []int{503, 503}
	id := w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk").id()
	require.Equal(t, []string{
		"25 09:00:01 sending: message email", "25 09:00:03 delivered: message email",
		"25 09:00:03 delivery receipt: message email, attempt 1", "25 09:05:03 delivery receipt: message email, attempt 2",
		"25 09:10:03 delivery receipt: message email, attempt 3",
	}, labels(w.sim.Advance(time.Hour), id, "email"))
	require.Equal(t, []string{"1 retrying", "2 retrying", "3 delivered"}, w.results())

	w.sim.Advance(9 * 24 * time.Hour)
	require.Empty(t, w.svc.Callbacks(), "they are deleted with the messages")
}

// TestCallbackKeepsWhatItSays: the body and the address are those of the moment it was made.
func TestCallbackKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	w, old := receiving(t)
	old.statuses = []int{500}
	id := w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk").id()
	w.sim.Advance(0)
	young := &receiver{}
	require.NoError(t, w.svc.CallBack(young, "another-token"))
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusPermanentFailure))
	w.sim.Advance(10 * time.Minute)
	require.Equal(t, []string{"delivered", "delivered"}, old.told(t))
	require.Equal(t, old.received()[0], old.received()[1])
	require.Equal(t, []string{"permanent-failure"}, young.told(t))
	require.Equal(t, "Bearer another-token", young.requests[0].Header.Get("Authorization"))
}

// TestRemovedCallback: what waits is given up.
func TestRemovedCallback(t *testing.T) {
	t.Parallel()
	w, r := receiving(t)
	r.statuses = []int{500}
	w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
	w.sim.Advance(0)
	require.NoError(t, w.svc.SetCallback(simulator.CallbackKindDeliveryReceipt, simulator.Callback{}))
	w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
	w.sim.Advance(time.Hour)
	require.Equal(t, []string{"delivered"}, r.told(t))
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	w.sim.Advance(0)
	require.Equal(t, []string{"delivered", "text: Hello"}, r.told(t), "the other kinds stay")
}

// TestCallbackOutsideLocks: a handler may use the simulator, and the sender does not wait for it.
func TestCallbackOutsideLocks(t *testing.T) {
	t.Parallel()
	var w town
	sent, replied := make(chan bool), false
	w = setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"})
	key := w.svc.Key(simulator.KeyTypeTest)
	require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-sent
		w.svc.Dashboard()
		w.sim.Pending()
		if !replied {
			replied = true
			id := w.sendSMS(t, key, "07900900123").id()
			_ = w.svc.SetStatus(id, simulator.StatusTemporaryFailure)
			_, _ = w.svc.ReceiveText("07900900123", "Hello")
		}
	}), callbackToken))
	w.sendEmail(t, key, "jo@example.gov.uk")
	close(sent)
	w.sim.Advance(0)
	require.Equal(t, []string{"1 delivered", "1 delivered", "1 delivered", "1 delivered"}, w.results())
}

// TestLoopBack: a text to the service's own number comes in as its phone shows it.
func TestLoopBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []simulator.KeyType{simulator.KeyTypeLive, simulator.KeyTypeTest} {
		w, r := receiving(t)
		w.sendSMS(t, w.svc.Key(kind), "+44 7700 900880")
		w.sendSMS(t, w.svc.Key(kind), "07900900123")
		w.sim.Advance(0)
		require.Equal(t, []string{"delivered", "text: Town Council: Hello Jo", "delivered"}, r.told(t))
		require.Contains(t, r.received()[1], `"source_number": "GOVUK", "destination_number": "07700900880"`)
		texts := w.do(t, w.svc.Key(kind), "GET", "/v2/received-text-messages", nil).body["received_text_messages"].([]any)
		require.Len(t, texts, 1)
		require.Equal(t, "GOVUK", texts[0].(fields)["user_number"])
	}
}

func TestReturnLetter(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	w, r := receiving(t, simulator.Realistic(), simulator.WithClock(c.Now))
	live := w.svc.Key(simulator.KeyTypeLive)
	id := w.sendLetter(t, live).id()
	require.ErrorContains(t, w.svc.ReturnLetter(id), `its status is "created"`)
	w.sim.Advance(10 * time.Hour)
	require.NoError(t, w.svc.ReturnLetter(id))
	require.ErrorContains(t, w.svc.ReturnLetter(id), `its status is "returned-letter"`)
	w.sim.Advance(0)
	require.Equal(t, []string{"letter"}, r.told(t))
	require.Equal(t, "received", w.status(t, live, id))

	w.sim.Advance(48 * time.Hour)
	require.Equal(t, "received", w.status(t, live, id), "it stays")
	require.Len(t, r.told(t), 1)
	require.ErrorContains(t, w.svc.ReturnLetter(w.sendLetter(t, w.svc.Key(simulator.KeyTypeTest)).id()), "test keys")
	require.ErrorContains(t, w.svc.ReturnLetter(w.sendEmail(t, live, "jo@example.gov.uk").id()), "is no letter")
	require.ErrorContains(t, w.svc.ReturnLetter("x"), "has no message x")
}

// TestManyCallbacks: many simulators, each with senders of its own, post everything once.
func TestManyCallbacks(t *testing.T) {
	t.Parallel()
	for range 50 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			w, r := receiving(t)
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					for range 5 {
						w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
					}
				})
			}
			wait.Wait()
			w.sim.Advance(0)
			require.Len(t, r.received(), 20)
			require.Len(t, w.svc.Callbacks(), 20)
		})
	}
}
