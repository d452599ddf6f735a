package recipients_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/recipients"
)

// readLines decodes what was seen of the real service, one JSON value a line.
func readLines[T any](t testing.TB, name string) []T {
	t.Helper()
	data, err := os.ReadFile("../internal/recipient/testdata/" + name)
	require.NoError(t, err)
	var list []T
	for line := range strings.Lines(string(data)) {
		var v T
		require.NoError(t, json.Unmarshal([]byte(line), &v), line)
		list = append(list, v)
	}
	require.NotEmpty(t, list)
	return list
}

// says is an error's text, or nothing.
func says(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// everything is a service that may send anywhere.
var everything = recipients.Permissions{InternationalSMS: true, SMSToUKLandlines: true, InternationalLetters: true}

// TestWhatItCosts: the client does not pay for the tables, and who checks recipients does not pay for the client.
func TestWhatItCosts(t *testing.T) {
	t.Parallel()
	deps := func(pkg string) map[string]bool {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
		require.NoError(t, err)
		found := map[string]bool{}
		for name := range strings.FieldsSeq(string(out)) {
			found[name] = true
		}
		return found
	}
	const module, metadata = "github.com/notifykit/notify", "github.com/nyaruka/phonenumbers/v2"
	ours := deps(module + "/recipients")
	require.Contains(t, ours, metadata)
	for _, without := range []string{module, module + "/simulator", "net/http", "testing"} {
		require.NotContains(t, ours, without)
	}
	client := deps(module)
	require.Contains(t, client, "net/http")
	for _, without := range []string{module + "/recipients", module + "/internal/recipient", metadata} {
		require.NotContains(t, client, without)
	}
}

// TestSmokeTestRecipients: the client knows them without the tables, and the simulator with them.
func TestSmokeTestRecipients(t *testing.T) {
	t.Parallel()
	numbers, simulated := 0, 0
	check := func(number string) {
		p, err := recipients.ParsePhone(number, everything)
		if err != nil {
			return
		}
		numbers++
		want := recipient.IsSimulatedPhone(strings.TrimPrefix(p.E164(), "+"))
		if want {
			simulated++
		}
		require.Equal(t, want, notify.IsSmokeTestRecipient(number), "%q", number)
	}
	for _, v := range readLines[struct{ Input string }](t, "phones.jsonl") {
		check(v.Input)
	}
	for _, v := range readLines[[]any](t, "recorded_phones.jsonl") {
		check(v[0].(string))
	}
	require.Greater(t, numbers, 100)
	require.Greater(t, simulated, 2)

	addresses := []string{
		"simulate-delivered@notifications.service.gov.uk", "Simulate-Delivered-2@notifications.service.gov.uk",
		" simulate-delivered-3@notifications.service.gov.uk\u200b", "simulate-delivered-4@notifications.service.gov.uk",
	}
	for _, v := range readLines[[]any](t, "recorded_emails.jsonl") {
		addresses = append(addresses, v[0].(string))
	}
	simulated = 0
	for _, address := range addresses {
		if e, err := recipients.ParseEmail(address); err == nil {
			want := recipient.IsSimulatedEmail(e.String())
			if want {
				simulated++
			}
			require.Equal(t, want, notify.IsSmokeTestRecipient(address), "%q", address)
		}
	}
	require.GreaterOrEqual(t, simulated, 3)
}
