package simulator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestReadableIDs: an id says what it is the id of, and counts over all services.
func TestReadableIDs(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{
		ReceivedTextNumber: "07700900880", EmailReplyTo: []simulator.ReplyTo{{EmailAddress: "a@b.gov.uk"}},
	}, simulator.WithReadableIDs())
	other, err := w.sim.AddService(simulator.ServiceConfig{Name: "Other"})
	require.NoError(t, err)
	received, err := w.svc.ReceiveText("07900900123", "STOP")
	require.NoError(t, err)
	key := w.svc.Key(simulator.KeyTypeTest)
	added, err := other.AddKey("test", simulator.KeyTypeTest)
	require.NoError(t, err)
	replyTo := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "a@example.com", "template_id": w.email, "personalisation": fields{"name": "Jo"},
		"email_reply_to_id": "33333333-0000-4000-8000-000000000002",
	})
	sender := w.do(t, key, "POST", "/v2/notifications/sms", fields{
		"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
		"sms_sender_id": "33333333-0000-4000-8000-000000000001",
	})
	for what, want := range map[string]string{
		w.svc.ID(): "11111111-0000-4000-8000-000000000001",
		other.ID(): "11111111-0000-4000-8000-000000000002",
		w.svc.Key(simulator.KeyTypeLive): "live-11111111-0000-4000-8000-000000000001" +
			"-22222222-0000-4000-8000-000000000003",
		added:        "test-11111111-0000-4000-8000-000000000002-22222222-0000-4000-8000-000000000004",
		w.sms:        "44444444-0000-4000-8000-000000000001",
		w.letter:     "44444444-0000-4000-8000-000000000003",
		replyTo.id(): "55555555-0000-4000-8000-000000000001",
		sender.id():  "55555555-0000-4000-8000-000000000002",
		received:     "66666666-0000-4000-8000-000000000001",
	} {
		require.Equal(t, want, what)
	}
	require.Equal(t, "88888888000040008000000000000001", replyTo.header.Get("X-B3-TraceId"))
	require.Equal(t, "self-9999999900000002", sender.header.Get("X-B3-SpanId"))
	for range 8 {
		w.sendSMS(t, key, "07900900123")
	}
	require.Equal(t, "55555555-0000-4000-8000-000000000011", w.sendLetter(t, key).id(), "in decimal figures")
	require.True(t, slices.ContainsFunc(w.svc.TestMessages(), func(n simulator.Notification) bool {
		return n.ID == "55555555-0000-4000-8000-000000000010"
	}))
}

// TestReadableIDsAlwaysTheSame: nothing in an answer is left to chance, headers and links included. One option may be
// given to several simulators.
func TestReadableIDsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	option := simulator.WithReadableIDs()
	first, second := everyAnswer(t, option), everyAnswer(t, option)
	require.Equal(t, first, second)
	random, unlike := everyAnswer(t), everyAnswer(t)
	require.Len(t, random, len(first))
	for i := range random {
		require.NotEqual(t, random[i], unlike[i])
		require.NotEqual(t, random[i], first[i])
	}
}

// everyAnswer is what a service answers to a request of each kind.
func everyAnswer(t *testing.T, opts ...simulator.Option) (answers []string) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }
	config := simulator.ServiceConfig{SendFilesContact: "https://www.example.gov.uk", ReceivedTextNumber: "07700900880"}
	w := setup(t, config, append(opts, simulator.WithClock(now))...)
	_, err := w.svc.ReceiveText("07900900123", "STOP")
	require.NoError(t, err)
	key := w.svc.Key(simulator.KeyTypeTest)
	sent := w.sendSMS(t, key, "07900900123")
	for _, a := range []answer{
		sent,
		w.sendEmail(t, key, "jo@example.com"),
		w.sendLetter(t, key),
		w.do(t, key, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": "JVBERi0xLjcK"}),
		w.do(t, key, "POST", "/v2/notifications/email", fields{
			"email_address": "jo@example.com", "template_id": w.email,
			"personalisation": fields{"name": fields{"file": "JVBERi0xLjcK"}},
		}),
		w.do(t, key, "GET", "/v2/notifications/"+sent.id(), nil),
		w.do(t, key, "GET", "/v2/notifications", nil),
		w.do(t, key, "GET", "/v2/templates", nil),
		w.do(t, key, "GET", "/v2/received-text-messages", nil),
		w.do(t, "", "GET", "/v2/templates", nil),
	} {
		headers := slices.Sorted(maps.Keys(a.header))
		all := fmt.Sprint(a.status, " ", a.raw)
		for _, name := range headers {
			all += fmt.Sprintf("\n%s: %s", name, strings.Join(a.header[name], ", "))
		}
		answers = append(answers, all)
	}
	return answers
}

// TestReadableIDsOfMany: no id stands twice, however many send at once.
func TestReadableIDsOfMany(t *testing.T) {
	t.Parallel()
	w := setup(t, unlimited(), simulator.WithReadableIDs())
	key := w.svc.Key(simulator.KeyTypeTest)
	var all sync.WaitGroup
	const senders, sends = 8, 25
	for range senders {
		all.Go(func() {
			for range sends {
				w.sendSMS(t, key, "07900900123")
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for _, n := range w.svc.TestMessages() {
		seen[n.ID] = true
	}
	require.Len(t, seen, senders*sends)
	require.Contains(t, seen, fmt.Sprintf("55555555-0000-4000-8000-%012d", senders*sends))
}

// TestReadableIDsBesideOthers: ids that a test gave are stepped over, and one that was made already is an error.
func TestReadableIDsBesideOthers(t *testing.T) {
	t.Parallel()
	one := simulator.TemplateConfig{
		ID: "44444444-0000-4000-8000-000000000001", Type: simulator.MessageTypeSMS,
		Versions: []simulator.TemplateVersion{{Body: "a"}},
	}
	w := setup(t, simulator.ServiceConfig{Templates: []simulator.TemplateConfig{one}}, simulator.WithReadableIDs())
	require.Equal(t, "44444444-0000-4000-8000-000000000002", w.sms)
	one.ID = w.email
	_, err := w.svc.AddTemplate(one)
	require.ErrorContains(t, err, "stands twice")
	_, err = w.sim.AddService(simulator.ServiceConfig{
		Name:       "A",
		SMSSenders: []simulator.SMSSender{{Sender: "A"}, {ID: "33333333-0000-4000-8000-000000000002", Sender: "B"}},
	})
	require.ErrorContains(t, err, "stands twice")
}
