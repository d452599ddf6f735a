package simulator_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// shelf is a store in memory.
type shelf struct {
	mu      sync.Mutex
	records map[string][]byte
	puts    int
	full    error
}

func newShelf() *shelf { return &shelf{records: map[string][]byte{}} }

func (s *shelf) Records() iter.Seq2[simulator.Record, error] {
	return func(yield func(simulator.Record, error) bool) {
		s.mu.Lock()
		all := maps.Clone(s.records)
		s.mu.Unlock()
		for key, value := range all {
			if !yield(simulator.Record{Key: key, Value: value}, nil) {
				return
			}
		}
	}
}

func (s *shelf) Put(records []simulator.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return s.full
	}
	s.puts++
	for _, r := range records {
		if r.Value == nil {
			delete(s.records, r.Key)
		} else {
			s.records[r.Key] = bytes.Clone(r.Value)
		}
	}
	return nil
}

// again is the town after a restart, with what the store has and nothing else.
func (w town) again(t testing.TB, s simulator.Store, opts ...simulator.Option) town {
	t.Helper()
	w.sim = simulator.New(opts...)
	require.NoError(t, w.sim.KeepIn(s))
	w.svc = w.sim.Service(w.svc.ID())
	require.NotNil(t, w.svc)
	return w
}

// keptTown is a town that keeps everything on the shelf.
func keptTown(t testing.TB, s *shelf, opts ...simulator.Option) town {
	t.Helper()
	w := snapshotTown(t, opts...)
	require.NoError(t, w.sim.KeepIn(s))
	return w
}

var plainPDF = base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n"))

