package simulator_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestAims: which requests an aim is at.
func TestAims(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	send := func(kind, reference string, more fields) answer {
		body := fields{"reference": reference, "template_id": map[string]string{
			"sms": w.sms, "email": w.email, "letter": w.letter}[kind]}
		for k, v := range more {
			body[k] = v
		}
		if body["personalisation"] == nil {
			body["personalisation"] = fields{"name": "Jo"}
		}
		return w.do(t, key, "POST", "/v2/notifications/"+kind, body)
	}
	address := fields{"personalisation": fields{
		"name": "Jo", "address_line_1": "Amala Bird", "address_line_2": "123 High Street", "postcode": "sw146bf",
	}}
	requests := map[string]func(){}
	id := send("sms", "r 1", fields{"phone_number": "07900 900123"}).id()
	requests["sms"] = func() { send("sms", "r 1", fields{"phone_number": "0044 (0)7900-900123"}) }
	requests["email"] = func() { send("email", "", fields{"email_address": "Amala@Example.com"}) }
	requests["letter"] = func() { send("letter", "r 2", address) }
	requests["read"] = func() { w.do(t, key, "GET", "/v2/notifications/"+id, nil) }
	requests["pdf"] = func() { w.do(t, key, "GET", "/v2/notifications/"+id+"/pdf", nil) }
	requests["list"] = func() { w.do(t, key, "GET", "/v2/notifications?reference=r+1", nil) }
	requests["template"] = func() { w.do(t, key, "GET", "/v2/template/"+w.sms, nil) }
	requests["preview"] = func() { w.do(t, key, "POST", "/v2/template/"+w.email+"/preview", fields{}) }
	requests["templates"] = func() { w.do(t, key, "GET", "/v2/templates", nil) }
	requests["received"] = func() { w.do(t, key, "GET", "/v2/received-text-messages", nil) }
	requests["nowhere"] = func() { w.do(t, "", "GET", "/nowhere", nil) }
	requests["no JSON"] = func() { w.do(t, "", "POST", "/v2/notifications/sms", "[") }

	everything := "email, letter, list, no JSON, nowhere, pdf, preview, read, received, sms, template, templates"
	authenticated := "email, letter, list, pdf, preview, read, received, sms, template, templates"
	for _, c := range []struct {
		aim        simulator.Aim
		hits, text string
	}{
		{simulator.Aim{}, everything, "any request"},
		{simulator.On(), everything, "any request"},
		{simulator.OnSend(), "email, letter, no JSON, sms", "any send"},
		{simulator.On(simulator.OperationSendSMS), "no JSON, sms", "send-sms"},
		{simulator.On(simulator.OperationPDF, simulator.OperationRead), "pdf, read", "pdf or read"},
		{simulator.On().To("+447900900123"), "pdf, read, sms", `any request, to "+447900900123"`},
		{simulator.OnSend().To("+447900900123"), "sms", `any send, to "+447900900123"`},
		{simulator.On().To(" amala@EXAMPLE.com"), "email", `any request, to " amala@EXAMPLE.com"`},
		{
			simulator.On().To("amala bird\n123 High Street\nSW14 6BF"), "letter",
			`any request, to "amala bird\n123 High Street\nSW14 6BF"`,
		},
		{simulator.On().To(""), "", `any request, to ""`},
		{simulator.On().Template(strings.ToUpper(w.sms)), "pdf, read, sms, template", ""},
		{simulator.On().Template(w.email), "email, preview", ""},
		{simulator.On().Template("1"), "", `any request, template "1"`},
		{simulator.On().Reference("r 1"), "list, pdf, read, sms", `any request, reference "r 1"`},
		{simulator.On().Reference(""), "email", `any request, reference ""`},
		{simulator.OnSend().Reference("r 2").To("07900900123"), "", `any send, reference "r 2", to "07900900123"`},
		{simulator.On().Service(w.svc.ID()), authenticated, ""},
		{simulator.On(simulator.OperationOther).Service(w.svc.ID()), "", ""},
		{simulator.On().Service(w.sms), "", ""},
	} {
		if c.text != "" {
			require.Equal(t, c.text, c.aim.String())
		}
		var hits []string
		for _, name := range strings.Split(everything, ", ") {
			fault := w.sim.Inject(c.aim, simulator.Respond(200, "", ""))
			requests[name]()
			if fault.Hits() > 0 {
				hits = append(hits, name)
			}
			fault.Remove()
		}
		require.Equal(t, c.hits, strings.Join(hits, ", "), c.aim)
	}
}

// TestAimsAreValues: what is made out of an aim does not change it.
func TestAimsAreValues(t *testing.T) {
	t.Parallel()
	aim := simulator.OnSend().To("a").To("b").To("c")
	first, second := aim.Reference("1"), aim.Reference("2")
	require.NotEqual(t, first.String(), second.String())
	require.Equal(t, `any send, to "a", to "b", to "c", reference "1"`, first.String())
}

// TestBodyReadAhead: a fault that goes by the body reads it early, and the answer to who has no right to send is the
// same as ever.
func TestBodyReadAhead(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	ask := func() (status int, read bool) {
		body := &noted{Reader: strings.NewReader(`{"phone_number":"07900900123"}`)}
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v2/notifications/sms", body)
		r.Header.Set("Expect", "100-continue") // or the rest of the body is looked at once the answer stands
		recorder := httptest.NewRecorder()
		w.sim.ServeHTTP(recorder, r)
		return recorder.Code, body.read
	}
	status, read := ask()
	require.Equal(t, 401, status)
	require.False(t, read)
	w.sim.Inject(simulator.On(simulator.OperationSendEmail).To("07900900123"), simulator.LoseAnswer())
	_, read = ask()
	require.False(t, read, "no fault asks for it")
	w.sim.Inject(simulator.On(simulator.OperationSendSMS).To("07900900124"), simulator.LoseAnswer())
	status, read = ask()
	require.Equal(t, 401, status)
	require.True(t, read)
}

// TestLargeBodies: without a token, nobody has the simulator parse more than a small body.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		padding int
		key     bool
		unknown bool // its length
		hits    int
	}{
		"small":                                {1 << 10, false, false, 1},
		"small, of unknown length":             {1 << 10, false, true, 1},
		"large":                                {64 << 10, false, false, 0},
		"large, of unknown length":             {64 << 10, false, true, 0},
		"large, with a key":                    {64 << 10, true, false, 1},
		"large, with a key, of unknown length": {64 << 10, true, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{})
			fault := w.sim.Inject(simulator.OnSend().To("07900900123"), simulator.SetHeader("X-Hit", "yes"))
			for _, port := range []bool{true, false} {
				key := ""
				if c.key {
					key = w.svc.Key(simulator.KeyTypeTest)
				}
				r := w.request(t, key, "POST", "/v2/notifications/sms", fields{
					"phone_number": "07900900123", "template_id": strings.Repeat("x", c.padding),
				})
				if c.unknown {
					r.ContentLength = -1
				}
				if port {
					w.sim.ServeHTTP(httptest.NewRecorder(), r)
				} else {
					w.answerTo(t, r)
				}
			}
			require.Equal(t, 2*c.hits, fault.Hits())
		})
	}
}

// noted is a reader that knows whether it was read.
type noted struct {
	*strings.Reader
	read bool
}

func (n *noted) Read(p []byte) (int, error) {
	n.read = true
	return n.Reader.Read(p)
}
