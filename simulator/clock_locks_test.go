package simulator_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestClockOutsideLocks calls every method with a clock that itself calls the simulator. If a lock were held while the
// clock is called, it would wait for ever.
func TestClockOutsideLocks(t *testing.T) {
	t.Parallel()
	var w town
	asked, within := 0, ""
	clock := func() time.Time {
		if asked++; w.svc != nil {
			require.True(t, w.sim.Unlocked(), within)
			w.svc.Keys()
		}
		return time.Now()
	}
	outcomes := func(simulator.Notification) simulator.Status {
		require.True(t, w.sim.Unlocked(), within)
		w.svc.Dashboard()
		return ""
	}
	w = setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"},
		simulator.WithClock(clock), simulator.WithOutcomes(outcomes), simulator.WithOutcomeDelay(1),
		simulator.WithRevocation(5), simulator.WithPrecompiledDelay(1), simulator.WithPDFDelay(1))
	key := w.svc.Key(simulator.KeyTypeLive)
	id := w.sendSMS(t, key, "07900900123").id()
	letter := w.sendLetter(t, key).id()

	within = "requests"
	w.sendEmail(t, key, "jo@example.com")
	w.sendSMS(t, key, "no number")
	w.do(t, key, "POST", "/v2/notifications/letter", precompiled)
	w.do(t, "", "POST", "/unsubscribe/"+id+"/x", nil)
	for _, path := range []string{
		"/v2/notifications", "/v2/notifications?older_than=" + id, "/v2/notifications/" + id,
		"/v2/notifications/" + letter + "/pdf", "/v2/received-text-messages", "/v2/templates", "/v2/template/" + w.sms,
	} {
		require.Equal(t, 200, w.do(t, key, "GET", path, nil).status, path)
	}

	methods := map[string]func(){
		"AddKey":        func() { _, _ = w.svc.AddKey("new", simulator.KeyTypeTest) },
		"AddTeamMember": func() { _ = w.svc.AddTeamMember(simulator.TeamMember{Name: "Jo"}) },
		"AddTemplate": func() {
			_, _ = w.svc.AddTemplate(simulator.TemplateConfig{
				Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{}},
			})
		},
		"AddToGuestList":     func() { _ = w.svc.AddToGuestList("jo@example.com") },
		"Archive":            func() { w.svc.Archive() },
		"ArchiveTemplate":    func() { _ = w.svc.ArchiveTemplate(w.sms) },
		"CallBack":           func() { _ = w.svc.CallBack(nil, "") },
		"CallbackQuirks":     func() { w.svc.CallbackQuirks() },
		"Callbacks":          func() { w.svc.Callbacks() },
		"Changed":            func() { w.svc.Changed() },
		"Dashboard":          func() { w.svc.Dashboard() },
		"Delivered":          func() { w.svc.Delivered(id) },
		"Differences":        func() { w.svc.Differences(id, simulator.Query{To: "07900900123", Text: "Jo"}) },
		"Find":               func() { w.svc.Find(simulator.Query{To: "07900900123", Text: "Jo"}) },
		"ID":                 func() { w.svc.ID() },
		"Key":                func() { w.svc.Key(simulator.KeyTypeLive) },
		"Keys":               func() { w.svc.Keys() },
		"Messages":           func() { w.svc.Messages() },
		"Name":               func() { w.svc.Name() },
		"NextCallbacks":      func() { _ = w.svc.NextCallbacks(1, simulator.CallbackQuirkEarly) },
		"Notification":       func() { w.svc.Notification(id) },
		"Preview":            func() { _, _ = w.svc.Preview(w.sms, nil) },
		"ReceivedTextNumber": func() { w.svc.ReceivedTextNumber() },
		"ReceivedTexts":      func() { w.svc.ReceivedTexts() },
		"Template":           func() { w.svc.Template(w.sms) },
		"ReceiveText":        func() { _, _ = w.svc.ReceiveText("07900900123", "Hi") },
		"Remove":             func() { w.svc.Remove() },
		"Reset":              func() { w.svc.Reset() },
		"ReturnLetter":       func() { _ = w.svc.ReturnLetter(letter) },
		"RevokeKey":          func() { _ = w.svc.RevokeKey(key) },
		"SetAnyTemplate":     func() { w.svc.SetAnyTemplate(true) },
		"SetCallback": func() {
			_ = w.svc.SetCallback(simulator.CallbackKindReceivedText, simulator.Callback{})
		},
		"SetDailyLimits":  func() { _ = w.svc.SetDailyLimits(simulator.DailyLimits{}) },
		"SetOutcome":      func() { _ = w.svc.SetOutcome("07900900123", simulator.StatusSent) },
		"SetPermissions":  func() { _ = w.svc.SetPermissions() },
		"SetPlan":         func() { w.svc.SetPlan(simulator.Plan{}) },
		"SetRateLimit":    func() { _ = w.svc.SetRateLimit(100) },
		"SetStatus":       func() { _ = w.svc.SetStatus(id, simulator.StatusSending) },
		"SetTrialMode":    func() { w.svc.SetTrialMode(false) },
		"SettleCallbacks": func() { w.svc.SettleCallbacks() },
		"Simulator":       func() { w.svc.Simulator().Services() },
		"Templates":       func() { w.svc.Templates() },
		"TestMessages":    func() { w.svc.TestMessages() },
		"UpdateTemplate":  func() { _ = w.svc.UpdateTemplate(w.email, simulator.TemplateVersion{}) },
		"Usage":           func() { w.svc.Usage() },
	}
	for m := range reflect.TypeFor[*simulator.Service]().Methods() {
		require.Contains(t, methods, m.Name, "a new method must stand here")
		within = m.Name
		methods[m.Name]()
	}
	within = "AddService"
	_, err := w.sim.AddService(simulator.ServiceConfig{Name: "Another"})
	require.NoError(t, err)
	within = "Load"
	require.NoError(t, w.sim.Load([]byte(smallFixture)))
	within = "Restore"
	require.NoError(t, w.sim.Restore(w.sim.Snapshot()))
	require.Greater(t, asked, 30)
}

