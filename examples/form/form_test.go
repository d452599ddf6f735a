package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// site is the form, and what it logs.
type site struct {
	t    *testing.T
	form *Form
	log  bytes.Buffer
}

func newSite(t *testing.T, client sender, sms, email string) *site {
	t.Helper()
	s := &site{t: t}
	var err error
	s.form, err = newForm(client, sms, email, slog.New(slog.NewTextHandler(&s.log, nil)))
	require.NoError(t, err)
	return s
}

// post submits the form.
func (s *site) post(phone, email string) (status int, page string) {
	s.t.Helper()
	body := strings.NewReader(url.Values{"phone": {phone}, "email": {email}}.Encode())
	req := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/", body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	s.form.Handler().ServeHTTP(answer, req)
	return answer.Code, answer.Body.String()
}

func setup(t *testing.T, kit *simtest.Kit, client *notify.Client) *site {
	t.Helper()
	return newSite(t, client, kit.SMSTemplate("Tomorrow."), kit.EmailTemplate("Reminder", "Tomorrow."))
}

func TestSends(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	status, page := s.post(" 0044 (0)7900-900-123", "")
	require.Equal(t, 200, status)
	require.Contains(t, page, "We have sent it to 07900 900123.")
	kit.One(simtest.To("+447900900123"))
	status, page = s.post("", "Amala@example.gov.uk ")
	require.Equal(t, 200, status)
	require.Contains(t, page, "We have sent it to Amala@example.gov.uk.")
	kit.One(simtest.To("amala@example.gov.uk"))
	require.Empty(t, s.log.String())
}

// TestMistakes: each is in the summary, which links to its field, and at the field; what was typed is still there.
func TestMistakes(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	for typed, says := range map[string]string{
		"":                  "Enter a UK mobile number or an email address",
		"07900 90012x":      "Enter a phone number using only numbers, like 07900 900123",
		"0790":              "Check how many digits the phone number has: a UK mobile number has 11",
		"079009001234567":   "Check how many digits the phone number has: a UK mobile number has 11",
		"020 7946 1958":     "Enter a UK mobile number: we cannot send text messages to other numbers",
		"+33 6 12 34 56 78": "Enter a UK mobile number: we cannot send text messages to other numbers",
		"0800 1111":         "Enter a UK mobile number, like 07900 900123",
		`"><script>`:        "Enter a phone number using only numbers, like 07900 900123",
	} {
		status, page := s.post(typed, "")
		require.Equal(t, 422, status, typed)
		require.Contains(t, page, "<title>Error: Get a reminder</title>")
		require.Contains(t, page, `<a href="#phone">`+says+`</a>`)
		require.Contains(t, page, `<p id="phone-error"><strong>Error: `+says+`</strong></p>`)
		require.Contains(t, page, `aria-describedby="phone-error"`)
		require.NotContains(t, page, "email-error")
		require.NotContains(t, page, "<script>")
		if typed != `"><script>` {
			require.Contains(t, strings.ReplaceAll(page, "&#43;", "+"), `value="`+typed+`"`)
		}
	}
	status, page := s.post("0790", "name@example")
	require.Equal(t, 422, status)
	require.Equal(t, 2, strings.Count(page, "<li>"), "all at once")
	kit.None()
}

// TestNobodysRecipients: a live key does not send to the numbers of films, and the form says so.
func TestNobodysRecipients(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.ClientWithKey(kit.LiveKey))
	for _, typed := range [][2]string{{"07700 900123", ""}, {"", "name@example.com"}} {
		status, page := s.post(typed[0], typed[1])
		require.Equal(t, 422, status)
		require.Contains(t, page, "Enter one that you can receive messages at")
	}
	kit.None()
}

func TestDailyLimit(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrDailyLimit)
	require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(0)}))
	s := setup(t, kit, kit.ClientWithKey(kit.LiveKey))
	status, page := s.post("07900 900123", "")
	require.Equal(t, 503, status)
	require.Contains(t, page, "Try again later")
	require.Contains(t, s.log.String(), "reminder not sent")
	require.NotContains(t, s.log.String(), "900123")
}

// fails is a client that is no client: every send fails with this error.
type fails struct{ err error }

func (f fails) SendSMS(context.Context, notify.SMS, ...notify.CallOption) (*notify.SentSMS, error) {
	return nil, f.err
}

func (f fails) SendEmail(context.Context, notify.Email, ...notify.CallOption) (*notify.SentEmail, error) {
	return nil, f.err
}

func TestAnythingElseThatFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, fails{errors.New("the moon is in the wrong quarter")}, "", "")
	status, page := s.post("07900 900123", "")
	require.Equal(t, 503, status)
	require.Contains(t, page, "Try again later")
	require.NotContains(t, page, "moon")
}

func TestOtherRequests(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	handler := setup(t, kit, kit.Client()).form.Handler()
	get := httptest.NewRecorder()
	handler.ServeHTTP(get, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	require.Equal(t, 200, get.Code)
	require.NotContains(t, get.Body.String(), "Error")

	elsewhere := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("phone=07900900123"))
	elsewhere.Header.Set("Sec-Fetch-Site", "cross-site")
	refused := httptest.NewRecorder()
	handler.ServeHTTP(refused, elsewhere)
	require.Equal(t, 403, refused.Code)

	tooMuch := strings.NewReader(strings.Repeat("x", 20_000))
	huge := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", tooMuch)
	huge.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	refused = httptest.NewRecorder()
	handler.ServeHTTP(refused, huge)
	require.Equal(t, 400, refused.Code)
	kit.None()
}
