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

// labels are what happened or is to happen, with the time of day, and with the names of messages for their ids.
func labels(events []simulator.Event, names ...string) []string {
	var list []string
	for _, e := range events {
		list = append(list, e.At.Format("2 15:04:05 ")+strings.NewReplacer(names...).Replace(e.Label))
	}
	return list
}

// TestAdvance: what is due happens in order, at its own time, and the rest stays to come.
func TestAdvance(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.Realistic(), simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	text, email := w.sendSMS(t, key, "07700900003").id(), w.sendEmail(t, key, "jo@example.gov.uk").id()
	letter := w.sendLetter(t, key).id()
	names := []string{text, "text", email, "email", letter, "letter"}
	require.Equal(t, "created", w.status(t, key, text))

	require.Equal(t, []string{
		"25 17:00:01 sending: message text", "25 17:00:01 sending: message email",
		"25 17:00:03 pending: message text", "25 17:00:03 delivered: message email",
		"25 17:00:05 delivered: message text", "25 17:00:05 PDF ready: message letter",
		"25 17:50:00 sending: message letter", "26 00:00:00 midnight: daily limits of Town Council",
		"26 03:00:00 clean-up of Town Council", "26 16:00:00 delivered: message letter",
	}, labels(w.sim.Pending(), names...))
	require.Len(t, w.sim.Advance(2*time.Second), 2)
	require.Equal(t, "sending", w.status(t, key, text))
	require.Len(t, w.sim.AdvanceToNext(), 2)
	require.Equal(t, c.now.Add(3*time.Second), w.sim.Now())
	require.Equal(t, "pending", w.status(t, key, text))
	require.Equal(t, "delivered", w.status(t, key, email))
	require.Equal(t, []string{
		"25 17:00:05 delivered: message text", "25 17:00:05 PDF ready: message letter",
	}, labels(w.sim.AdvanceToNext(), names...))
	require.Empty(t, w.sim.Advance(time.Minute))
	require.Len(t, w.sim.Advance(24*time.Hour), 4)
	require.Equal(t, "received", w.status(t, key, letter))
	n, ok := w.svc.Notification(letter)
	require.True(t, ok)
	require.Equal(t, time.Date(2026, 11, 25, 17, 50, 0, 0, time.UTC), n.SentAt)
	require.Equal(t, time.Date(2026, 11, 26, 16, 0, 0, 0, time.UTC), n.CompletedAt)

	before := w.sim.Now()
	require.Empty(t, w.sim.Advance(-time.Hour))
	require.Equal(t, before.Add(-time.Hour), w.sim.Now())
	require.Equal(t, "received", w.status(t, key, letter), "nothing is undone")
	w.sim.Advance(365 * 24 * time.Hour)
	require.Empty(t, w.sim.Pending())
	require.Empty(t, w.sim.AdvanceToNext())
	require.Empty(t, w.svc.Dashboard())
}

// TestAdvanceLimits: the rate limit and the daily limit follow the clock that is moved.
func TestAdvanceLimits(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{RateLimit: 3, DailyLimits: simulator.DailyLimits{Email: new(2)}},
		simulator.WithStart(time.Date(2026, 11, 25, 23, 50, 0, 0, time.UTC)))
	key := w.svc.Key(simulator.KeyTypeLive)
	send := func() string { return w.sendEmail(t, key, "jo@example.gov.uk").message() }
	require.Empty(t, send())
	require.Contains(t, send(), "Exceeded rate limit")
	w.sim.Advance(time.Minute)
	require.Empty(t, send())
	w.sim.Advance(time.Minute)
	require.Contains(t, send(), "Exceeded send limits")
	w.sim.Advance(8 * time.Minute)
	require.Empty(t, send(), "midnight is over")
}

// TestTimeOut: Notify gives up waiting after 72 hours, in the night.
func TestTimeOut(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]simulator.Option{
		"never": {simulator.WithOutcomes(func(simulator.Notification) simulator.Status { return simulator.StatusSending })},
		"late":  {simulator.WithOutcomeDelay(100 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Date(2026, 11, 22, 0, 5, 1, 0, time.UTC)
			c := &clock{now: start}
			w := setup(t, simulator.ServiceConfig{}, append(opts, simulator.WithClock(c.Now))...)
			key := w.svc.Key(simulator.KeyTypeLive)
			id := w.sendSMS(t, key, "07900900123").id()
			w.sim.Advance(96*time.Hour - 2*time.Second)
			require.Equal(t, "sending", w.status(t, key, id))
			w.sim.Advance(time.Second)
			require.Equal(t, "temporary-failure", w.status(t, key, id))
			w.sim.Advance(24 * time.Hour)
			require.Equal(t, "temporary-failure", w.status(t, key, id), "a receipt that comes later is ignored")
		})
	}
}

// TestPlans: each type keeps to its own times, whichever key it is sent with.
func TestPlans(t *testing.T) {
	t.Parallel()
	plan := simulator.Plan{
		SMS:       simulator.Timing{Sending: 500 * time.Millisecond, Pending: time.Second, Outcome: time.Minute},
		Email:     simulator.Timing{Outcome: -time.Hour},
		Letter:    simulator.Timing{Sending: time.Hour, Outcome: time.Hour},
		VirusScan: time.Minute,
	}
	for _, kind := range []simulator.KeyType{simulator.KeyTypeLive, simulator.KeyTypeTest} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := &clock{now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
			w := setup(t, simulator.ServiceConfig{}, simulator.WithPlan(plan), simulator.WithClock(c.Now))
			key := w.svc.Key(kind)
			text, abroad := w.sendSMS(t, key, "07900900123").id(), w.sendSMS(t, key, "+33 6 12 34 56 78").id()
			email, letter := w.sendEmail(t, key, "jo@example.gov.uk").id(), w.sendLetter(t, key).id()
			uploaded := w.do(t, key, "POST", "/v2/notifications/letter", fields{
				"reference": "r", "content": base64.StdEncoding.EncodeToString(drawn(t, 1)),
			}).id()
			seen := func() (all []string) {
				for _, id := range []string{text, abroad, email, letter, uploaded} {
					all = append(all, w.status(t, key, id))
				}
				return all
			}
			require.Equal(t, []string{"created", "created", "delivered", "accepted", "pending-virus-check"}, seen())
			w.sim.Advance(time.Second)
			require.Equal(t, []string{"sending", "sent"}, seen()[:2])
			w.sim.Advance(time.Second)
			require.Equal(t, []string{"pending", "sent"}, seen()[:2])
			w.sim.Advance(time.Minute)
			require.Equal(t, "delivered", seen()[0])
			require.NotEqual(t, "pending-virus-check", seen()[4])
			w.sim.Advance(time.Hour)
			n, _ := w.svc.Notification(letter)
			require.Equal(t, simulator.StatusSending, n.Status)
			w.sim.Advance(61 * time.Minute)
			require.Equal(t, []string{"received", "received"}, seen()[3:])
		})
	}
}

// TestTimeInBubble: in a bubble of testing/synctest the clock of the bubble is enough, and can be moved besides.
func TestTimeInBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{}, simulator.Realistic())
		key := w.svc.Key(simulator.KeyTypeTest)
		id := w.sendEmail(t, key, "jo@example.gov.uk").id()
		time.Sleep(3 * time.Second)
		require.Equal(t, "delivered", w.status(t, key, id))
		w.sim.Advance(9 * 24 * time.Hour)
		require.Equal(t, 404, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
	})
}
