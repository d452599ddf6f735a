package simulator_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// Every character comes back as it was sent, even those of the last private-use plane. So does a lone surrogate, which
// only a preview accepts.
func TestSurrogatesInJSON(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	for _, r := range []rune{0x10b7ff, 0x10b800, 0x10bbff, 0x10bfff, 0x10c000, 0x10ffff} {
		sent := w.do(t, key, "POST", "/v2/notifications/email", fields{
			"email_address": "someone@example.com", "template_id": w.email, "reference": string(r),
			"personalisation": fields{"name": string(r)},
		})
		require.Equal(t, 201, sent.status, "%x: %s", r, sent.raw)
		require.Equal(t, string(r), sent.body["reference"])
		require.Contains(t, sent.body["content"].(fields)["body"], string(r))
		n, _ := w.svc.Notification(sent.id())
		require.Equal(t, string(r), n.Personalisation["name"])
	}

	template := w.addTemplate(t, simulator.MessageTypeEmail, "S ((x))", "B ((x))")
	preview := func(template, values string) answer {
		body := json.RawMessage(`{"personalisation":` + values + `}`)
		return w.do(t, key, "POST", "/v2/template/"+template+"/preview", body)
	}
	got := preview(template, `{"x": ["A\ud800\t b", "\u200b\udfff"]}`)
	require.Equal(t, 200, got.status, got.raw)
	require.Contains(t, got.raw, `"body":"B \n\n* A\ud800\t b\n* \udfff"`)
	require.Contains(t, got.raw, `"subject":"S A\ud800 b and \udfff"`)
	require.Contains(t, got.raw, `A\ud800     b</li>`)
	require.Contains(t, preview(w.sms, `{"name": "\ud800"}`).raw, `Hello ?"`)
	require.Equal(t, "Missing personalisation: x", preview(template, `{"x\ud800": 1}`).message())
	body := `{"email_address":"someone@example.com","template_id":"` + template + `","personalisation":{"x":"\ud800"}}`
	require.Equal(t, 500, w.do(t, key, "POST", "/v2/notifications/email", json.RawMessage(body)).status)
}