// TestClockGoesBack: messages made after the clock goes back still come after the newest, and none of their times is
// before they were made.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for name, delay := range map[string]time.Duration{"at once": 0, "later": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{now: start.AddDate(0, 0, 8)}
			w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"},
				simulator.WithClock(c.Now), simulator.WithOutcomeDelay(delay))
			key := w.svc.Key(simulator.KeyTypeLive)
			newest := w.sendSMS(t, key, "07900900123").id()
			newestText, err := w.svc.ReceiveText("07900900123", "first")
			require.NoError(t, err)

			c.now = start
			sent := []string{w.sendLetter(t, key).id(), w.sendSMS(t, key, "07900900123").id()}
			_, err = w.svc.ReceiveText("07900900123", "second")
			require.NoError(t, err)
			c.advance(time.Minute)
			require.NoError(t, w.svc.SetStatus(newest, simulator.StatusPermanentFailure))
			last := start.AddDate(0, 0, 8)
			for _, id := range append([]string{newest}, sent...) {
				n, ok := w.svc.Notification(id)
				require.True(t, ok)
				require.True(t, n.CreatedAt.After(last) || id == newest, "%s: %s", id, n.CreatedAt)
				require.WithinDuration(t, last, n.CreatedAt, time.Microsecond)
				require.False(t, n.SentAt.Before(n.CreatedAt), n.SentAt)
				require.False(t, n.CompletedAt.Before(n.SentAt), n.CompletedAt)
				last = n.CreatedAt
			}
			require.Empty(t, w.do(t, key, "GET", "/v2/notifications?older_than="+newest, nil).body["notifications"])
			texts := w.do(t, key, "GET", "/v2/received-text-messages", nil).body["received_text_messages"].([]any)
			require.Equal(t, "second", texts[0].(fields)["content"], "the newest first")
			require.Equal(t, "2026-12-02T12:00:00.000001Z", texts[0].(fields)["created_at"])
			older := w.do(t, key, "GET", "/v2/received-text-messages?older_than="+newestText, nil)
			require.Empty(t, older.body["received_text_messages"])
		})
	}
}
