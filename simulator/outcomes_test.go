package simulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestSetOutcome: what is set for a recipient holds for every type of key, in every spelling, and before all else that
// decides how a message ends.
func TestSetOutcome(t *testing.T) {
	t.Parallel()
	const failed = simulator.StatusTechnicalFailure
	for name, c := range map[string]struct{ set, sent, other string }{
		"number":                  {"07900 900123", "+44 7900 900123", "07900900124"},
		"number in brackets":      {"+44(0)7900900123", "07900900123", "07900900321"},
		"address":                 {"Jo@Example.com", " jo@example.COM", "joe@example.com"},
		"fails temporarily":       {"07700 900 003", "07700900003", ""},
		"fails for good":          {"perm-fail@simulator.notify", "perm-fail@simulator.notify", ""},
		"no receipts from there":  {"+54 9 11 2345 6789", "+5491123456789", ""},
		"letters before an @":     {"0790@example.com", "0790@example.com", "07900900123"},
		"fails only without rule": {"temp-fail@simulator.notify", "TEMP-FAIL@simulator.notify", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
				return simulator.StatusTemporaryFailure
			}))
			require.NoError(t, w.svc.AddToGuestList(c.sent))
			require.NoError(t, w.svc.SetOutcome(c.set, failed))
			for _, kind := range []simulator.KeyType{simulator.KeyTypeTest, simulator.KeyTypeTeam, simulator.KeyTypeLive} {
				key := w.svc.Key(kind)
				require.Equal(t, string(failed), w.status(t, key, w.sendTo(t, key, c.sent).id()), kind)
			}
			test := w.svc.Key(simulator.KeyTypeTest)
			if c.other != "" {
				require.Equal(t, "delivered", w.status(t, test, w.sendTo(t, test, c.other).id()))
			}
			require.NoError(t, w.svc.SetOutcome(c.sent, ""))
			require.NotEqual(t, string(failed), w.status(t, test, w.sendTo(t, test, c.sent).id()), "it was taken back")
		})
	}
}

// sendTo sends a text or an email.
func (w town) sendTo(t testing.TB, key, to string) answer {
	t.Helper()
	a := w.sendSMS(t, key, to)
	if a.status != 201 {
		a = w.sendEmail(t, key, to)
	}
	require.Equal(t, 201, a.status, a.raw)
	return a
}

// TestSetOutcomeDelivered: a rule can bring a receipt where there would be none, and "sent" where one would come.
func TestSetOutcomeDelivered(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{Outcomes: []simulator.OutcomeConfig{
		{Recipient: "+5491123456789", Status: simulator.StatusDelivered},
		{Recipient: "07900900123", Status: simulator.StatusSent},
		{Recipient: "07700900002", Status: simulator.StatusDelivered},
	}})
	key := w.svc.Key(simulator.KeyTypeTest)
	for to, want := range map[string]string{
		"+5491123456789": "delivered", "+5491123456788": "sent", "07900900123": "sent", "07700900002": "delivered",
	} {
		require.Equal(t, want, w.status(t, key, w.sendSMS(t, key, to).id()), to)
	}
	require.Equal(t, "received", w.status(t, key, w.sendLetter(t, key).id()), "letters are not concerned")
}

// TestSetOutcomeComesLater: the outcome that was set when the message was accepted comes when it is due.
func TestSetOutcomeComesLater(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	w := setup(t, simulator.ServiceConfig{},
		simulator.WithOutcomeDelay(time.Minute), simulator.WithClock(func() time.Time { return now }))
	key := w.svc.Key(simulator.KeyTypeTest)
	require.NoError(t, w.svc.SetOutcome("07900900123", simulator.StatusPermanentFailure))
	id := w.sendSMS(t, key, "07900900123").id()
	require.NoError(t, w.svc.SetOutcome("07900900123", ""))
	require.Equal(t, "sending", w.status(t, key, id))
	now = now.Add(time.Minute)
	require.Equal(t, "permanent-failure", w.status(t, key, id))
}

// TestSetOutcomeErrors: a rule that could never be obeyed is refused, in Go and in a file.
func TestSetOutcomeErrors(t *testing.T) {
	t.Parallel()
	const neither = ".recipient: this is neither a phone number nor an email address; a letter has no such outcome"
	const forgotten = ".recipient: this is a smoke-test recipient, whose messages are accepted and forgotten"
	for name, c := range map[string]struct{ to, status, want string }{
		"nobody":         {"", "delivered", neither},
		"name":           {"amala", "delivered", neither},
		"postcode":       {"SW14 6BF", "delivered", neither},
		"half a number":  {"0790", "delivered", neither},
		"smoke test":     {"07700 900 111", "delivered", forgotten},
		"smoke test too": {"Simulate-Delivered@notifications.service.gov.uk", "delivered", forgotten},
		"status":         {"07900900123", "failed", `.status: "failed" is no status of a message`},
		"letters":        {"jo@example.com", "returned-letter", `.status: only letters have the status "returned-letter"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{})
			require.EqualError(t, w.svc.SetOutcome(c.to, simulator.Status(c.status)), "simulator: "+c.want)
			more := "outcomes: [{recipient: '" + c.to + "', status: " + c.status + "}]"
			require.ErrorContains(t, simulator.New().Load(oneService(more)), "line 2: .services[0].outcomes[0]"+c.want)
		})
	}
	for more, want := range map[string]string{
		"outcomes: [{recipient: 07900900123}]": `.outcomes[0].status: "" is no status`,
		"outcomes: [{recipient: 07900900123, status: sent}, {recipient: '+447900900123', status: sent}]": `.outcomes[1].` +
			`recipient: this recipient stands twice`,
		"outcomes: {}": ".outcomes: want a list",
	} {
		require.ErrorContains(t, simulator.New().Load(oneService(more)), want)
	}
}

// TestSetOutcomeTwice: the last word counts, and what was given when the service was made is not changed.
func TestSetOutcomeTwice(t *testing.T) {
	t.Parallel()
	given := []simulator.OutcomeConfig{{Recipient: "jo@example.com", Status: simulator.StatusTemporaryFailure}}
	w := setup(t, simulator.ServiceConfig{Outcomes: given})
	key := w.svc.Key(simulator.KeyTypeTest)
	got := map[string]bool{w.status(t, key, w.sendEmail(t, key, "jo@example.com").id()): true}
	require.NoError(t, w.svc.SetOutcome("JO@example.com", simulator.StatusPermanentFailure))
	got[w.status(t, key, w.sendEmail(t, key, "jo@example.com").id())] = true
	require.Equal(t, map[string]bool{"temporary-failure": true, "permanent-failure": true}, got)
	require.Equal(t, simulator.StatusTemporaryFailure, given[0].Status)
}
