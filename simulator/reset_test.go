package simulator_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestReset(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{
		AnyTemplate: true, ReceivedTextNumber: "07700900880",
		ReceivedTexts: []simulator.ReceivedTextConfig{{UserNumber: "447900900123", Content: "from the start"}},
	})
	key := w.svc.Key(simulator.KeyTypeLive)
	first := w.sendSMS(t, key, "07900900123").id()
	_, err := w.svc.ReceiveText("07900900123", "later")
	require.NoError(t, err)
	require.NoError(t, w.svc.SetOutcome("07900900123", simulator.StatusPermanentFailure))
	require.NoError(t, w.svc.ArchiveTemplate(w.email))
	added, err := w.svc.AddKey("added", simulator.KeyTypeTest)
	require.NoError(t, err)
	w.svc.SetTrialMode(true)
	w.svc.SetAnyTemplate(false)
	w.svc.SetPlan(simulator.Plan{SMS: simulator.Timing{Outcome: time.Hour}})
	changed := w.svc.Changed()

	for range 2 { // it stays as it was made, however often it is reset
		w.svc.Reset()
		select {
		case <-changed:
		default:
			require.Fail(t, "who waits for a message is woken")
		}
		require.Empty(t, w.svc.Messages())
		require.Zero(t, w.svc.Usage().Today[simulator.MessageTypeSMS])
		require.Equal(t, 404, w.do(t, key, "GET", "/v2/notifications/"+first, nil).status)
		require.Equal(t, 403, w.do(t, added, "GET", "/v2/notifications", nil).status)
		texts, _ := w.do(t, key, "GET", "/v2/received-text-messages", nil).body["received_text_messages"].([]any)
		require.Len(t, texts, 1)
		require.Equal(t, 201, w.sendEmail(t, key, "jo@example.com").status)
		require.Equal(t, "delivered", w.status(t, key, w.sendSMS(t, key, "07900900123").id()))
		require.Len(t, w.svc.Messages(), 2)
	}
}

// TestResetGivesUpCallbacks: what is about to be posted again is not, and what is still to come changes nothing.
func TestResetGivesUpCallbacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var posted atomic.Int64
		refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { posted.Add(1); w.WriteHeader(503) })
		w := setup(t, simulator.ServiceConfig{AnyTemplate: true, Callbacks: simulator.Callbacks{
			DeliveryReceipts: simulator.Callback{Handler: refuse, BearerToken: "0123456789"},
		}})
		key := w.svc.Key(simulator.KeyTypeLive)
		w.sendSMS(t, key, "07900900123")
		w.sim.Advance(0)
		require.EqualValues(t, 1, posted.Load())
		w.svc.SetPlan(simulator.Plan{SMS: simulator.Timing{Outcome: time.Hour}})
		w.sendSMS(t, key, "07900900123")

		w.svc.Reset()
		w.sim.Advance(2 * time.Hour)
		require.EqualValues(t, 1, posted.Load())
		require.Empty(t, w.svc.Callbacks())

		w.sendSMS(t, key, "07900900123")
		w.sim.Advance(0)
		require.EqualValues(t, 2, posted.Load(), "the callback of the description is there again")
		w.svc.Reset()
	})
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"})
	key := w.svc.Key(simulator.KeyTypeLive)
	id := w.sendSMS(t, key, "07900900123").id()
	snap := w.sim.Snapshot()
	services := len(w.sim.Services())
	w.svc.Remove()
	w.svc.Remove()
	require.Len(t, w.sim.Services(), services-1)
	require.Nil(t, w.sim.Service(w.svc.ID()))
	require.Equal(t, 403, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
	require.Empty(t, w.svc.Messages())
	_, err := w.sim.AddService(simulator.ServiceConfig{ID: w.svc.ID(), Name: "With the same id"})
	require.NoError(t, err)
	w.svc.Remove()
	require.NotNil(t, w.sim.Service(w.svc.ID()), "that is another service")

	require.NoError(t, w.sim.Restore(snap))
	require.Same(t, w.svc, w.sim.Service(w.svc.ID()))
	require.Equal(t, 200, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
}

func TestTemplateWithoutVersions(t *testing.T) {
	t.Parallel()
	const head = "services:\n- id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553\n  name: x\n  templates:\n"
	sim := simulator.New()
	require.NoError(t, sim.Load([]byte(head+"  - {type: email, name: Welcome, subject: Hello, body: '((name))'}\n"+
		"  - {type: sms, name: Old, archived: true, version: 3, body: Hi}")))
	all := sim.Services()[0].Templates()
	require.Len(t, all, 1)
	require.Equal(t, "Welcome", all[0].Name)
	require.Equal(t, []string{"name"}, all[0].Placeholders)
	for template, want := range map[string]string{
		"{type: sms, name: x}":                            "line 5: .services[0].templates[0]: a template needs a version",
		"{type: sms, body: x, versions: [{body: y}]}":     "line 5: .services[0].templates[0]: a template has versions, or",
		"{type: sms, boby: x}":                            `.templates[0]: unknown field "boby": did you mean "body"?`,
		"{type: sms, body: [x]}":                          ".services[0].templates[0].body: want text",
		"{type: sms, body: x, subject: x}":                "a text message has no subject",
		"{type: sms, versions: [{body: x, versions: 1}]}": `unknown field "versions": did you mean "version"?`,
	} {
		require.ErrorContains(t, simulator.New().Load([]byte(head+"  - "+template)), want)
	}
}
