package inbox_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

func TestForms(t *testing.T) {
	t.Parallel()
	p := setup(t, simulator.WithOutcomeDelay(time.Hour))
	send := func(want int) {
		t.Helper()
		_, err := p.client.SendEmail(t.Context(), notify.Email{
			EmailAddress: "jo@example.com", TemplateID: p.emailT,
			Personalisation: notify.Personalisation{"name": "a", "file": "b"},
		})
		if want == 201 {
			require.NoError(t, err)
			return
		}
		var e *notify.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, want, e.StatusCode)
	}
	done := func(path string, form url.Values) string {
		t.Helper()
		got := p.post(t, path, form)
		require.Equal(t, 303, got.status, got.body)
		page := p.get(t, got.header.Get("Location"))
		require.Equal(t, 200, page.status)
		return text(page.byID(t, "done"))
	}
	refused := func(path string, form url.Values) string {
		t.Helper()
		got := p.post(t, path, form)
		require.Equal(t, 422, got.status, path)
		role, _ := attr(got.byID(t, "error"), "role")
		require.Equal(t, "alert", role)
		return text(got.byID(t, "error"))
	}
	controls := inbox.Path + "/controls"
	require.Contains(t, text(p.get(t, controls).byID(t, "pending")), p.email)
	before := p.sim.Now()
	require.Equal(t, "The time was moved.", done(inbox.Path+"/time", url.Values{"amount": {"1.5"}, "unit": {"minutes"}}))
	require.WithinDuration(t, before.Add(90*time.Second), p.sim.Now(), 10*time.Second)
	require.Equal(t, "The time was moved.", done(inbox.Path+"/time", url.Values{"next": {"yes"}}))
	n, _ := p.svc.Notification(p.email)
	require.Equal(t, simulator.StatusDelivered, n.Status)
	for _, amount := range []string{"", "x", "-1", "NaN", "Inf", "1e300", "4000"} {
		require.Contains(t, refused(inbox.Path+"/time", url.Values{"amount": {amount}, "unit": {"days"}}), "number")
	}
	refused(inbox.Path+"/time", url.Values{"amount": {"1"}, "unit": {"weeks"}})

	failure := url.Values{"status": {"technical-failure"}}
	require.Equal(t, "The status was set.", done(p.message(p.email)+"/status", failure))
	n, _ = p.svc.Notification(p.email)
	require.Equal(t, simulator.StatusTechnicalFailure, n.Status)
	refused(p.message(p.email)+"/status", url.Values{"status": {"returned-letter"}})
	refused(p.message(p.email)+"/status", url.Values{"status": {evil}})
	require.Contains(t, refused(p.message(p.letter)+"/return", url.Values{}), "never printed")
	require.Equal(t, 404, p.post(t, p.message("none")+"/return", url.Values{}).status)

	text := url.Values{"service": {p.svc.ID()}, "from": {"07900900123"}, "content": {"STOP"}}
	require.Equal(t, "The text was received.", done(inbox.Path+"/texts", text))
	require.Equal(t, "STOP", p.svc.ReceivedTexts()[1].Content)
	text.Set("from", " ")
	refused(inbox.Path+"/texts", text)
	refused(inbox.Path+"/texts", url.Values{"service": {"x"}})

	fault := url.Values{
		"fault": {"error-500"}, "operation": {"send-email"}, "service": {p.svc.ID()}, "times": {"1"}, "delay": {"0"},
	}
	for name, wrong := range map[string]string{
		"fault": "x", "operation": "x", "service": "x", "times": "0", "delay": "1e9",
	} {
		bad := url.Values{}
		for k, v := range fault {
			bad[k] = v
		}
		bad.Set(name, wrong)
		refused(inbox.Path+"/faults", bad)
	}
	armed := len(p.sim.Injections())
	require.Equal(t, "The fault is armed.", done(inbox.Path+"/faults", fault))
	require.Len(t, p.sim.Injections(), armed+1)
	send(500)
	send(201)
	require.Equal(t, "The faults were removed.", done(inbox.Path+"/faults/remove", url.Values{}))
	require.Empty(t, p.sim.Injections())

	require.Equal(t, "The service was reset.", done(inbox.Path+"/services/"+p.svc.ID()+"/reset", url.Values{}))
	require.Empty(t, p.svc.Messages())
	require.Equal(t, "Everything was reset.", done(inbox.Path+"/reset", url.Values{}))
}

// TestEveryFault: each that the form offers can be armed.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	p := setup(t)
	for _, n := range elements(p.get(t, inbox.Path+"/controls").byID(t, "fault")) {
		kind, ok := attr(n, "value")
		if !ok {
			continue
		}
		before := len(p.sim.Injections())
		form := url.Values{"fault": {kind}, "times": {"1"}, "delay": {"1"}}
		require.Equal(t, 303, p.post(t, inbox.Path+"/faults", form).status, kind)
		require.Len(t, p.sim.Injections(), before+1, kind)
	}
}

// TestAWayToReset: the command decides what a reset is, if it wants to.
func TestAWayToReset(t *testing.T) {
	t.Parallel()
	p := setup(t)
	var err error
	times := 0
	p.pages, err = inbox.New(p.sim, inbox.WithReset(func() error { times++; return context.Canceled }), nil)
	require.NoError(t, err)
	require.Equal(t, 422, p.post(t, inbox.Path+"/reset", url.Values{}).status)
	require.Equal(t, 1, times)
	require.NotEmpty(t, p.svc.Messages())
}

// TestReturnedLetter: a letter of a live key, which is sent, can come back.
func TestReturnedLetter(t *testing.T) {
	t.Parallel()
	p := setup(t)
	client, err := notify.New(p.svc.Key(simulator.KeyTypeLive), notify.WithHTTPClient(&http.Client{Transport: p.sim}))
	require.NoError(t, err)
	sent, err := client.SendLetter(t.Context(), notify.Letter{
		TemplateID: p.letterT, Personalisation: notify.Personalisation{
			"name": "Jo", "address_line_1": "Jo", "address_line_2": "1 Street", "address_line_3": "SW1A 1AA",
		},
	})
	require.NoError(t, err)
	require.Equal(t, 303, p.post(t, p.message(sent.ID)+"/return", url.Values{}).status)
	require.Contains(t, text(p.get(t, p.message(sent.ID)).byID(t, "status")), "returned letter")
	require.Contains(t, text(p.get(t, p.message(sent.ID)).byID(t, "live")), "second, 1 sheet")
}
