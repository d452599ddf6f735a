package simulator_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify/simulator"
)

// shown is everything that a simulator with one service shows. It asks in a way that changes nothing.
func (w town) shown(t testing.TB) (all []string) {
	t.Helper()
	note := func(what string, v any) {
		encoded, err := json.Marshal(v)
		require.NoError(t, err)
		all = append(all, what+": "+string(encoded))
	}
	note("now", w.sim.Now())
	note("messages", w.svc.Messages())
	note("usage", w.svc.Usage())
	note("templates", w.svc.Templates())
	note("keys", w.svc.Keys())
	note("pending", w.sim.Pending())
	var services []string
	for _, svc := range w.sim.Services() {
		services = append(services, svc.Name())
	}
	note("services", services)
	for _, kind := range []simulator.KeyType{simulator.KeyTypeTest, simulator.KeyTypeLive} {
		if key := w.svc.Key(kind); key != "" {
			for _, path := range []string{
				"/v2/notifications", "/v2/notifications?status=failed", "/v2/received-text-messages", "/v2/templates",
			} {
				note(path, w.do(t, key, "GET", path, nil).raw)
			}
		}
	}
	return all
}

func snapshotTown(t testing.TB, opts ...simulator.Option) town {
	t.Helper()
	return setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"}, append([]simulator.Option{
		simulator.Realistic(),
	}, opts...)...)
}

// TestRestore: whatever is changed after a snapshot is put back, as often as a test wants.
func TestRestore(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	w := snapshotTown(t, simulator.WithClock(c.Now))
	live := w.svc.Key(simulator.KeyTypeLive)
	text, email := w.sendSMS(t, live, "07900900123").id(), w.sendEmail(t, live, "jo@example.gov.uk").id()
	w.sendLetter(t, live)
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	before, snap := w.shown(t), w.sim.Snapshot()
	require.Equal(t, before, w.shown(t))

	for range 2 {
		w.sim.Advance(3 * time.Second)
		require.NoError(t, w.svc.SetStatus(text, simulator.StatusPermanentFailure))
		w.sendEmail(t, live, "other@example.gov.uk")
		w.do(t, live, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": "JVBERi0xLjQK"})
		require.NoError(t, w.svc.UpdateTemplate(w.email, simulator.TemplateVersion{Subject: "New", Body: "New"}))
		require.NoError(t, w.svc.ArchiveTemplate(w.sms))
		w.add(t, simulator.MessageTypeSMS, simulator.TemplateVersion{Body: "Another"})
		require.NoError(t, w.svc.AddToGuestList("stranger@example.gov.uk"))
		require.NoError(t, w.svc.AddTeamMember(simulator.TeamMember{Name: "Jo", EmailAddress: "jo@example.gov.uk"}))
		require.NoError(t, w.svc.SetRateLimit(1))
		require.NoError(t, w.svc.SetDailyLimits(simulator.DailyLimits{Email: new(0)}))
		require.NoError(t, w.svc.SetPermissions())
		require.NoError(t, w.sim.SetPrices(simulator.Prices{SMSRate: 1}))
		_, err = w.svc.ReceiveText("07900900123", "Hello again")
		require.NoError(t, err)
		_, err = w.sim.AddService(simulator.ServiceConfig{Name: "Another"})
		require.NoError(t, err)
		_, err = w.svc.AddKey("new", simulator.KeyTypeTest)
		require.NoError(t, err)
		require.NoError(t, w.svc.RevokeKey(live))
		w.svc.SetTrialMode(true)
		w.svc.Archive()
		w.sim.Advance(20 * 24 * time.Hour)
		require.Empty(t, w.svc.Messages())
		require.NoError(t, w.sim.Restore(snap))
		require.Equal(t, before, w.shown(t))
	}

	require.Equal(t, 201, w.sendSMS(t, live, "07900900124").status, "the service, its key and its template are there")
	require.Equal(t, "Can’t send to this recipient using a team-only API key",
		w.sendEmail(t, w.svc.Key(simulator.KeyTypeTeam), "stranger@example.gov.uk").message())
	w.sim.Advance(time.Minute)
	require.Equal(t, "delivered", w.status(t, live, text))
	require.Equal(t, "delivered", w.status(t, live, email))
	n, _ := w.svc.Notification(text)
	require.Len(t, n.History, 4)
	require.Equal(t, c.now.Add(5*time.Second), n.CompletedAt)
}

// TestSnapshotsApart: what grows after an earlier snapshot was restored does not end up in a later one.
func TestSnapshotsApart(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	w := snapshotTown(t, simulator.WithClock(c.Now))
	team := w.svc.Key(simulator.KeyTypeTeam)
	add := func(name string) {
		_, err := w.svc.ReceiveText("07900900123", name)
		require.NoError(t, err)
		require.NoError(t, w.svc.AddToGuestList(name+"@example.gov.uk"))
		require.NoError(t, w.svc.AddTeamMember(simulator.TeamMember{Name: name, EmailAddress: name + ".team@example.gov.uk"}))
	}
	for _, name := range []string{"one", "two", "three"} { // now the lists have room for a fourth
		add(name)
	}
	id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").id()
	earlier := w.sim.Snapshot()
	w.sim.Advance(time.Second)
	add("later")
	before, later := w.shown(t), w.sim.Snapshot()

	require.NoError(t, w.sim.Restore(earlier))
	require.NoError(t, w.svc.SetStatus(id, simulator.StatusTechnicalFailure))
	add("other")
	require.NoError(t, w.sim.Restore(later))
	require.Equal(t, before, w.shown(t))
	for name, status := range map[string]int{"later": 201, "later.team": 201, "other": 400, "other.team": 400} {
		require.Equal(t, status, w.sendEmail(t, team, name+"@example.gov.uk").status, name)
	}
}

// TestRestoreAny: snapshots at different times keep apart, however often one goes back and forth between them.
func TestRestoreAny(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
		w := snapshotTown(t, simulator.WithClock(c.Now))
		type saved struct {
			snap  *simulator.Snapshot
			shown []string
		}
		snapshots := []saved{{w.sim.Snapshot(), w.shown(t)}}
		test := func() string { return w.svc.Key(simulator.KeyTypeTest) }
		for range rapid.IntRange(5, 25).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0, 1:
				w.sendSMS(t, test(), "07900900123")
			case 2:
				w.sendLetter(t, w.svc.Key(simulator.KeyTypeLive))
			case 3:
				w.sim.Advance(time.Duration(rapid.IntRange(1, 5).Draw(r, "seconds")) * time.Second)
			case 4:
				w.sim.Advance(time.Duration(rapid.IntRange(1, 5).Draw(r, "days")) * 24 * time.Hour)
			case 5:
				if all := w.svc.Messages(); len(all) > 0 {
					one := all[rapid.IntRange(0, len(all)-1).Draw(r, "message")]
					require.NoError(r, w.svc.SetStatus(one.ID, simulator.StatusTechnicalFailure))
				}
			case 6:
				_, err := w.svc.ReceiveText("07900900123", "Hello")
				require.NoError(r, err)
				require.NoError(r, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{Body: "New ((name))"}))
			case 7:
				snapshots = append(snapshots, saved{w.sim.Snapshot(), w.shown(t)})
			default:
				s := snapshots[rapid.IntRange(0, len(snapshots)-1).Draw(r, "snapshot")]
				require.NoError(r, w.sim.Restore(s.snap))
				require.Equal(r, s.shown, w.shown(t))
			}
		}
	})
}

