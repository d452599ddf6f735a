package inbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/net/html"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// evil is HTML that would run, if anything let it, with an attribute and an element that no page has.
const evil = `"><script>alert(1)</script><xevil onxevil=1 style="x:y">'` + "`" + `{{.}}</title></textarea></pre>`

// place is a simulator with a service, a message of each kind, requests that were refused, and the pages.
type place struct {
	sim                       *simulator.Simulator
	svc                       *simulator.Service
	client                    *notify.Client
	emailT, smsT, letterT     string // templates
	email, sms, letter, ready string // messages; ready is a precompiled letter
	pages                     http.Handler
}

func setup(t testing.TB, opts ...simulator.Option) place {
	t.Helper()
	sim := simulator.New(opts...)
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Town " + evil, SendFilesContact: "https://www.example.gov.uk", ReceivedTextNumber: "07700900880",
		Keys: []simulator.KeyConfig{
			{Name: "test" + evil, Type: simulator.KeyTypeTest}, {Name: "live", Type: simulator.KeyTypeLive},
		},
		GuestList: []string{"guest@example.com"},
	})
	require.NoError(t, err)
	p := place{sim: sim, svc: svc}
	p.client, err = notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	add := func(kind simulator.MessageType, subject, body string) string {
		id, err := svc.AddTemplate(simulator.TemplateConfig{
			Type: kind, Name: string(kind) + evil, Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
		})
		require.NoError(t, err)
		return id
	}
	p.emailT = add(simulator.MessageTypeEmail, "For ((name))",
		"Dear ((name))\n\nYour code is 482913. See https://www.gov.uk/pay\n\n((file))")
	p.smsT = add(simulator.MessageTypeSMS, "", "Hello ((name)) – 🎈 ((first <b>name))")
	p.letterT = add(simulator.MessageTypeLetter, "Decision for ((name))", "Dear ((name))")
	values := notify.Personalisation{"name": evil, "first <b>name": evil, "file": notify.FileFromBytes(
		"page 'xevil'.txt", []byte("a text of <xevil> letters"),
	)}
	ctx := t.Context()
	email, err := p.client.SendEmail(ctx, notify.Email{
		EmailAddress: "jo@example.com", TemplateID: p.emailT, Personalisation: values, Reference: evil,
	})
	require.NoError(t, err)
	p.email = email.ID
	sms, err := p.client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900900123", TemplateID: p.smsT, Reference: evil,
		Personalisation: notify.Personalisation{"name": evil, "first <b>name": evil},
	})
	require.NoError(t, err)
	p.sms = sms.ID
	letter, err := p.client.SendLetter(ctx, notify.Letter{
		TemplateID: p.letterT, Personalisation: notify.Personalisation{
			"name": evil, "address_line_1": "Jo" + evil, "address_line_2": "1 Street", "address_line_3": "SW1A 1AA",
		},
	})
	require.NoError(t, err)
	p.letter = letter.ID
	ready, err := p.client.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
		Reference: evil, Content: strings.NewReader("%PDF-1.4 <xevil>"),
	})
	require.NoError(t, err)
	p.ready = ready.ID
	_, err = p.client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900900123", TemplateID: p.smsT, Personalisation: notify.Personalisation{evil: evil},
	})
	require.Error(t, err)
	_, err = svc.ReceiveText(evil, evil)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://notify.test/v2/"+url.PathEscape(evil)+"?q="+
		url.QueryEscape(evil), strings.NewReader(evil))
	require.NoError(t, err)
	r.Header.Set("X-Odd", evil)
	resp, err := sim.RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	sim.Inject(simulator.OnSend().Reference(evil).To(evil), simulator.Refuse(500, evil, evil)).Skip(1000)
	p.pages, err = inbox.New(sim)
	require.NoError(t, err)
	return p
}

// answer is what a page answers.
type answer struct {
	status int
	header http.Header
	body   string
}

func (p place) do(t testing.TB, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	return answer{w.Code, w.Result().Header, string(body)}
}

func request(t testing.TB, method, path string, form url.Values) *http.Request {
	t.Helper()
	body := strings.NewReader(form.Encode())
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost:6011"+path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://localhost:6011")
	}
	return r
}

func (p place) get(t testing.TB, path string) answer {
	t.Helper()
	return p.do(t, request(t, http.MethodGet, path, nil))
}

func (p place) post(t testing.TB, path string, form url.Values) answer {
	t.Helper()
	return p.do(t, request(t, http.MethodPost, path, form))
}

func (p place) message(id string) string { return inbox.Path + "/messages/" + p.svc.ID() + "/" + id }

func (p place) template(id string) string {
	return inbox.Path + "/services/" + p.svc.ID() + "/templates/" + id
}

// page parses an answer.
func (a answer) page(t testing.TB) *html.Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(a.body))
	require.NoError(t, err)
	return n
}

// elements are the elements of a page, in order.
func elements(n *html.Node) (all []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			all = append(all, d)
		}
	}
	return all
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is the text in an element, on one line.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// byID returns the element with that id, or nil.
func (a answer) byID(t testing.TB, id string) *html.Node {
	t.Helper()
	for _, n := range elements(a.page(t)) {
		if v, _ := attr(n, "id"); v == id {
			return n
		}
	}
	return nil
}
