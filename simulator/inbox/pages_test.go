package inbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	p := setup(t)
	rows := func(query string) (ids []string) {
		for _, n := range elements(p.get(t, inbox.Path+"/?"+query).page(t)) {
			if id, _ := attr(n, "id"); strings.HasPrefix(id, "message-") {
				ids = append(ids, strings.TrimPrefix(id, "message-"))
			}
		}
		return ids
	}
	require.Equal(t, []string{p.ready, p.letter, p.sms, p.email}, rows(""), "newest first")
	for query, want := range map[string][]string{
		"type=email":             {p.email},
		"type=letter":            {p.ready, p.letter},
		"to=07900+900123":        {p.sms},
		"words=482913":           {p.email},
		"template=" + p.letterT:  {p.letter},
		"status=delivered":       {p.letter, p.sms, p.email},
		"key=live":               nil,
		"service=" + p.svc.ID():  {p.ready, p.letter, p.sms, p.email},
		"service=another":        nil,
		"page=2":                 nil,
		"page=-1&type=sms":       {p.sms},
		"page=999999999999999":   {p.ready, p.letter, p.sms, p.email},
		"type=email&status=sent": nil,
	} {
		require.Equal(t, want, rows(query), query)
	}
	page := p.get(t, inbox.Path+"/?type=email")
	require.Contains(t, text(page.byID(t, "filter-type")), "Letter (2)", "the other choices keep their counts")
	require.Contains(t, text(page.byID(t, "filter-status")), "delivered (1)")
	require.NotNil(t, page.byID(t, "filter-clear"))
	require.Contains(t, page.body, "alert(1)", "what should not run is there")
}

func TestPagingOfMessages(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for range 60 {
		_, err := p.client.SendSMS(t.Context(), notify.SMS{
			PhoneNumber: "07900900124", TemplateID: p.smsT,
			Personalisation: notify.Personalisation{"name": "a", "first <b>name": "b"},
		})
		require.NoError(t, err)
	}
	first := p.get(t, inbox.Path+"/?words=hello&type=sms")
	require.Nil(t, first.byID(t, "page-before"))
	next, _ := attr(first.byID(t, "page-after"), "href")
	require.Equal(t, "?page=2&type=sms&words=hello", next)
	second := p.get(t, inbox.Path+"/"+next)
	require.Nil(t, second.byID(t, "page-after"))
	require.Contains(t, text(second.byID(t, "live")), "Page 2 of 2")
	require.NotNil(t, second.byID(t, "message-"+p.sms), "the oldest")
}

// TestEmpty: who sees nothing is told how to send something, with a key and a template that exist.
func TestEmpty(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	pages, err := inbox.New(sim)
	require.NoError(t, err)
	p := place{sim: sim, pages: pages}
	require.Contains(t, p.get(t, inbox.Path+"/").body, "a test key and a template")
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Town", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			Type: simulator.MessageTypeEmail, Name: "Hi",
			Versions: []simulator.TemplateVersion{{Subject: "s", Body: "((name))"}},
		}},
	})
	require.NoError(t, err)
	page := text(p.get(t, inbox.Path+"/").byID(t, "live"))
	require.Contains(t, page, svc.Key(simulator.KeyTypeTest))
	require.Contains(t, page, svc.Templates()[0].ID)
	require.Contains(t, page, `"http://localhost:6011"`)
	require.Contains(t, page, "client.send_email_notification(email_address=")
	require.Contains(t, text(p.get(t, inbox.Path+"/?words=x").byID(t, "live")), "Nothing was sent yet")
}

