package simulator_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestOutcomeDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(10*time.Second))
		key := w.svc.Key(simulator.KeyTypeTest)
		first := w.sendSMS(t, key, "07700900003").id()
		time.Sleep(5 * time.Second)
		second := w.sendEmail(t, key, "someone@example.com").id()
		letter := w.sendLetter(t, key).id()

		require.Equal(t, "sending", w.status(t, key, first))
		require.Equal(t, "accepted", w.status(t, key, letter))
		time.Sleep(5 * time.Second)
		require.Equal(t, "temporary-failure", w.status(t, key, first))
		require.Equal(t, "sending", w.status(t, key, second))
		time.Sleep(5 * time.Second)
		require.Equal(t, "delivered", w.status(t, key, second))
		require.Equal(t, "received", w.status(t, key, letter))

		n, ok := w.svc.Notification(first)
		require.True(t, ok)
		require.Equal(t, 10*time.Second, n.CompletedAt.Sub(n.CreatedAt))
	})
}

// TestLateReceipts: a receipt brings more than the outcome, and a test sees that when the receipt is due, even if it
// makes no request.
func TestLateReceipts(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(10*time.Second), simulator.WithClock(c.Now))
	test, live := w.svc.Key(simulator.KeyTypeTest), w.svc.Key(simulator.KeyTypeLive)
	text := w.sendSMS(t, test, "07900900123").id()
	letter := w.do(t, live, "POST", "/v2/notifications/letter", fields{
		"reference": "r", "content": base64.StdEncoding.EncodeToString(drawn(t, 1)),
	}).id()
	fragments := func() any {
		return w.do(t, test, "GET", "/v2/notifications/"+text, nil).body["cost_details"].(fields)["billable_sms_fragments"]
	}
	require.EqualValues(t, 0, fragments())
	require.Equal(t, simulator.StatusPendingVirusCheck, w.svc.Dashboard()[0].Status)
	require.Zero(t, w.svc.Dashboard()[0].SentAt)
	require.Zero(t, w.svc.Usage().CostInPounds)

	c.advance(10 * time.Second)
	require.InDelta(t, 0.68, w.svc.Usage().CostInPounds, 1e-9)
	n, _ := w.svc.Notification(letter)
	require.Equal(t, simulator.StatusDelivered, n.Status)
	require.Equal(t, c.now, n.SentAt)
	require.Equal(t, simulator.StatusDelivered, w.svc.TestMessages()[0].Status)
	require.EqualValues(t, 1, fragments())
}

func TestNegativeOutcomeDelay(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(-time.Second))
	key := w.svc.Key(simulator.KeyTypeTest)
	require.Equal(t, "temporary-failure", w.status(t, key, w.sendSMS(t, key, "07700900003").id()))
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomes(func(n simulator.Notification) simulator.Status {
		if n.Status != simulator.StatusCreated || n.CreatedAt.IsZero() {
			return simulator.StatusTechnicalFailure
		}
		if strings.HasPrefix(n.To, "lost") {
			return simulator.StatusPermanentFailure
		}
		return ""
	}))
	live, test := w.svc.Key(simulator.KeyTypeLive), w.svc.Key(simulator.KeyTypeTest)
	require.Equal(t, "permanent-failure", w.status(t, live, w.sendEmail(t, live, "lost@example.com").id()))
	require.Equal(t, "delivered", w.status(t, live, w.sendEmail(t, live, "found@example.com").id()))
	require.Equal(t, "delivered", w.status(t, test, w.sendEmail(t, test, "lost@example.com").id()),
		"test keys go by their recipients")
}

// TestUnknownOutcome: a mistake in a test shows where it was made.
func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	outcomes := func(n simulator.Notification) simulator.Status {
		if strings.HasPrefix(n.To, "lost") {
			return "lost"
		}
		return ""
	}
	limited := simulator.ServiceConfig{DailyLimits: simulator.DailyLimits{Email: new(1)}}
	w := setup(t, limited, simulator.WithOutcomes(outcomes))
	key := w.svc.Key(simulator.KeyTypeLive)
	for range 2 {
		refused := w.sendEmail(t, key, "lost@example.com")
		require.Equal(t, 500, refused.status)
		require.Contains(t, refused.message(), `WithOutcomes returned "lost"`)
	}
	require.Empty(t, w.svc.Dashboard())
	require.Equal(t, 201, w.sendEmail(t, key, "found@example.com").status, "nothing was counted")
}

func TestSetStatus(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	id := w.sendLetter(t, key).id()
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusReturnedLetter))
	require.Equal(t, "received", w.status(t, key, id))
	n, _ := w.svc.Notification(id)
	require.Equal(t, simulator.StatusReturnedLetter, n.Status)
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusTechnicalFailure))
	require.Contains(t, w.do(t, key, "GET", "/v2/notifications/"+id+"/pdf", nil).message(), "technical-failure")
	require.ErrorContains(t, w.svc.SetStatus(id, "lost"), "no status")
	require.ErrorContains(t, w.svc.SetStatus("00000000-0000-0000-0000-000000000000", simulator.StatusSent), "no message")
}

