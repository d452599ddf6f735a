package main

import (
	"bytes"
	"context"
	"errors"
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

	// What Notify received: one message, or the test ends and says what came close.
	sent := kit.One(simtest.To("07900 900123"), simtest.Reference("B-1"))
	require.Equal(t, "Your appointment is on 3 May.", sent.Body)
	require.Equal(t, map[string]any{"date": "3 May"}, sent.Personalisation)
	require.Empty(t, kit.Service.Dashboard()) // which messages sent with a test key are never on
	require.Empty(t, s.log.String())
}

func TestSendsForReal(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	s := setup(t, kit, kit.ClientWithKey(kit.LiveKey))
	status, _ := s.remind(t, "07900 900123")
	require.Equal(t, 202, status)
	kit.One(simtest.SentWith(notify.KeyTypeLive))
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
	kit.One()
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
			kit.None()
			require.Contains(t, s.log.String(), "reminder not sent")
			require.NotContains(t, s.log.String(), c.phone)
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for says, limit := range map[string]func(*simtest.Kit) error{
		"in a minute": func(k *simtest.Kit) error { return k.Expect(notify.ErrRateLimited).Service.SetRateLimit(1) },
		"tomorrow": func(k *simtest.Kit) error {
			return k.Expect(notify.ErrDailyLimit).Service.SetDailyLimits(simulator.DailyLimits{SMS: new(1)})
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t)
			require.NoError(t, limit(kit))
			once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
			s := setup(t, kit, kit.ClientWithKey(kit.LiveKey, once)) // a test key would never reach the daily limit
			status, _ := s.remind(t, "07900900123")
			require.Equal(t, 202, status)
			status, body := s.remind(t, "07900900123")
			require.Equal(t, 503, status)
			require.Contains(t, body, says)
			kit.One()
		})
	}
}

func TestAnswerLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault            simulator.Fault
		status, messages int
	}{
		"after Notify took the message": {simulator.LoseAnswer(), 202, 1},
		"before it arrived":             {simulator.LoseRequest(), 504, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t)
			kit.Inject(simulator.OnSend(), c.fault)
			s := setup(t, kit, kit.Client())
			status, _ := s.remind(t, "07900900123")
			require.Equal(t, c.status, status)
			kit.N(c.messages) // never two
		})
	}
}

// Nothing can be sent at all: the client has no connection, as if the network was down.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("the network is down") }
	kit := simtest.New(t)
	s := setup(t, kit, kit.Client(
		notify.WithHTTPClient(&http.Client{Transport: &http.Transport{DialContext: dial}}),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 2, MinWait: time.Microsecond}),
	))
	status, body := s.remind(t, "07900900123")
	require.Equal(t, 503, status)
	require.Contains(t, body, "try again")
	status, _ = s.call(t.Context(), "GET", "/reminders/B-1", "")
	require.Equal(t, 502, status)
	kit.None()
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