func TestMessagePages(t *testing.T) {
	t.Parallel()
	p := setup(t)
	email := p.get(t, p.message(p.email))
	require.Equal(t, "482913", text(email.byID(t, "code")))
	require.Contains(t, text(email.byID(t, "links")), "https://www.gov.uk/pay")
	require.Contains(t, text(email.byID(t, "files")), "page 'xevil'.txt")
	require.Contains(t, text(email.byID(t, "plain")), "Your code is 482913")
	require.Contains(t, text(email.byID(t, "history")), "created")
	require.Contains(t, text(email.byID(t, "history")), "delivered")
	require.Equal(t, strings.Join(strings.Fields(evil), " "), text(email.byID(t, "reference")))
	sandbox, _ := attr(email.byID(t, "email-frame"), "sandbox")
	require.Equal(t, "allow-popups allow-popups-to-escape-sandbox", sandbox)

	frame := p.get(t, p.message(p.email)+"/email")
	require.Contains(t, frame.header.Get("Content-Security-Policy"),
		"sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
	require.Contains(t, frame.body, `<base target="_blank">`)
	require.Empty(t, frame.header.Get("Cross-Origin-Opener-Policy"), "with it no browser shows the email in a tab")
	require.Contains(t, frame.body, "482913")

	file := p.get(t, p.message(p.email)+"/files/0/content")
	require.Equal(t, "a text of <xevil> letters", file.body)
	require.Equal(t, "application/octet-stream", file.header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment; filename="))

	sms := p.get(t, p.message(p.sms))
	require.Contains(t, text(sms.byID(t, "length")), "characters of 918, ")
	require.Equal(t, "£0.0466", text(sms.byID(t, "price")))
	require.Contains(t, sms.body, "<li><code>🎈</code> by <code>?</code></li>")

	letter := p.get(t, p.message(p.letter)+"/letter.pdf")
	require.Equal(t, "application/pdf", letter.header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(letter.body, "%PDF-"))

	for _, path := range []string{
		p.message(p.sms) + "/email", p.message(p.email) + "/letter.pdf", p.message(p.email) + "/files/1",
		p.message(p.email) + "/files/-1", p.message("none"), inbox.Path + "/requests/0", inbox.Path + "/requests/99",
		inbox.Path + "/services/none", p.template("none"), inbox.Path + "/assets/layout.html",
		inbox.Path + "/assets/..%2finbox.go",
		p.template(p.smsT) + "/email", p.template(p.smsT) + "/letter.pdf",
	} {
		require.Equal(t, 404, p.get(t, path).status, path)
	}
}

// TestCallbacksAreShown: with their attempts, answers and what was posted.
func TestCallbacksAreShown(t *testing.T) {
	t.Parallel()
	p := setup(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	require.NoError(t, p.svc.CallBack(h, "a bearer token"))
	require.NoError(t, p.svc.SetStatus(p.email, simulator.StatusPermanentFailure))
	p.sim.Advance(0)
	page := p.get(t, p.message(p.email))
	require.Nil(t, page.byID(t, "no-callbacks"))
	shown := text(page.byID(t, "live"))
	require.Contains(t, shown, "delivery receipt 1 of 6 503 retrying")
	require.Contains(t, shown, p.email)
	require.NotContains(t, page.body, "a bearer token")
	require.Contains(t, text(p.get(t, inbox.Path+"/controls").byID(t, "pending")), "attempt 2")
}

// TestRequestPage answers "why did I get 400?".
func TestRequestPage(t *testing.T) {
	t.Parallel()
	p := setup(t)
	refused, _ := p.sim.FindRequests(simulator.RequestSearch{
		Operation: simulator.OperationSendSMS, Refused: true, Limit: 1,
	})
	page := p.get(t, inbox.Path+"/requests/"+strconv.Itoa(refused[0].Number))
	shown := text(page.byID(t, "errors"))
	require.Contains(t, shown, "BadRequestError: Missing personalisation: name, first <b>name")
	require.Contains(t, shown, "Field personalisation")
	require.Contains(t, shown, "Every placeholder of the template needs a value")
	link := ""
	for _, n := range elements(page.byID(t, "used-template")) {
		if n.Data == "a" {
			link, _ = attr(n, "href")
		}
	}
	require.Equal(t, p.template(p.smsT)+"#placeholders", link)
	require.Contains(t, text(page.byID(t, "request-body")), `"template_id": "`+p.smsT+`"`)
	for at, got := range p.crawl(t) {
		if strings.HasPrefix(at, inbox.Path+"/requests") || strings.HasPrefix(at, p.message("")) {
			for _, k := range p.svc.Keys() {
				require.NotContains(t, got.body, k.Secret, at)
			}
		}
	}
	list := p.get(t, inbox.Path+"/requests?refused=yes")
	require.NotNil(t, list.byID(t, "request-5"))
	require.Nil(t, list.byID(t, "request-1"))
}

// TestTemplateElsewhere: a template of another service is the mistake that its own message hides.
func TestTemplateElsewhere(t *testing.T) {
	t.Parallel()
	p := setup(t)
	other, err := p.sim.AddService(simulator.ServiceConfig{
		Name: "Other", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	client, err := notify.New(other.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: p.sim}))
	require.NoError(t, err)
	_, err = client.SendEmail(t.Context(), notify.Email{
		EmailAddress: "jo@example.com", TemplateID: p.emailT, Personalisation: notify.Personalisation{"name": "Jo"},
	})
	require.Error(t, err)
	last := p.sim.Requests()[len(p.sim.Requests())-1]
	page := p.get(t, inbox.Path+"/requests/"+strconv.Itoa(last.Number))
	require.Contains(t, text(page.byID(t, "used-template")), "of another service, Town ")
	require.Contains(t, page.body, "?value-name=Jo#placeholders")
}

func TestTemplatePreview(t *testing.T) {
	t.Parallel()
	p := setup(t)
	page := p.get(t, p.template(p.smsT))
	require.Equal(t, "Without a value, and so refused: ((name)) , ((first <b>name))", text(page.byID(t, "missing")))
	values := url.Values{"value-name": {"Jo"}, "value-first <b>name": {"x"}}
	page = p.get(t, p.template(p.smsT)+"?"+values.Encode())
	require.Nil(t, page.byID(t, "missing"))
	require.Contains(t, text(page.byID(t, "preview")), "Hello Jo - ? x")
	require.Equal(t, "Jo", text(page.byID(t, "value-0")))

	page = p.get(t, p.template(p.emailT)+"?value-name=Jo")
	require.Equal(t, "For Jo", text(page.byID(t, "preview-subject")))
	src, _ := attr(page.byID(t, "email-frame"), "src")
	require.Contains(t, p.get(t, src).body, "Dear Jo")

	page = p.get(t, p.template(p.letterT)+"?value-name=Jo&value-address_line_1=x")
	require.Contains(t, text(page.byID(t, "address-problem")), "Address must be at least 3 lines")
	src, _ = attr(page.byID(t, "letter-frame"), "src")
	require.True(t, strings.HasPrefix(p.get(t, src).body, "%PDF-"))
	page = p.get(t, p.template(p.smsT)+"?value-name=%F0%9D%85%9E")
	require.Contains(t, text(page.byID(t, "preview")), "status 500")
}

func TestServicePage(t *testing.T) {
	t.Parallel()
	p := setup(t)
	page := p.get(t, inbox.Path+"/services/"+p.svc.ID())
	shown := text(page.page(t))
	require.Contains(t, shown, "export NOTIFY_BASE_URL='http://localhost:6011' export NOTIFY_API_KEY='live-"+p.svc.ID())
	require.Contains(t, shown, `script>alert(1)</script>`)
	require.Contains(t, shown, `'\''`, "a quotation mark in a key's name does not end the word")
	for _, name := range []string{"Go", "Python", "Node.js", "Java", "Ruby", "PHP", ".NET"} {
		require.Contains(t, shown, name)
	}
}

// TestJSONOfBodies: what is shown of a body is the body.
func TestJSONOfBodies(t *testing.T) {
	t.Parallel()
	p := setup(t)
	page := p.get(t, inbox.Path+"/requests/2")
	var body map[string]any
	require.NoError(t, json.Unmarshal([]byte(text(page.byID(t, "request-body"))), &body))
	require.Equal(t, p.smsT, body["template_id"])
}
