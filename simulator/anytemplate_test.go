package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

const unknownTemplate = "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20"

// anyTemplate is a service on which every template id exists.
func anyTemplate() simulator.ServiceConfig {
	return simulator.ServiceConfig{AnyTemplate: true, SendFilesContact: "https://www.example.gov.uk"}
}

func (w town) sendUnknown(t testing.TB, kind string, personalisation any) answer {
	t.Helper()
	body := fields{"template_id": unknownTemplate, "personalisation": personalisation}
	switch kind {
	case "sms":
		body["phone_number"] = "07900900123"
	case "email":
		body["email_address"] = "jo@example.com"
	}
	return w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/"+kind, body)
}

// TestAnyTemplate is about the form of the text, which does not change from release to release.
func TestAnyTemplate(t *testing.T) {
	t.Parallel()
	const title = "Template " + unknownTemplate
	for name, c := range map[string]struct {
		kind            string
		personalisation any
		want            string // after the title
	}{
		"text":             {"sms", fields{"n": 4711, "Name": "Jo", "_": true, "b": "B"}, "Name: Jo\n_: True\nb: B\nn: 4711"},
		"email":            {"email", fields{"number": 4711, "name": "Jo"}, "name: Jo\nnumber: 4711"},
		"other alphabets":  {"email", fields{"ένα": "α", "z": "Z", "É": "é"}, "z: Z\nÉ: é\nένα: α"},
		"nothing":          {"sms", fields{}, ""},
		"null":             {"email", fields{"a": nil, "b": "B"}, "a:\nb: B"},
		"twins":            {"email", fields{"A-": "x", "a_": "x"}, "A-: x\na_: x"},
		"list in a text":   {"sms", fields{"what": []string{"a pen", "a form"}}, "what: a pen and a form"},
		"list":             {"email", fields{"what": []string{"a pen", "a form"}}, "what: \n\n* a pen\n* a form"},
		"empty in a text":  {"sms", fields{"a": "", "b": "B"}, "a:\nb: B"},
		"empty":            {"email", fields{"a": "", "b": "B"}, "a: \nb: B"},
		"placeholder":      {"email", fields{"((name))": "Jo", "x": "((name))"}, "[[name]]:\nx: ((name))"},
		"brackets":         {"email", fields{"a(b": "1", "a)": "2", "(": "3", "": "4"}, ":\n[:\na[b:\na]:"},
		"conditional":      {"email", fields{"a": "yes", "a??b": "1"}, "a: yes\na??b:"},
		"value with lines": {"email", fields{"a": "1\n2", "b": ""}, "a: 1\n2\nb:"},
		"markup":           {"email", fields{"<b>": "<i>"}, "<b>: <i>"},
		"letter": {
			"letter", fields{"address_line_1": "A. Bird", "address_line_2": "1 Rd", "postcode": "SW14 6BF", "name": "Jo"},
			"address_line_1: A. Bird\naddress_line_2: 1 Rd\nname: Jo\npostcode: SW14 6BF",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, anyTemplate())
			want := strings.TrimRight(title+"\n\n"+c.want, "\n")
			a := w.sendUnknown(t, c.kind, c.personalisation)
			require.Equal(t, 201, a.status, a.raw)
			content := a.body["content"].(fields)
			require.Equal(t, want, content["body"])
			n, ok := w.svc.Notification(a.id())
			require.True(t, ok)
			require.Equal(t, want, n.Body)
			require.Equal(t, unknownTemplate, n.TemplateID)
			require.Equal(t, title, n.TemplateName)
			require.Equal(t, 1, n.TemplateVersion)
			if c.kind != "sms" {
				require.Equal(t, title, content["subject"])
			}
			preview := w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/template/"+unknownTemplate+"/preview",
				fields{"personalisation": c.personalisation})
			require.Equal(t, want, preview.body["body"], preview.raw)
			require.Equal(t, c.kind, preview.body["type"], "as it was sent")
		})
	}
}

// TestAnyTemplateOnRequest: by default an id that a service does not have does not exist.
func TestAnyTemplateOnRequest(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	read := func() int { return w.do(t, key, "GET", "/v2/template/"+unknownTemplate, nil).status }
	require.Equal(t, "Template not found", w.sendUnknown(t, "sms", fields{}).message())
	require.Equal(t, 404, read())
	w.svc.SetAnyTemplate(true)
	require.Equal(t, 201, w.sendUnknown(t, "sms", fields{}).status)
	require.Equal(t, 200, read())
	w.svc.SetAnyTemplate(false)
	require.Equal(t, 400, w.sendUnknown(t, "sms", fields{}).status)
	require.Equal(t, 404, read())
}

