package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestTestKey(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"07700900003":                "temporary-failure",
		"07700900002":                "permanent-failure",
		"+447700900003":              "temporary-failure",
		"07700 900003":               "delivered", // the number is compared as it was written
		"07900900123":                "delivered",
		"temp-fail@simulator.notify": "temporary-failure",
		"perm-fail@simulator.notify": "permanent-failure",
		"PERM-FAIL@simulator.notify": "delivered",
		"someone@example.com":        "delivered",
	} {
		for _, trial := range []bool{false, true} {
			t.Run(to, func(t *testing.T) {
				t.Parallel()
				w := setup(t, simulator.ServiceConfig{TrialMode: trial})
				key := w.svc.Key(simulator.KeyTypeTest)
				send := w.sendSMS
				if strings.Contains(to, "@") {
					send = w.sendEmail
				}
				sent := send(t, key, to)
				require.Equal(t, 201, sent.status, sent.raw)
				require.Equal(t, want, w.status(t, key, sent.id()))
				require.Empty(t, w.svc.Dashboard())
				nothing := map[simulator.MessageType]int{}
				require.Equal(t, simulator.Usage{Today: nothing, Sent: nothing}, w.svc.Usage())
				seen := w.svc.TestMessages()
				require.Len(t, seen, 1)
				require.Equal(t, to, seen[0].To)
				require.Equal(t, simulator.Status(want), seen[0].Status)
				require.Equal(t, map[string]any{"name": "Jo"}, seen[0].Personalisation)
			})
		}
	}
}

func TestTestKeyLetter(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{TrialMode: true})
	key := w.svc.Key(simulator.KeyTypeTest)
	sent := w.sendLetter(t, key)
	require.Equal(t, 201, sent.status, sent.raw)
	require.Equal(t, "received", w.status(t, key, sent.id()))
	pdf := w.do(t, key, "GET", "/v2/notifications/"+sent.id()+"/pdf", nil)
	require.Equal(t, 200, pdf.status)
	require.True(t, strings.HasPrefix(pdf.raw, "%PDF-"))
}

func TestTeamKey(t *testing.T) {
	t.Parallel()
	for _, trial := range []bool{false, true} {
		w := setup(t, simulator.ServiceConfig{
			TrialMode: trial,
			TeamMembers: []simulator.TeamMember{{
				Name: "Alice", EmailAddress: "Alice@Example.gov.uk", MobileNumber: "07900 900501",
			}},
			GuestList: []string{"guest@example.com"},
		})
		key := w.svc.Key(simulator.KeyTypeTeam)
		require.Equal(t, 201, w.sendSMS(t, key, "+447900900501").status)
		require.Equal(t, 201, w.sendEmail(t, key, "alice@example.gov.uk").status)
		require.Equal(t, 201, w.sendEmail(t, key, "GUEST@example.com").status)
		for _, refused := range []answer{w.sendSMS(t, key, "07900900502"), w.sendEmail(t, key, "stranger@example.com")} {
			require.Equal(t, 400, refused.status)
			require.Equal(t, "Can’t send to this recipient using a team-only API key", refused.message())
		}
		require.Equal(t, 403, w.sendLetter(t, key).status)

		require.NoError(t, w.svc.AddToGuestList("07900900502"))
		require.Equal(t, 201, w.sendSMS(t, key, "07900900502").status)
		require.Len(t, w.svc.Dashboard(), 4)
		require.Equal(t, map[simulator.MessageType]int{
			simulator.MessageTypeSMS: 2, simulator.MessageTypeEmail: 2,
		}, w.svc.Usage().Today)
	}
}

func TestLiveKey(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	sent := w.sendSMS(t, key, "07900900123")
	require.Equal(t, 201, sent.status)
	require.Equal(t, "delivered", w.status(t, key, sent.id()))
	require.Equal(t, 201, w.sendEmail(t, key, "anyone@example.com").status)
	require.Equal(t, 201, w.sendLetter(t, key).status)
	require.Equal(t, 201, w.sendSMS(t, key, "+33612345678").status)

	usage := w.svc.Usage()
	require.Equal(t, map[simulator.MessageType]int{
		simulator.MessageTypeSMS: 2, simulator.MessageTypeEmail: 1, simulator.MessageTypeLetter: 1,
	}, usage.Today)
	require.Equal(t, 1, usage.InternationalToday)
	require.Equal(t, 1+2, usage.SMSFragments) // a text to France counts twice
	require.Equal(t, 1, usage.Sheets)
	require.InDelta(t, 3*0.0233+0.68, usage.CostInPounds, 1e-9)

	board := w.svc.Dashboard()
	require.Len(t, board, 4)
	require.Equal(t, "+33612345678", board[0].To, "the newest comes first")
	require.Equal(t, "Amala Bird\n123 High Street\nSW14 6BF", board[1].To)
}

func TestTrialMode(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{TrialMode: true, GuestList: []string{"07900900501"}})
	_, err := w.svc.AddKey("another", simulator.KeyTypeLive)
	require.ErrorContains(t, err, "trial mode")

	// A live key made before the service went back into trial mode reaches no further than a team key.
	key := w.svc.Key(simulator.KeyTypeLive)
	require.Equal(t, 201, w.sendSMS(t, key, "07900900501").status)
	require.Contains(t, w.sendSMS(t, key, "07900900502").message(), "trial mode")
	require.Equal(t, "Cannot send letters when service is in trial mode", w.sendLetter(t, key).message())

	w.svc.SetTrialMode(false)
	require.Equal(t, 201, w.sendSMS(t, key, "07900900502").status)
	_, err = w.svc.AddKey("another", simulator.KeyTypeLive)
	require.NoError(t, err)
}

