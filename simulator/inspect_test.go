package simulator_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestMessages: the messages of all keys in the order in which they were sent, each with its history.
func TestMessages(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{GuestList: []string{"guest@example.com"}},
		simulator.Realistic(), simulator.WithClock(c.Now))
	require.Empty(t, w.svc.Messages())
	ids := []string{
		w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "+33 6 12 34 56 78").id(),
		w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900 900123").id(),
		w.sendEmail(t, w.svc.Key(simulator.KeyTypeTeam), "guest@example.com").id(),
		w.sendLetter(t, w.svc.Key(simulator.KeyTypeLive)).id(),
		w.sendLetter(t, w.svc.Key(simulator.KeyTypeTest)).id(),
	}
	all := w.svc.Messages()
	for i, n := range all {
		require.Equal(t, ids[i], n.ID)
		require.Equal(t, []simulator.StatusChange{{Status: simulator.StatusCreated, At: n.CreatedAt}}, n.History)
		require.Equal(t, n.Type == simulator.MessageTypeEmail || i == 3, n.CostKnown, "as the API says")
	}
	w.sim.Advance(5 * time.Second)
	all = w.svc.Messages()
	require.Len(t, all, len(ids))
	at := func(status simulator.Status, seconds int) simulator.StatusChange {
		return simulator.StatusChange{Status: status, At: c.now.Add(time.Duration(seconds) * time.Second)}
	}
	text := all[1]
	require.Equal(t, []simulator.StatusChange{
		{Status: simulator.StatusCreated, At: text.CreatedAt}, at(simulator.StatusSending, 1),
		at(simulator.StatusPending, 3), at(simulator.StatusDelivered, 5),
	}, text.History)
	require.Equal(t, 1, text.Fragments)
	require.Equal(t, 1, text.RateMultiplier)
	require.True(t, text.CostKnown)
	require.InDelta(t, 0.0233, text.CostInPounds, 1e-9)
	require.Equal(t, "GOVUK", text.Sender)
	require.Greater(t, all[0].RateMultiplier, 1, "abroad")
	require.Equal(t, "town.council@notifications.service.gov.uk", all[2].Sender)
	require.Zero(t, all[2].CostInPounds)
	require.True(t, all[2].CostKnown)
	require.Equal(t, []int{1, 0}, []int{all[3].Sheets, all[4].Sheets}, "letters of test keys are not printed")
	require.Positive(t, all[3].CostInPounds)
	require.Empty(t, all[3].Sender)

	one, ok := w.svc.Notification(ids[1])
	require.True(t, ok)
	require.Equal(t, text, one)
	require.Equal(t, []simulator.Notification{all[3], all[2], all[1]}, w.svc.Dashboard())
	require.Equal(t, []simulator.Notification{all[4], all[0]}, w.svc.TestMessages())
}

// TestMessagesAreCopies: whatever a test does to what it is shown, the simulator keeps its own.
func TestMessagesAreCopies(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{SendFilesContact: "https://www.example.gov.uk/contact"})
	key := w.svc.Key(simulator.KeyTypeTest)
	id := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "jo@example.gov.uk", "template_id": w.email, "personalisation": fields{
			"name": fields{"file": base64.StdEncoding.EncodeToString([]byte("content"))}, "list": []string{"a", "b"},
		},
	}).id()
	before := w.svc.Messages()
	spoil := w.svc.Messages()[0]
	spoil.History[0].Status = simulator.StatusCancelled
	spoil.Files[0].Content[0] = 'X'
	spoil.Personalisation["list"].([]any)[0] = "X"
	require.Equal(t, before, w.svc.Messages())
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusTechnicalFailure))
	require.Len(t, before[0].History, 3)
	require.Len(t, w.svc.Messages()[0].History, 4)
}

// TestReplyTo: an email has the reply-to address that the send names, or the default.
func TestReplyTo(t *testing.T) {
	t.Parallel()
	const other = "a9f1cbe5-1d4f-4c04-9e0a-9a1d53b1bd36"
	w := setup(t, simulator.ServiceConfig{EmailReplyTo: []simulator.ReplyTo{
		{EmailAddress: "office@example.gov.uk"}, {ID: other, EmailAddress: "other@example.gov.uk"},
	}, SMSSenders: []simulator.SMSSender{{Sender: "07700 900 500"}}})
	key := w.svc.Key(simulator.KeyTypeTest)
	w.sendEmail(t, key, "jo@example.gov.uk")
	w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "jo@example.gov.uk", "template_id": w.email, "personalisation": fields{"name": "Jo"},
		"email_reply_to_id": other,
	})
	w.sendSMS(t, key, "07900900123")
	all := w.svc.Messages()
	require.Len(t, all, 3)
	require.Equal(t, "office@example.gov.uk", all[0].ReplyTo)
	require.Equal(t, "other@example.gov.uk", all[1].ReplyTo)
	require.Empty(t, all[2].ReplyTo)
	require.Equal(t, "447700900500", all[2].Sender)
}
