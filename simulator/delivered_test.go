package simulator_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestPrecompiledLetters(t *testing.T) {
	t.Parallel()
	// The test string of virus scanners, in two parts so that this file does not contain it.
	eicar := []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`)
	for name, c := range map[string]struct {
		content  []byte
		status   string
		pdf      int
		sheets   float64
		complete bool
	}{
		"one page":     {drawn(t, 1), "received", 200, 1, true},
		"ten pages":    {drawn(t, 10), "received", 200, 5, true},
		"eleven pages": {drawn(t, 11), "validation-failed", 200, 0, true},
		"not a PDF":    {[]byte("hello"), "validation-failed", 200, 0, true},
		"virus":        {eicar, "virus-scan-failed", 400, 0, false},
		"A5": {[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
			"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
			"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
			"validation-failed", 200, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{})
			key := w.svc.Key(simulator.KeyTypeTest)
			sent := w.do(t, key, "POST", "/v2/notifications/letter", fields{
				"reference": "r", "content": base64.StdEncoding.EncodeToString(c.content),
			})
			require.Equal(t, 201, sent.status, sent.raw)
			got := w.do(t, key, "GET", "/v2/notifications/"+sent.id(), nil)
			require.Equal(t, c.status, got.body["status"])
			require.Equal(t, c.sheets, got.body["cost_details"].(fields)["billable_sheets_of_paper"])
			require.Equal(t, c.complete, got.body["completed_at"] != nil)
			require.Equal(t, "Provided as PDF", got.body["line_1"])
			require.Equal(t, c.pdf, w.do(t, key, "GET", "/v2/notifications/"+sent.id()+"/pdf", nil).status)
		})
	}
}

func TestLongLetter(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	sent := w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": w.letter, "personalisation": fields{
		"name": strings.Repeat("word ", 12_000), "address_line_1": "Amala Bird",
		"address_line_2": "123 High Street", "postcode": "SW14 6BF",
	}})
	require.Equal(t, 201, sent.status, sent.raw)
	require.Equal(t, "validation-failed", w.status(t, key, sent.id()))
}

// TestReference: a missing reference differs from an empty one, on the wire and for a test.
func TestReference(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	for _, c := range []struct {
		given  fields
		shown  any
		wanted simulator.Notification
	}{
		{fields{}, nil, simulator.Notification{}},
		{fields{"reference": ""}, "", simulator.Notification{HasReference: true}},
		{fields{"reference": "A-1"}, "A-1", simulator.Notification{Reference: "A-1", HasReference: true}},
	} {
		c.given["email_address"], c.given["template_id"] = "jo@example.org", w.email
		c.given["personalisation"] = fields{"name": "Jo"}
		id := w.do(t, key, "POST", "/v2/notifications/email", c.given).id()
		require.Equal(t, c.shown, w.do(t, key, "GET", "/v2/notifications/"+id, nil).body["reference"])
		n, ok := w.svc.Notification(id)
		require.True(t, ok)
		require.Equal(t, c.wanted, simulator.Notification{Reference: n.Reference, HasReference: n.HasReference})
	}
	require.Len(t, w.do(t, key, "GET", "/v2/notifications?reference=", nil).body["notifications"], 1)
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	template, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "News",
		Versions: []simulator.TemplateVersion{
			{Subject: "News", Body: "News", HasUnsubscribeLink: true},
		},
	})
	require.NoError(t, err)
	sent := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "someone@example.com", "template_id": template,
	})
	require.Nil(t, sent.body["content"].(fields)["one_click_unsubscribe_url"])
	link := w.do(t, key, "GET", "/v2/notifications/"+sent.id(), nil).body["one_click_unsubscribe_url"].(string)
	path := strings.TrimPrefix(link, "https://notify.test")
	require.NotEqual(t, link, path)
	require.Equal(t, 404, w.do(t, "", "POST", path+"x", nil).status)
	require.Equal(t, "{\"message\":\"Unsubscribe successful\",\"result\":\"success\"}\n",
		w.do(t, "", "POST", path, nil).raw)
	require.True(t, w.svc.Dashboard()[0].Unsubscribed)
}

func TestBilingualLetter(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	template, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeLetter, Name: "Two languages",
		Versions: []simulator.TemplateVersion{
			{Subject: "Decision", Body: "Dear ((name))", WelshSubject: "Penderfyniad", WelshBody: "Annwyl ((enw))"},
		},
	})
	require.NoError(t, err)
	body := fields{"template_id": template, "personalisation": fields{
		"name": "Jo", "address_line_1": "Amala Bird", "address_line_2": "123 High Street", "postcode": "SW14 6BF",
	}}
	require.Equal(t, 201, w.do(t, key, "POST", "/v2/notifications/letter", body).status,
		"sending does not check the Welsh half")
	preview := w.do(t, key, "POST", "/v2/template/"+template+"/preview", fields{"personalisation": fields{"name": "Jo"}})
	require.Equal(t, "Missing personalisation: enw", preview.message())
}

func TestDelivered(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	text, ok := w.svc.Delivered(w.sendSMS(t, key, "07900900123").id())
	require.True(t, ok)
	require.Equal(t, simulator.Delivered{Text: "Town Council: Hello Jo", Characters: 8}, text)

	template, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "News",
		Versions: []simulator.TemplateVersion{
			{Subject: "News", Body: "# It's ((name))'s news", HasUnsubscribeLink: true},
		},
	})
	require.NoError(t, err)
	sent := w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": "someone@example.com", "template_id": template, "personalisation": fields{"name": "Jo"},
	})
	email, _ := w.svc.Delivered(sent.id())
	require.Contains(t, email.Text, "It’s Jo’s news\n====")
	const page = "https://www.notifications.service.gov.uk/unsubscribe/"
	require.Contains(t, email.Text, "Unsubscribe from these emails: "+page+sent.id())
	require.Contains(t, email.HTML, "It’s Jo’s news</h2>")
	require.Equal(t, "It’s Jo’s news", email.Preheader)

	letter, _ := w.svc.Delivered(w.sendLetter(t, key).id())
	require.Equal(t, "<p>Dear Jo</p>", letter.HTML)
	require.NotEmpty(t, letter.PDF)
	_, ok = w.svc.Delivered("nothing")
	require.False(t, ok)
}
