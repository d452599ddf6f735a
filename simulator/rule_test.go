package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestEveryRefusalHasARule: what the simulator refuses in this test is most of what people get wrong.
func TestEveryRefusalHasARule(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{TrialMode: true, Permissions: []simulator.Permission{"sms", "email", "letter"}})
	key := w.svc.Key(simulator.KeyTypeTest)
	body := func(template string, more map[string]any) map[string]any {
		b := map[string]any{"template_id": template, "personalisation": map[string]any{"name": "Jo"}}
		for k, v := range more {
			b[k] = v
		}
		return b
	}
	address := func(lines ...string) map[string]any {
		m := map[string]any{"name": "Jo"}
		for i, line := range lines {
			m["address_line_"+string(rune('1'+i))] = line
		}
		return map[string]any{"personalisation": m}
	}
	type anyOf = map[string]any
	for _, c := range []struct {
		key, kind string
		body      any
		field     string
	}{
		{key, "sms", body(w.sms, nil), "phone_number"},
		{key, "sms", body("no", anyOf{"phone_number": "07900900123"}), "template_id"},
		{key, "sms", body(w.email, anyOf{"phone_number": "07900900123"}), "template_id"},
		{key, "sms", body(w.sms, anyOf{"phone_number": "0790090012"}), "phone_number"},
		{key, "sms", body(w.sms, anyOf{"phone_number": 7}), "phone_number"},
		{key, "sms", body(w.sms, anyOf{"phone_number": "+33611223344"}), "phone_number"},
		{key, "sms", body(w.sms, anyOf{"phone_number": "07900900123", "personalisation": anyOf{}}), "personalisation"},
		{key, "sms", body(w.sms, anyOf{"phone_number": "07900900123", "typo": 1}), ""},
		{key, "email", body(w.email, anyOf{"email_address": "jo"}), "email_address"},
		{key, "email", body(w.email, anyOf{"email_address": "jo@example.com", "email_reply_to_id": "x"}),
			"email_reply_to_id"},
		{key, "email", body(w.email, anyOf{"email_address": "jo@example.com", "scheduled_for": "x"}), "scheduled_for"},
		{key, "letter", body(w.letter, address("a", "b")), "personalisation"},
		{key, "letter", body(w.letter, address("a", "b", "c")), "personalisation"},
		{key, "letter", body(w.letter, address("1", "2", "3", "4", "5", "6", "7", "SW1A 1AA")), "personalisation"},
		{key, "letter", body(w.letter, address("!", "2", "SW1A 1AA")), "personalisation"},
		{key, "letter", anyOf{"reference": "r", "content": "abcde"}, "content"},
		{w.svc.Key(simulator.KeyTypeTeam), "letter", body(w.letter, address("a", "b", "SW1A 1AA")), ""},
		{w.svc.Key(simulator.KeyTypeTeam), "sms", body(w.sms, anyOf{"phone_number": "07900900123"}), ""},
		{w.svc.Key(simulator.KeyTypeLive), "sms", body(w.sms, anyOf{"phone_number": "07900900123"}), ""},
		{"x-" + w.svc.ID() + "-" + w.svc.ID(), "sms", anyOf{}, "Authorization"},
		{"x-" + w.sms + "-" + w.svc.ID(), "sms", anyOf{}, "Authorization"},
	} {
		got := w.do(t, c.key, "POST", "/v2/notifications/"+c.kind, c.body)
		require.GreaterOrEqual(t, got.status, 400, "%v", c.body)
		errs := w.last(t).Errors
		require.NotEmpty(t, errs)
		for _, e := range errs {
			require.NotEmpty(t, e.Rule(), "%+v", e)
			require.Equal(t, c.field, e.Field(), "%+v", e)
		}
	}
	for _, path := range []string{"/v2/nothing", "/v2/notifications/" + w.sms, "/v2/templates?type=fax"} {
		require.NotEmpty(t, w.errorOf(t, key, path).Rule(), path)
	}
	made := simulator.RequestError{Class: "SomeError", Message: "made up"}
	require.Empty(t, made.Rule())
	require.Empty(t, made.Field())
	require.Empty(t, simulator.RequestError{Class: "ValidationError", Message: "<b> x"}.Field())
}

func (w town) errorOf(t *testing.T, key, path string) simulator.RequestError {
	t.Helper()
	w.do(t, key, "GET", path, nil)
	require.NotEmpty(t, w.last(t).Errors)
	return w.last(t).Errors[0]
}
