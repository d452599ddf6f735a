package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// suite is the service with a simulated Notify behind it: no mock of the client, no network.
type suite struct {
	*simtest.Kit
	service *Reminders
	log     *bytes.Buffer
}

func setup(t *testing.T, kit *simtest.Kit, client *notify.Client) *suite {
	t.Helper()
	log := new(bytes.Buffer)
	return &suite{Kit: kit, log: log, service: &Reminders{
		Client: client, TemplateID: kit.SMSTemplate("Your appointment is on ((date))."), Timeout: time.Minute,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	}}
}

func (s *suite) call(ctx context.Context, method, path, body string) (int, string) {
	answer := httptest.NewRecorder()
	s.service.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body)))
	return answer.Code, answer.Body.String()
}

func (s *suite) remind(t *testing.T, phone string) (int, string) {
	t.Helper()
	return s.call(t.Context(), "POST", "/reminders", `{"booking": "B-1", "phone": "`+phone+`", "date": "3 May"}`)
}

func TestSends(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	status, _ := s.remind(t, "07900 900123")
	require.Equal(t, 202, status)

	// What Notify received. Messages sent with test keys are separate from those that the team sees on its dashboard.
	sent := kit.Service.TestMessages()
	require.Len(t, sent, 1)
	require.Equal(t, "07900 900123", sent[0].To)
	require.Equal(t, "B-1", sent[0].Reference)
	require.Equal(t, "Your appointment is on 3 May.", sent[0].Body)
	require.Equal(t, map[string]any{"date": "3 May"}, sent[0].Personalisation)
	require.Empty(t, kit.Service.Dashboard())
	require.Empty(t, s.log.String())
}

func TestSendsForReal(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.ClientWithKey(kit.LiveKey))
	status, _ := s.remind(t, "07900 900123")
	require.Equal(t, 202, status)
	require.Len(t, kit.Service.Dashboard(), 1)
	require.Equal(t, 1, kit.Service.Usage().Today[simulator.MessageTypeSMS])
}

func TestVisitorWhoGoesAway(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	ctx, leave := context.WithCancel(t.Context())
	leave()
	status, _ := s.call(ctx, "POST", "/reminders", `{"booking": "B-1", "phone": "07900900123", "date": "3 May"}`)
	require.Equal(t, 202, status)
	require.Len(t, kit.Service.TestMessages(), 1)
}

func TestStatus(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	// The documented numbers for test keys; for a live or team key, choose the outcome with simulator.WithOutcomes.
	for phone, want := range map[string]string{
		"07700900003": "temporary-failure",
		"07700900002": "permanent-failure",
		"07900900123": "delivered",
	} {
		reminder := `{"booking": "` + want + `", "phone": "` + phone + `", "date": "3 May"}`
		status, _ := s.call(t.Context(), "POST", "/reminders", reminder)
		require.Equal(t, 202, status)
		status, body := s.call(t.Context(), "GET", "/reminders/"+want, "")
		require.Equal(t, 200, status)
		require.JSONEq(t, `{"result": "`+want+`"}`, body)
	}
	status, _ := s.call(t.Context(), "GET", "/reminders/B-0", "")
	require.Equal(t, 404, status)
}

func TestRefusedByNotify(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(*suite)
		phone  string
		status int
		says   string
	}{
		"a malformed number": {func(*suite) {}, "0790", 422, "check the phone number"},
		"a revoked key": {func(s *suite) { require.NoError(t, s.Service.RevokeKey(s.TestKey)) }, "07900900123", 500,
			"cannot send"},
		"a changed template": {func(s *suite) {
			changed := simulator.TemplateVersion{Body: "((name)), ((date))"}
			require.NoError(t, s.Service.UpdateTemplate(s.service.TemplateID, changed))
		}, "07900900123", 500, "cannot send"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t).Expect(simtest.ClientErrors)
			s := setup(t, kit, kit.Client())
			c.spoil(s)
			status, body := s.remind(t, c.phone)
			require.Equal(t, c.status, status)
			require.Contains(t, body, c.says)
			require.Empty(t, kit.Service.TestMessages())
			require.Contains(t, s.log.String(), "reminder not sent")
			require.NotContains(t, s.log.String(), c.phone)
		})
	}
}

// A service whose limits differ from the kit's needs a simulator of its own.
func TestLimits(t *testing.T) {
	t.Parallel()
	const template = "2f9a7b64-0c1d-4e5f-8a9b-3c4d5e6f7a08"
	for says, config := range map[string]simulator.ServiceConfig{
		"in a minute": {RateLimit: 1},
		"tomorrow":    {DailyLimits: simulator.DailyLimits{SMS: new(1)}},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			config.Name, config.Keys = "Limited", []simulator.KeyConfig{{Name: "live", Type: simulator.KeyTypeLive}}
			config.Templates = []simulator.TemplateConfig{{
				ID: template, Type: simulator.MessageTypeSMS, Name: "Reminder",
				Versions: []simulator.TemplateVersion{{Body: "On ((date))"}},
			}}
			sim := simulator.New()
			limited, err := sim.AddService(config)
			require.NoError(t, err)
			client, err := notify.New(limited.Key(simulator.KeyTypeLive),
				notify.WithHTTPClient(&http.Client{Transport: sim}), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			s := &suite{service: &Reminders{
				Client: client, TemplateID: template, Timeout: time.Minute,
				Logger: slog.New(slog.DiscardHandler),
			}}
			status, _ := s.remind(t, "07900900123")
			require.Equal(t, 202, status)
			status, body := s.remind(t, "07900900123")
			require.Equal(t, 503, status)
			require.Contains(t, body, says)
			require.Len(t, limited.Dashboard(), 1)
		})
	}
}

// transport is a network that behaves as the test wants.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnswerLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrives bool
		status  int
	}{
		"after Notify took the message": {true, 202},
		"before it arrived":             {false, 504},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t)
			network := transport(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return kit.Simulator.RoundTrip(r)
				}
				if c.arrives {
					resp, err := kit.Simulator.RoundTrip(r)
					if err != nil {
						return nil, err
					}
					_ = resp.Body.Close()
				}
				return nil, io.ErrUnexpectedEOF
			})
			s := setup(t, kit, kit.Client(notify.WithHTTPClient(&http.Client{Transport: network})))
			status, _ := s.remind(t, "07900900123")
			require.Equal(t, c.status, status)
			require.LessOrEqual(t, len(kit.Service.TestMessages()), 1) // never twice
		})
	}
}

func TestNoConnection(t *testing.T) {
	t.Parallel()
	down := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	network := transport(func(*http.Request) (*http.Response, error) { return nil, down })
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client(
		notify.WithHTTPClient(&http.Client{Transport: network}),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2, MinWait: time.Microsecond}),
	))
	status, body := s.remind(t, "07900900123")
	require.Equal(t, 503, status)
	require.Contains(t, body, "try again")
	status, _ = s.call(t.Context(), "GET", "/reminders/B-1", "")
	require.Equal(t, 502, status)
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client())
	for _, body := range []string{"", "{", `{"phone": "07900900123"}`, `"` + strings.Repeat("x", 20_000)} {
		status, _ := s.call(t.Context(), "POST", "/reminders", body)
		require.Equal(t, 400, status)
	}
}
