package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// Some characters make the real service fail, wherever it reduces a string to a smaller alphabet. It fails after the
// check for missing personalisation and before any other check.
func TestCharactersThatFail(t *testing.T) {
	t.Parallel()
	const note = "\U0001d15e"
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	template := w.addTemplate(t, simulator.MessageTypeSMS, "", note+"((name)) ((shown??"+note+"))")
	values := fields{"name": "Jo", "shown": "no"}
	previewed := func(personalisation fields) answer {
		t.Helper()
		return w.do(t, key, "POST", "/v2/template/"+template+"/preview", fields{"personalisation": personalisation})
	}
	send := func(kind string, body fields) answer {
		t.Helper()
		return w.do(t, key, "POST", "/v2/notifications/"+kind, body)
	}
	text := func(template string, personalisation fields) fields {
		return fields{"phone_number": "07900900123", "template_id": template, "personalisation": personalisation}
	}
	unknownSender := text(template, values)
	unknownSender["sms_sender_id"] = template
	letter := func(name, line1, line3 string) fields {
		return fields{"template_id": w.letter, "personalisation": fields{
			"name": name, "address_line_1": line1, "address_line_2": "123 High Street", "address_line_3": line3,
		}}
	}
	for name, got := range map[string]answer{
		"preview":        previewed(values),
		"text":           send("sms", text(template, values)),
		"unknown sender": send("sms", unknownSender),
		"value":          send("sms", text(w.sms, fields{"name": note})),
		"number":         send("sms", fields{"phone_number": "07900" + note, "template_id": "x", "other": 1}),
		"country":        send("letter", letter("Jo", "Amala Bird", "Fran"+note+"ce")),
	} {
		require.Equal(t, 500, got.status, name)
		failure := fields{"error": "ValueError", "message": "Internal server error"}
		require.Equal(t, fields{"errors": []any{failure}, "status_code": 500.0}, got.body, name)
	}

	require.Equal(t, "Missing personalisation: name", previewed(fields{"shown": "no"}).message())
	require.Equal(t, 200, w.do(t, key, "GET", "/v2/template/"+template, nil).status)
	email := fields{"email_address": "a@example.com", "template_id": w.email, "personalisation": fields{"name": note}}
	require.Equal(t, 201, send("email", email).status)
	require.Equal(t, 201, send("letter", letter(note, "Amala"+note, "SW14 6BF")).status)
}

// TestComparedCharactersThatFail: when recipients are compared, each is read as a number first, even an email address.
func TestComparedCharactersThatFail(t *testing.T) {
	t.Parallel()
	const address, guest = "a@\ufa6c.example.com", "b@example.com"
	failed := func(a answer) bool {
		return a.status == 500 && strings.Contains(a.raw, `{"error":"ValueError","message":"Internal server error"}`)
	}
	w := setup(t, simulator.ServiceConfig{TrialMode: true, GuestList: []string{guest, address}})
	for name, c := range map[string]struct {
		kind     simulator.KeyType
		to       string
		accepted bool
	}{
		"list, team key":       {simulator.KeyTypeTeam, guest, false},
		"list, trial mode":     {simulator.KeyTypeLive, guest, false},
		"list, test key":       {simulator.KeyTypeTest, guest, true},
		"recipient and no key": {simulator.KeyTypeTest, address, true},
	} {
		a := w.sendEmail(t, w.svc.Key(c.kind), c.to)
		require.Equal(t, !c.accepted, failed(a), "%s: %s", name, a.raw)
		require.Equal(t, c.accepted, a.status == 201, "%s: %s", name, a.raw)
	}

	w = setup(t, simulator.ServiceConfig{TrialMode: true, GuestList: []string{guest}})
	require.Equal(t, 201, w.sendEmail(t, w.svc.Key(simulator.KeyTypeTeam), guest).status)
	require.True(t, failed(w.sendEmail(t, w.svc.Key(simulator.KeyTypeTeam), address)))
	require.True(t, failed(w.sendEmail(t, w.svc.Key(simulator.KeyTypeLive), address)))
	require.NoError(t, w.svc.AddTeamMember(simulator.TeamMember{
		EmailAddress: "c@example.com", MobileNumber: "07900900123 \U0001d15e",
	}))
	require.True(t, failed(w.sendEmail(t, w.svc.Key(simulator.KeyTypeTeam), guest)), "a member of the team")
}