// TestSetStatusOfLetters: a text or an email can't have a status that only letters have.
func TestSetStatusOfLetters(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	ids := []string{w.sendSMS(t, key, "07900900123").id(), w.sendEmail(t, key, "someone@example.gov.uk").id()}
	letter := w.sendLetter(t, key).id()
	for _, status := range []simulator.Status{
		simulator.StatusReturnedLetter, simulator.StatusPendingVirusCheck, simulator.StatusCancelled,
		simulator.StatusVirusScanFailed, simulator.StatusValidationFailed,
	} {
		require.NoError(t, w.svc.SetStatus(letter, status))
		for _, id := range ids {
			require.EqualError(t, w.svc.SetStatus(id, status),
				`simulator: only letters have the status "`+string(status)+`"`)
			require.Equal(t, "delivered", w.status(t, key, id))
		}
	}
}

// TestSetByHand: a scheduled outcome does not replace a status set by a test, whenever and in whatever order messages
// are read.
func TestSetByHand(t *testing.T) {
	t.Parallel()
	const delay = 10 // in seconds, like all numbers below
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	seconds := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	for name, c := range map[string]struct {
		setAt  []int // when the status is set to sending
		looks  []int // when another message is read, in this order
		before bool  // also read before the status is set
	}{
		"before it is due":              {setAt: []int{5}},
		"at the moment it is due":       {setAt: []int{delay}},
		"later, with no look between":   {setAt: []int{20}},
		"later, with a look between":    {setAt: []int{20}, before: true},
		"twice":                         {setAt: []int{5, 20}},
		"and the clock goes back":       {setAt: []int{20, 5}, before: true},
		"and looks come in no order":    {setAt: []int{5}, looks: []int{30, 6, 10}},
		"and the looks were first late": {setAt: []int{5}, looks: []int{30, 0}, before: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := &clock{now: start}
			w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(delay*time.Second), simulator.WithClock(now.Now))
			key := w.svc.Key(simulator.KeyTypeTest)
			other, id := w.sendSMS(t, key, "07900900123").id(), w.sendSMS(t, key, "07900900123").id()
			look := func() {
				for _, at := range c.looks {
					now.now = seconds(at)
					w.status(t, key, other)
				}
			}
			if c.before {
				now.now = start.Add(15 * time.Second)
				require.Equal(t, "delivered", w.status(t, key, other))
				look()
			}
			for _, at := range c.setAt {
				now.now = seconds(at)
				require.NoError(t, w.svc.SetStatus(id, simulator.StatusSending))
				require.Equal(t, "sending", w.status(t, key, id))
			}
			look()
			now.now = start.Add(time.Minute)
			require.Equal(t, "sending", w.status(t, key, id))
			require.Equal(t, "delivered", w.status(t, key, other))
			n, ok := w.svc.Notification(id)
			require.True(t, ok)
			require.Zero(t, n.CompletedAt)
		})
	}
}

// TestOutcomeOfADeletedMessage: an outcome that is due after its message was deleted has no effect.
func TestOutcomeOfADeletedMessage(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
	short := simulator.ServiceConfig{Retention: simulator.Retention{SMS: 3}}
	w := setup(t, short, simulator.WithOutcomeDelay(10*24*time.Hour), simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	old := w.sendSMS(t, key, "07700900003").id()
	c.advance(9 * 24 * time.Hour)
	require.Equal(t, 404, w.do(t, key, "GET", "/v2/notifications/"+old, nil).status)
	recent := w.sendSMS(t, key, "07900900123").id() // where the old one was
	c.advance(2 * 24 * time.Hour)
	require.Equal(t, "sending", w.status(t, key, recent))
	for status, want := range map[string]int{"": 1, "?status=sending": 1, "?status=temporary-failure": 0} {
		require.Len(t, w.do(t, key, "GET", "/v2/notifications"+status, nil).body["notifications"], want, status)
	}
	require.Len(t, w.svc.TestMessages(), 1)
}

func TestRetention(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{Retention: simulator.Retention{Email: 30}, ReceivedTextNumber: "07700900880"},
		simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeTest)
	sms, email := w.sendSMS(t, key, "07900900123").id(), w.sendEmail(t, key, "someone@example.com").id()
	_, err := w.svc.ReceiveText("07900900123", "Hi")
	require.NoError(t, err)

	get := func(id string) int { return w.do(t, key, "GET", "/v2/notifications/"+id, nil).status }
	c.now = time.Date(2026, 11, 10, 2, 59, 0, 0, time.UTC)
	require.Equal(t, 200, get(sms))
	c.now = time.Date(2026, 11, 10, 3, 1, 0, 0, time.UTC)
	require.Equal(t, 404, get(sms))
	require.Equal(t, 200, get(email))
	list := w.do(t, key, "GET", "/v2/notifications", nil)
	require.Len(t, list.body["notifications"], 1)
	require.Empty(t, w.do(t, key, "GET", "/v2/notifications?older_than="+sms, nil).body["notifications"])
	require.Empty(t, w.do(t, key, "GET", "/v2/received-text-messages", nil).body["received_text_messages"])
	require.Len(t, w.svc.TestMessages(), 1)
}