// TestRestoreTime: the time that has passed since the snapshot is undone, unless it is the test's own clock that went.
func TestRestoreTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := snapshotTown(t, simulator.WithStart(evening))
		key := w.svc.Key(simulator.KeyTypeTest)
		id := w.sendEmail(t, key, "jo@example.gov.uk").id()
		snap := w.sim.Snapshot()
		time.Sleep(time.Hour)
		w.sim.Advance(time.Hour)
		require.Equal(t, "delivered", w.status(t, key, id))
		require.NoError(t, w.sim.Restore(snap))
		require.Equal(t, evening, w.sim.Now())
		require.Equal(t, "created", w.status(t, key, id))
		time.Sleep(3 * time.Second)
		require.Equal(t, "delivered", w.status(t, key, id))
	})

	c := &clock{now: evening}
	w := snapshotTown(t, simulator.WithClock(c.Now))
	snap := w.sim.Snapshot()
	c.advance(time.Hour)
	w.sim.Advance(time.Minute)
	require.NoError(t, w.sim.Restore(snap))
	require.Equal(t, evening.Add(time.Hour), w.sim.Now())
}

// TestRestoreRefuses: a snapshot belongs to its simulator.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	w, other := setup(t, simulator.ServiceConfig{}), simulator.New()
	require.ErrorContains(t, w.sim.Restore(nil), "no snapshot")
	require.ErrorContains(t, w.sim.Restore(other.Snapshot()), "another simulator")
	require.NoError(t, other.Restore(other.Snapshot()))
}

// TestSnapshotWhileSending: nobody waits for ever, and nothing is torn.
func TestSnapshotWhileSending(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(time.Millisecond))
	key := w.svc.Key(simulator.KeyTypeTest)
	done := make(chan int)
	for range 2 {
		requests := make([]*http.Request, 50)
		for i := range requests {
			requests[i] = w.request(t, key, "POST", "/v2/notifications/sms", fields{
				"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
			})
		}
		go func() {
			sent := 0
			for _, r := range requests {
				if resp, err := w.sim.RoundTrip(r); err == nil && resp.StatusCode == 201 {
					_ = resp.Body.Close()
					sent++
				}
			}
			done <- sent
		}()
	}
	for range 20 {
		snap := w.sim.Snapshot()
		w.sim.Advance(time.Millisecond)
		require.NoError(t, w.sim.Restore(snap))
	}
	require.Equal(t, []int{50, 50}, []int{<-done, <-done})
	for _, n := range w.svc.Messages() {
		got, ok := w.svc.Notification(n.ID)
		require.True(t, ok)
		require.Equal(t, n.ID, got.ID)
	}
}

// BenchmarkRestore goes back to a snapshot with 1,000 messages.
func BenchmarkRestore(b *testing.B) {
	w := setup(b, unlimited())
	simulator.Fill(w.svc, w.sms, w.email, 1000, 10)
	snap := w.sim.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		if err := w.sim.Restore(snap); err != nil {
			b.Fatal(err)
		}
	}
}
