package simulator_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestTemplateNames: each version of a template has a name of its own.
func TestTemplateNames(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	id, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Z",
		Versions: []simulator.TemplateVersion{{Name: "A", Body: "one"}, {Body: "two"}},
	})
	require.NoError(t, err)
	name := func(path string) any { return w.do(t, key, "GET", "/v2/template/"+id+path, nil).body["name"] }
	list := func() (names []any) {
		for _, v := range w.do(t, key, "GET", "/v2/templates", nil).body["templates"].([]any) {
			names = append(names, v.(fields)["name"])
		}
		return names
	}
	sent := func() string {
		a := w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "07900900123", "template_id": id})
		require.Equal(t, 201, a.status, a.raw)
		return a.id()
	}
	sentAs := func(id string) string { n, _ := w.svc.Notification(id); return n.TemplateName }

	require.Equal(t, "Z", name(""))
	require.Equal(t, "A", name("/version/1"))
	require.Equal(t, "Z", name("/version/2"))
	require.Equal(t, []any{"T", "T", "T", "Z"}, list())
	second := sent()

	require.NoError(t, w.svc.UpdateTemplate(id, simulator.TemplateVersion{Name: "B", Body: "three"}))
	require.Equal(t, "B", name(""))
	require.Equal(t, "Z", name("/version/2"))
	require.Equal(t, []any{"B", "T", "T", "T"}, list(), "a list goes by the names of today")
	third := sent()
	require.NoError(t, w.svc.UpdateTemplate(id, simulator.TemplateVersion{Body: "four"}))
	require.Equal(t, "B", name("/version/4"), "it is still called so")
	require.NoError(t, w.svc.ArchiveTemplate(id))
	require.Equal(t, "B", name("/version/5"))
	require.Equal(t, "Z", sentAs(second))
	require.Equal(t, "B", sentAs(third))
}

// TestFunctionalTestsFixture loads the fixture that the official clients' integration suites run against, and checks
// what they check.
func TestFunctionalTestsFixture(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	require.NoError(t, sim.LoadFile("testdata/functional_tests.yaml"))
	w := town{sim: sim, svc: sim.Services()[0]}
	key := w.svc.Key(simulator.KeyTypeTest)
	const (
		email  = "5b307f9e-c26d-4a01-84b5-9f72d3b06184"
		sms    = "6c4180af-d37e-4b12-95c6-a083e4c17295"
		letter = "7d5291b0-e48f-4c23-a6d7-b194f5d283a6"
		client = "Client Functional test "
		better = "make our world a better place"
	)
	for path, want := range map[string][2]any{
		sms: {client + "sms template", "Hello ((name))\r\n\r\nFunctional Tests " + better},
		sms + "/version/1": {
			"Example text message template",
			"Hey ((name)), I’m trying out Notify. Today is ((day of week)) and my favourite colour is ((colour)).",
		},
		sms + "/version/2":    {client + "sms template", "Hello ((name))\r\n\r\nFunctional Tests " + better},
		email + "/version/1":  {client + "email template", "Functional test help " + better},
		email:                 {client + "email template", "Hello ((name))\r\n\r\nFunctional test help " + better},
		letter + "/version/1": {"Untitled", "Body"},
		letter:                {"Client functional letter template", "Hello ((address_line_1))"},
	} {
		a := w.do(t, key, "GET", "/v2/template/"+path, nil)
		require.Equal(t, want, [2]any{a.body["name"], a.body["body"]}, path)
	}
	for _, kind := range []string{"sms", "email", "letter"} {
		require.Len(t, w.do(t, key, "GET", "/v2/templates?type="+kind, nil).body["templates"], 2)
	}

	name := fields{"name": "Foo"}
	text := w.do(t, key, "POST", "/v2/notifications/sms", fields{
		"phone_number": "07900900123", "template_id": sms, "personalisation": name,
	})
	require.Equal(t, "Hello Foo\n\nFunctional Tests "+better, text.body["content"].(fields)["body"])
	mail := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "jo@example.org", "template_id": email, "personalisation": name,
	})
	require.Equal(t, "Hello Foo\r\n\r\nFunctional test help "+better, mail.body["content"].(fields)["body"])
	require.Equal(t, fields{}, mail.body["sanitised_content"])
	require.Contains(t, mail.body["content"], "one_click_unsubscribe_url")
	require.Contains(t, w.do(t, key, "GET", "/v2/notifications/"+mail.id(), nil).raw, `"cost_in_pounds":0.0,`)
	content := base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n"))
	file := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "jo@example.org", "template_id": email,
		"personalisation": fields{"name": "Foo", "documents": fields{"file": content, "filename": "report.csv"}},
	})
	require.Equal(t, 201, file.status, "a file under a key that is no placeholder, and a PDF called CSV: %s", file.raw)

	live := w.svc.Key(simulator.KeyTypeLive)
	letters := []answer{
		w.do(t, key, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": content}),
		w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": letter, "personalisation": fields{
			"address_line_1": "Foo", "address_line_2": "Bar", "postcode": "SW1A 1AA",
		}}),
	}
	for i, status := range []string{"validation-failed", "received"} { // the first is invalid: it has no pages
		got := w.do(t, live, "GET", "/v2/notifications/"+letters[i].id(), nil)
		require.Equal(t, status, got.body["status"], "any key may read it")
		require.Equal(t, true, got.body["is_cost_data_ready"])
		require.Equal(t, 200, w.do(t, live, "GET", "/v2/notifications/"+letters[i].id()+"/pdf", nil).status)
	}
	require.Equal(t, "%PDF-1.4\n", w.do(t, live, "GET", "/v2/notifications/"+letters[0].id()+"/pdf", nil).raw)
	listed := w.do(t, live, "GET", "/v2/notifications", nil).body["notifications"]
	require.Empty(t, listed, "in a list are those of the same type of key only")

	texts := w.do(t, key, "GET", "/v2/received-text-messages", nil).body["received_text_messages"].([]any)
	require.Len(t, texts, 3)
	require.Len(t, texts[0], 6)
}