func TestRotation(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
	old := w.svc.Key(simulator.KeyTypeLive)
	fresh, err := w.svc.AddKey("live-2", simulator.KeyTypeLive)
	require.NoError(t, err)
	require.Equal(t, 201, w.sendSMS(t, old, "07900900123").status)
	require.Equal(t, 201, w.sendSMS(t, fresh, "07900900123").status)

	require.NoError(t, w.svc.RevokeKey(old))
	refused := w.sendSMS(t, old, "07900900123")
	require.Equal(t, 403, refused.status)
	require.Equal(t, "Invalid token: API key revoked", refused.message())
	require.Equal(t, 201, w.sendSMS(t, fresh, "07900900123").status)
	require.Equal(t, fresh, w.svc.Key(simulator.KeyTypeLive))

	c.advance(9 * 24 * time.Hour)
	require.Equal(t, "Invalid token: API key not found", w.sendSMS(t, old, "07900900123").message())
	require.Error(t, w.svc.RevokeKey("nonsense"))
}

// TestArchivedService: the first check is that the service has keys, the next that it is not archived, the last whose
// key it is.
func TestArchivedService(t *testing.T) {
	t.Parallel()
	stranger := simulator.KeyConfig{Name: "x", Type: simulator.KeyTypeTest, Secret: "3d844edf-8d35-48ac-975b-e847b4f122b0"}
	revoked := stranger
	revoked.RevokedAt = simulator.Moment{DaysAgo: 9}
	for _, c := range []struct {
		keys []simulator.KeyConfig
		want string
	}{
		{[]simulator.KeyConfig{}, "Invalid token: service has no API keys"},
		{[]simulator.KeyConfig{revoked}, "Invalid token: service has no API keys"},
		{[]simulator.KeyConfig{stranger}, "Invalid token: service is archived"},
		{[]simulator.KeyConfig{{Name: "other", Type: simulator.KeyTypeTest}}, "Invalid token: service is archived"},
	} {
		w := setup(t, simulator.ServiceConfig{Active: new(false), Keys: c.keys})
		refused := w.do(t, "x-"+w.svc.ID()+"-"+stranger.Secret, "GET", "/v2/templates", nil)
		require.Equal(t, 403, refused.status)
		require.Equal(t, c.want, refused.message())
	}
}

// TestRevokedKeyIsForgotten: a revoked key is recognised for seven days, counted by the calendar.
func TestRevokedKeyIsForgotten(t *testing.T) {
	t.Parallel()
	for _, revoked := range []time.Time{
		time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC),
	} {
		c := &clock{now: revoked}
		w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(c.Now))
		key := w.svc.Key(simulator.KeyTypeLive)
		require.NoError(t, w.svc.RevokeKey(key))
		c.now = time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC)
		require.NoError(t, w.svc.RevokeKey(key), "once more changes nothing")
		require.Equal(t, "Invalid token: API key revoked", w.sendSMS(t, key, "07900900123").message())
		c.now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
		require.Equal(t, "Invalid token: API key not found", w.sendSMS(t, key, "07900900123").message())
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	for name, sends := range map[string]func(town, string) []answer{
		"recipients of test keys": func(w town, key string) []answer {
			return []answer{
				w.sendSMS(t, key, "07700900002"),
				w.sendEmail(t, key, "temp-fail@simulator.notify"),
				w.sendSMS(t, key, "07700900003"),
			}
		},
		"malformed recipients": func(w town, key string) []answer {
			return []answer{w.sendSMS(t, key, "123"), w.sendEmail(t, key, "nobody"), w.sendSMS(t, key, "abc")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{}, simulator.WithRevocation(3))
			for i, a := range sends(w, w.svc.Key(simulator.KeyTypeTest)) {
				require.Less(t, a.status, 403, "a test key may: %d", i)
			}
			key := w.svc.Key(simulator.KeyTypeLive)
			for range 3 { // a missing recipient does not count as an invalid one
				w.do(t, key, "POST", "/v2/notifications/sms", fields{"template_id": w.sms})
			}
			require.Equal(t, 201, w.sendSMS(t, key, "07900900123").status)
			for _, a := range sends(w, key) {
				require.NotEqual(t, 403, a.status)
			}
			require.Equal(t, "Invalid token: API key revoked", w.sendSMS(t, key, "07900900123").message())
		})
	}
}

func TestSimulatedRecipientsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	for _, sent := range []answer{
		w.sendSMS(t, key, "07700 900111"),
		w.sendEmail(t, key, "simulate-delivered-2@notifications.service.gov.uk"),
	} {
		require.Equal(t, 201, sent.status, sent.raw)
		require.Equal(t, 404, w.do(t, key, "GET", "/v2/notifications/"+sent.id(), nil).status)
	}
	require.Empty(t, w.svc.Dashboard())
	require.Empty(t, w.svc.Usage().Today)
}
