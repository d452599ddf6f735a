package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// Some characters make the real service fail, wherever it reduces a text to a smaller alphabet. It does so after it looked for missing
// personalisation, and before it looks at anything else.
func TestCharactersThatFail(t *testing.T) {
	t.Parallel()
	const note = "\U0001d15e"
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	template, err := w.svc.AddTemplate(simulator.TemplateConfig{Type: simulator.SMS, Name: "Notes", Versions: []simulator.TemplateVersion{
		{Body: note + "((name)) ((shown??" + note + "))"},
	}})
	require.NoError(t, err)
	values := func(name string) fields { return fields{"name": name, "shown": "no"} }
	failed := func(a answer) {
		t.Helper()
		require.Equal(t, 500, a.status)
		require.Equal(t, `{"errors":[{"error":"ValueError","message":"Internal server error"}],"status_code":500}`+"\n", a.raw)
	}

	failed(w.do(t, key, "POST", "/v2/template/"+template+"/preview", fields{"personalisation": values("Jo")}))
	failed(w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "07900900123", "template_id": template, "personalisation": values("Jo")}))
	failed(w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "+1 202 555 0104", "template_id": template, "personalisation": values("Jo"), "sms_sender_id": template}))
	failed(w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": note}}))
	failed(w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "07900" + note, "template_id": "x", "other": 1}))
	failed(w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": w.letter, "personalisation": fields{
		"name": "Jo", "address_line_1": "Amala Bird", "address_line_2": "123 High Street", "address_line_3": "Fran" + note + "ce",
	}}))

	missing := w.do(t, key, "POST", "/v2/template/"+template+"/preview", fields{"personalisation": fields{"shown": "no"}})
	require.Equal(t, "Missing personalisation: name", missing.message())
	require.Equal(t, 200, w.do(t, key, "GET", "/v2/template/"+template, nil).status)
	require.Equal(t, 201, w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "someone@example.com", "template_id": w.email, "personalisation": fields{"name": note},
	}).status)
	require.Equal(t, 201, w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": w.letter, "personalisation": fields{
		"name": note, "address_line_1": "Amala" + note, "address_line_2": "123 High Street", "postcode": "SW14 6BF",
	}}).status)
}
