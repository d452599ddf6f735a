package simulator_test

import (
	"encoding/base64"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestFunctionalTestsReading: what the official clients' integration suites check of messages that they read.
func TestFunctionalTestsReading(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	require.NoError(t, sim.LoadFile("testdata/functional_tests.yaml"))
	w := town{sim: sim, svc: sim.Services()[0]}
	test, live := w.svc.Key(simulator.KeyTypeTest), w.svc.Key(simulator.KeyTypeLive)
	const (
		email  = "5b307f9e-c26d-4a01-84b5-9f72d3b06184"
		sms    = "6c4180af-d37e-4b12-95c6-a083e4c17295"
		letter = "7d5291b0-e48f-4c23-a6d7-b194f5d283a6"
	)
	send := func(key, kind string, body fields) answer {
		a := w.do(t, key, "POST", "/v2/notifications/"+kind, body)
		require.Equal(t, 201, a.status, a.raw)
		return a
	}
	read := func(id string) fields { return w.do(t, test, "GET", "/v2/notifications/"+id, nil).body }
	newest := func(key, kind string) fields {
		page := w.do(t, key, "GET", "/v2/notifications?template_type="+kind, nil).body
		require.ElementsMatch(t, []string{"current", "next"}, slices.Collect(maps.Keys(page["links"].(fields))))
		return page["notifications"].([]any)[0].(fields)
	}

	name := fields{"name": "Foo"}
	text := fields{"phone_number": "07900900123", "template_id": sms, "personalisation": name}
	for _, key := range []string{test, live} {
		sent := send(key, "sms", text)
		got := read(sent.id())
		require.Equal(t, got, newest(key, "sms"))
		require.Contains(t, []any{"created", "sending", "delivered"}, got["status"])
		require.Equal(t, true, got["is_cost_data_ready"])
		require.ElementsMatch(t, []string{"billable_sms_fragments", "international_rate_multiplier", "sms_rate"},
			slices.Collect(maps.Keys(got["cost_details"].(fields))))
	}
	file := fields{"file": base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n"))}
	mail := send(test, "email", fields{
		"email_address": "jo@example.org", "template_id": email, "personalisation": fields{"name": file},
	})
	require.Contains(t, mail.body["content"].(fields)["body"], "Hello https://documents.")
	require.Equal(t, true, read(mail.id())["is_cost_data_ready"])
	require.Contains(t, []any{"created", "sending", "delivered"}, newest(test, "email")["status"])

	pdf, err := os.ReadFile("../clients/letter.pdf")
	require.NoError(t, err)
	letters := []answer{
		send(test, "letter", fields{"template_id": letter, "personalisation": fields{
			"address_line_1": "Foo", "address_line_2": "Bar", "postcode": "SW1A 1AA",
		}}),
		send(test, "letter", fields{"reference": "r", "content": base64.StdEncoding.EncodeToString(pdf)}),
	}
	for _, sent := range letters {
		got := read(sent.id())
		require.Equal(t, true, got["is_cost_data_ready"])
		require.Contains(t, []any{"accepted", "received"}, got["status"])
		require.ElementsMatch(t, []string{"billable_sheets_of_paper", "postage"},
			slices.Collect(maps.Keys(got["cost_details"].(fields))))
	}
	require.Equal(t, string(pdf), w.do(t, test, "GET", "/v2/notifications/"+letters[1].id()+"/pdf", nil).raw)

	received := w.do(t, test, "GET", "/v2/received-text-messages", nil).body
	require.ElementsMatch(t, []string{"current", "next"}, slices.Collect(maps.Keys(received["links"].(fields))))
	documented := []string{"content", "created_at", "id", "notify_number", "service_id", "user_number"}
	for _, v := range received["received_text_messages"].([]any) {
		require.ElementsMatch(t, documented, slices.Collect(maps.Keys(v.(fields))))
	}
}
