package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/notifykit/notify/simulator"
)

// add makes a template with that version.
func (w town) add(t testing.TB, kind simulator.MessageType, v simulator.TemplateVersion) string {
	t.Helper()
	id, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: kind, Name: "A template", Versions: []simulator.TemplateVersion{v},
	})
	require.NoError(t, err)
	return id
}

// TestDocument: an email is a whole page, whatever is in its subject.
func TestDocument(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{Name: "Fish & Chips", EmailReplyTo: []simulator.ReplyTo{
		{EmailAddress: "office@example.gov.uk"},
	}})
	template := w.add(t, simulator.MessageTypeEmail, simulator.TemplateVersion{
		Subject: "For ((name))", Body: "# Hello\n\nDear ((name))", HasUnsubscribeLink: true,
	})
	key := w.svc.Key(simulator.KeyTypeTest)
	body := fields{
		"email_address": "jo@example.gov.uk", "template_id": template,
		"personalisation": fields{"name": "</title><b>Jo & \u00c9mile"},
	}
	id := w.do(t, key, "POST", "/v2/notifications/email", body).id()
	d, ok := w.svc.Delivered(id)
	require.True(t, ok)
	page, err := html.Parse(strings.NewReader(d.Document))
	require.NoError(t, err)
	title := ""
	for n := range page.Descendants() {
		if n.Data == "title" {
			title = n.FirstChild.Data
		}
		require.NotEqual(t, "b", n.Data)
	}
	require.Equal(t, "For </title><b>Jo & \u00c9mile", title)
	require.True(t, strings.HasPrefix(d.Document, "<!DOCTYPE html>\n<html lang=\"en\">"))
	require.Contains(t, d.Document, "hidden>"+d.Preheader+"…</span>")
	require.Contains(t, d.Document, d.HTML)
	links := d.Links()
	require.Len(t, links, 1)
	unsubscribe := strings.Trim(d.Headers["List-Unsubscribe"], "<>")
	require.Equal(t, 200, w.do(t, "", "POST", strings.TrimPrefix(unsubscribe, notifyAPI), nil).status)
	require.Equal(t, map[string]string{
		"From": "Fish & Chips <fish.chips@notifications.service.gov.uk>", "To": "jo@example.gov.uk",
		"Reply-To": "office@example.gov.uk", "Subject": "For </title><b>Jo & \u00c9mile",
		"List-Unsubscribe": "<" + unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}, d.Headers)

	body["one_click_unsubscribe_url"] = "https://example.gov.uk/unsubscribe"
	d, _ = w.svc.Delivered(w.do(t, key, "POST", "/v2/notifications/email", body).id())
	require.Equal(t, "<https://example.gov.uk/unsubscribe>", d.Headers["List-Unsubscribe"])
}

const notifyAPI = "https://api.notifications.service.gov.uk"

// TestLinksAndCode: each type of message is searched in the form in which it arrives.
func TestLinksAndCode(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	const link = "https://example.gov.uk/in?a=1&copy=2"
	deliver := func(kind simulator.MessageType, to, address string, v simulator.TemplateVersion) simulator.Delivered {
		id := w.do(t, key, "POST", "/v2/notifications/"+string(kind), fields{
			to: address, "template_id": w.add(t, kind, v), "personalisation": fields{"link": link, "code": "482 913"},
		}).id()
		d, ok := w.svc.Delivered(id)
		require.True(t, ok)
		return d
	}
	text := deliver(simulator.MessageTypeSMS, "phone_number", "07900900123",
		simulator.TemplateVersion{Body: "((code)), or ((link))."})
	require.Equal(t, []string{link}, text.Links())
	code, found := text.Code()
	require.True(t, found)
	require.Equal(t, "482913", code)
	require.Empty(t, text.Document)
	require.Nil(t, text.Headers)

	email := deliver(simulator.MessageTypeEmail, "email_address", "jo@example.gov.uk",
		simulator.TemplateVersion{Subject: "((code)) is your code", Body: "[Sign in](((link)))\n\n((link))"})
	require.Equal(t, []string{link}, email.Links())
	code, found = email.Code()
	require.True(t, found, "in the subject")
	require.Equal(t, "482913", code)

	letter, ok := w.svc.Delivered(w.sendLetter(t, key).id())
	require.True(t, ok)
	require.Empty(t, letter.Links())
	_, found = letter.Code()
	require.False(t, found)
}