// TestKeepIn: everything that a simulator shows, it shows after a restart, and what was ahead of it happens then.
func TestKeepIn(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	s := newShelf()
	options := []simulator.Option{simulator.WithClock(c.Now), simulator.Realistic()}
	w := keptTown(t, s, options...)
	live, team := w.svc.Key(simulator.KeyTypeLive), w.svc.Key(simulator.KeyTypeTeam)
	other, err := w.sim.AddService(simulator.ServiceConfig{
		Name: "Another", DailyLimits: simulator.DailyLimits{SMS: new(3)},
	})
	require.NoError(t, err)
	steps := map[string]func(){
		"a text":     func() { w.sendSMS(t, live, "07900900123") },
		"one abroad": func() { w.sendSMS(t, live, "+33612345678") },
		"an email":   func() { w.sendEmail(t, live, "jo@example.gov.uk") },
		"a letter":   func() { w.sendLetter(t, live) },
		"a precompiled letter": func() {
			got := w.do(t, live, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": plainPDF})
			require.Equal(t, 201, got.status)
		},
		"time": func() { w.sim.Advance(2 * time.Second) },
		"a status": func() {
			require.NoError(t, w.svc.SetStatus(w.sendSMS(t, live, "07900900124").id(), simulator.StatusPermanentFailure))
		},
		"a version": func() {
			require.NoError(t, w.svc.UpdateTemplate(w.email, simulator.TemplateVersion{Subject: "New", Body: "New ((name))"}))
		},
		"a template": func() { w.add(t, simulator.MessageTypeSMS, simulator.TemplateVersion{Body: "Another"}) },
		"guests":     func() { require.NoError(t, w.svc.AddToGuestList("guest@example.gov.uk", "07900900125")) },
		"a member": func() {
			require.NoError(t, w.svc.AddTeamMember(simulator.TeamMember{Name: "Jo", EmailAddress: "jo@example.gov.uk"}))
		},
		"limits": func() {
			require.NoError(t, w.svc.SetRateLimit(2000))
			require.NoError(t, w.svc.SetDailyLimits(simulator.DailyLimits{Email: new(40), Letter: new(0)}))
		},
		"permissions": func() {
			require.NoError(t, w.svc.SetPermissions(simulator.PermissionEmail, simulator.PermissionSMS))
		},
		"prices": func() { require.NoError(t, w.sim.SetPrices(simulator.Prices{SMSRate: 1})) },
		"a reply": func() {
			_, err := w.svc.ReceiveText("07900900123", "Hello")
			require.NoError(t, err)
		},
		"a key": func() {
			_, err := w.svc.AddKey("new", simulator.KeyTypeTest)
			require.NoError(t, err)
			require.NoError(t, w.svc.RevokeKey(team))
		},
		"an outcome": func() { require.NoError(t, w.svc.SetOutcome("+33612345678", simulator.StatusTechnicalFailure)) },
		"any template": func() {
			w.svc.SetAnyTemplate(true)
			got := w.do(t, live, "POST", "/v2/notifications/sms", fields{
				"phone_number": "07900900123", "template_id": "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03",
				"personalisation": fields{"z": 1.5, "a": []any{"x", 1, nil, true}},
			})
			require.Equal(t, 201, got.status)
		},
		"a callback": func() {
			require.NoError(t, w.svc.SetCallback(simulator.CallbackKindReceivedText,
				simulator.Callback{URL: "https://example.gov.uk/texts", BearerToken: "0123456789"}))
		},
		"the other archived": other.Archive,
		"days":               func() { w.sim.Advance(9 * 24 * time.Hour) },
		"trial mode":         func() { w.svc.SetTrialMode(true) },
	}
	for _, name := range []string{
		"a text", "one abroad", "an email", "a letter", "a precompiled letter", "time", "a status", "a version", "an email",
		"a template", "guests", "a member", "a reply", "limits", "permissions", "prices", "a key", "an outcome",
		"any template", "one abroad", "a callback", "the other archived", "time", "days", "a text", "trial mode",
	} {
		steps[name]()
		require.NoError(t, w.sim.Flush())
		before := w.shown(t)
		require.Equal(t, before, w.again(t, s, options...).shown(t), name)
	}
	require.NotContains(t, s.records, "", "every record has a key")

	again := w.again(t, s, options...)
	w.sim.Advance(time.Hour)
	again.sim.Advance(time.Hour)
	require.Equal(t, w.shown(t), again.shown(t), "what was ahead happens at the same time")
	require.Equal(t, 403, again.sendEmail(t, team, "guest@example.gov.uk").status, "a revoked key stays revoked")
}

// TestKeepInRestore: the store follows when a snapshot is restored.
func TestKeepInRestore(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	s := newShelf()
	w := keptTown(t, s, simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	w.sendSMS(t, key, "07900900123")
	snap := w.sim.Snapshot()
	w.sim.Advance(time.Hour)
	w.sendEmail(t, key, "jo@example.gov.uk")
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	_, err = w.sim.AddService(simulator.ServiceConfig{Name: "Another"})
	require.NoError(t, err)
	require.NoError(t, w.sim.Restore(snap))
	require.Equal(t, w.shown(t), w.again(t, s, simulator.WithClock(c.Now), simulator.Realistic()).shown(t))
}

// TestKeepInFull: nobody gets an answer to what is not stored, and it is stored once that is possible.
func TestKeepInFull(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptTown(t, s)
	key := w.svc.Key(simulator.KeyTypeTest)
	s.full = errors.New("no room")
	got := w.sendSMS(t, key, "07900900123")
	require.Equal(t, 500, got.status)
	require.Contains(t, got.raw, "no room")
	require.ErrorIs(t, w.sim.Flush(), s.full)
	s.full = nil
	require.Equal(t, 201, w.sendSMS(t, key, "07900900123").status)
	require.Len(t, w.again(t, s).svc.Messages(), 2)
}

// TestKeepInOnce: a send is one call to the store, however many parts it has.
func TestKeepInOnce(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptTown(t, s)
	before := s.puts
	require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").status)
	require.Equal(t, before+1, s.puts)
	w.svc.Messages()
	w.do(t, w.svc.Key(simulator.KeyTypeLive), "GET", "/v2/notifications", nil)
	require.Equal(t, before+1, s.puts, "reading stores nothing")
}

// TestKeepInDescribed: a service that is described as before is as the store has it; if its description changed, that
// counts. Its messages are there either way, and look the same.
func TestKeepInDescribed(t *testing.T) {
	t.Parallel()
	s := newShelf()
	describe := func(body string) []byte {
		return []byte(`
services:
- id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
  name: Licensing
  received_text_number: "07700900880"
  received_texts: [{user_number: "447900900123", content: early}]
  api_keys: [{name: cron, type: live}]
  templates:
  - {id: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01, type: sms, name: Reminder, versions: [{body: "` + body + ` ((name))"}]}
`)
	}
	start := func(body string) (w town) {
		w.sim = simulator.New()
		require.NoError(t, w.sim.Load(describe(body)))
		w.svc = w.sim.Service("d6aa2c68-a2d9-4437-ab19-3ae8eb202553")
		require.NoError(t, w.sim.KeepIn(s))
		require.Same(t, w.svc, w.sim.Service(w.svc.ID()))
		w.sms = "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01"
		return w
	}
	w := start("Hello")
	key := w.svc.Key(simulator.KeyTypeLive)
	id := w.sendSMS(t, key, "07900900123").id()
	sent, _ := w.svc.Delivered(id)
	require.NoError(t, w.svc.AddToGuestList("guest@example.gov.uk"))
	_, err := w.svc.AddKey("test", simulator.KeyTypeTest)
	require.NoError(t, err)

	w = start("Hello")
	require.Equal(t, key, w.svc.Key(simulator.KeyTypeLive), "the secret that was made up stays")
	require.NotEmpty(t, w.svc.Key(simulator.KeyTypeTest))
	require.Equal(t, 201, w.sendSMS(t, key, "07900900123").status)
	require.Contains(t, w.do(t, key, "GET", "/v2/received-text-messages", nil).raw, "early")

	for range 2 {
		w = start("Goodbye")
		require.Empty(t, w.svc.Key(simulator.KeyTypeTest))
		require.Len(t, w.svc.Messages(), 2)
		again, known := w.svc.Delivered(id)
		require.True(t, known)
		require.Equal(t, sent, again)
		key = w.svc.Key(simulator.KeyTypeLive)
		require.Equal(t, 1, bytes.Count([]byte(w.do(t, key, "GET", "/v2/received-text-messages", nil).raw), []byte("early")))
	}
	require.Contains(t, w.sendSMS(t, key, "07900900123").raw, "Goodbye")
}

// TestKeepInReadableIDs: ids are counted on, also past messages that are gone.
func TestKeepInReadableIDs(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptTown(t, s, simulator.WithReadableIDs())
	id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").id()
	maps.DeleteFunc(s.records, func(key string, _ []byte) bool { return key == "message/"+w.svc.ID()+"/"+id })
	w = w.again(t, s, simulator.WithReadableIDs())
	require.NotEqual(t, id, w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").id())
}

// TestKeepInRefuses: a record that can't be understood is named.
func TestKeepInRefuses(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptTown(t, s)
	id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").id()
	message := "message/" + w.svc.ID() + "/" + id
	for key, value := range map[string]string{
		"what": "{}", "what/" + w.svc.ID(): "{}", "message/x/y": "{}", "message/" + w.svc.ID() + "/y": "{}",
		"service/" + w.svc.ID(): `{"config": {"Name": "X"}}`, "time": "1", "prices": `{"SMSRate": -1}`,
		"day/" + w.svc.ID() + "/x": "{}", message: `{"type": "fax"}`, "text/" + w.svc.ID() + "/" + id: "[]",
		"service/d6aa2c68-a2d9-4437-ab19-3ae8eb202553": `{"config": {}}`,
	} {
		broken := &shelf{records: maps.Clone(s.records)}
		broken.records[key] = []byte(value)
		require.Error(t, simulator.New().KeepIn(broken), key)
	}
	delete(s.records, "service/"+w.svc.ID())
	require.ErrorContains(t, simulator.New().KeepIn(s), w.svc.ID())
	keys := slices.Collect(maps.Keys(s.records))
	require.Contains(t, keys, message)
}