// TestAnyTemplateBesideOthers: the templates that a service has stay as strict as they are.
func TestAnyTemplateBesideOthers(t *testing.T) {
	t.Parallel()
	w := setup(t, anyTemplate())
	key := w.svc.Key(simulator.KeyTypeTest)
	send := func(template string) answer {
		return w.do(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "07900900123", "template_id": template})
	}
	require.Equal(t, "Missing personalisation: name", send(w.sms).message())
	require.Contains(t, send(w.email).message(), "email template is not suitable for sms notification")
	require.NoError(t, w.svc.ArchiveTemplate(w.sms))
	require.Contains(t, send(w.sms).message(), "has been deleted")
	require.Equal(t, "template_id is not a valid UUID", send("welcome").message())
	require.Equal(t, 201, send(strings.ToUpper(unknownTemplate)).status)
	require.Len(t, w.do(t, key, "GET", "/v2/templates", nil).body["templates"], 2, "in no list")
	require.Len(t, w.svc.Templates(), 2)
	require.ErrorContains(t, w.svc.ArchiveTemplate(unknownTemplate), "has no template")

	_, err := w.svc.AddTemplate(simulator.TemplateConfig{
		ID: unknownTemplate, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "((who)), hello"}},
	})
	require.NoError(t, err)
	require.Equal(t, "Missing personalisation: who", send(unknownTemplate).message(), "now there is one")
}

// TestAnyTemplateRead: the type is the one it was last sent as, and an email before that.
func TestAnyTemplateRead(t *testing.T) {
	t.Parallel()
	w := setup(t, anyTemplate())
	key, path := w.svc.Key(simulator.KeyTypeTest), "/v2/template/"+unknownTemplate
	for _, kind := range []string{"email", "sms", "letter", "email"} {
		before := w.do(t, key, "GET", path, nil)
		w.sendUnknown(t, kind, fields{"address_line_1": "A", "address_line_2": "B", "address_line_3": "SW14 6BF"})
		after := w.do(t, key, "GET", path+"/version/1", nil)
		require.Equal(t, kind, after.body["type"])
		if kind == "email" && before.body["type"] == "email" {
			require.Equal(t, before.raw, after.raw)
		}
	}
	require.JSONEq(t, `{
		"body": "Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		"created_at": "2026-01-01T00:00:00.000000Z",
		"created_by": "template.author@example.gov.uk",
		"id": "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		"letter_contact_block": null,
		"name": "Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		"personalisation": {},
		"postage": null,
		"subject": "Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		"type": "email",
		"updated_at": null,
		"version": 1
	}`, w.do(t, key, "GET", path, nil).raw)
	require.Equal(t, 404, w.do(t, key, "GET", path+"/version/2", nil).status)
	require.Equal(t, 400, w.do(t, key, "GET", "/v2/template/welcome", nil).status)
}

// TestAnyTemplateUsualStages: what is checked of every message is checked of these.
func TestAnyTemplateUsualStages(t *testing.T) {
	t.Parallel()
	w := setup(t, anyTemplate())
	file := fields{"file": "JVBERi0xLjcK", "filename": "a.pdf"}
	sent := w.sendUnknown(t, "email", fields{"document": file})
	n, ok := w.svc.Notification(sent.id())
	require.True(t, ok)
	require.Len(t, n.Files, 1)
	require.Equal(t, "Template "+unknownTemplate+"\n\ndocument: "+n.Files[0].URL, n.Body)
	require.Contains(t, w.sendUnknown(t, "sms", fields{"document": file}).message(), "Can only send a file by email")
	require.Contains(t, w.sendUnknown(t, "sms", fields{"a": strings.Repeat("a", 918)}).message(), "too long")
	require.Contains(t, w.sendUnknown(t, "letter", fields{"name": "Jo"}).raw, "Address must be at least 3 lines")

	delivered, ok := w.svc.Delivered(sent.id())
	require.True(t, ok)
	require.Contains(t, delivered.Text, "document: "+n.Files[0].URL)
	text, ok := w.svc.Delivered(w.sendUnknown(t, "sms", fields{"name": "Jo"}).id())
	require.True(t, ok)
	require.Equal(t, "Town Council: Template "+unknownTemplate+"\n\nname: Jo", text.Text)
	lines := w.sendUnknown(t, "email", fields{"address_line_1": "1", "address_line_2": "2"})
	email, ok := w.svc.Delivered(lines.id())
	require.True(t, ok)
	require.Contains(t, email.Text, "address_line_1: 1\naddress_line_2: 2", "nothing is taken for Markdown")
	letter := w.sendUnknown(t, "letter", fields{"address_line_1": "A", "address_line_2": "B", "postcode": "SW14 6BF"})
	printed, ok := w.svc.Delivered(letter.id())
	require.True(t, ok)
	require.NotEmpty(t, printed.PDF)
}

func TestAnyTemplateInFixture(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	require.NoError(t, sim.Load(oneService("any_template: true, api_keys: [{name: test, type: test}]")))
	w := town{sim: sim, svc: sim.Services()[0]}
	require.Equal(t, 201, w.sendUnknown(t, "sms", fields{"name": "Jo"}).status)
	require.ErrorContains(t, simulator.New().Load(oneService("any_template: 1")), ".any_template: want true or false")
}
