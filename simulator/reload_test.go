package simulator_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

const (
	reloadService  = "d6aa2c68-a2d9-4437-ab19-3ae8eb202553"
	reloadTemplate = "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01"
	keptSecret     = "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0b01"
)

// about is a fixture with one service.
func about(more string) []byte {
	return []byte("services:\n- id: " + reloadService + "\n  " + strings.ReplaceAll(more, "\n", "\n  ") + "\n")
}

const beforeReload = `name: Licensing
api_keys:
- {name: kept, type: live, secret: ` + keptSecret + `}
- {name: random, type: test}
- {name: dropped, type: live}
- {name: stolen, type: live}
guest_list: [old@example.gov.uk]
outcomes: [{recipient: "07900900123", status: permanent-failure}]
sms_senders: [{sender: Licences}]
templates:
- {id: ` + reloadTemplate + `, type: sms, name: Reminder, versions: [{body: "Hello ((name))"}]}
- {type: email, name: Untouched, versions: [{subject: S, body: B}]}
- {type: email, name: Dropped, versions: [{subject: S, body: B}]}`

const afterReload = `name: Licences and Permits
rate_limit_per_minute: 60
permissions: [sms]
api_keys:
- {name: kept, type: live, secret: ` + keptSecret + `}
- {name: random, type: test}
- {name: stolen, type: live}
- {name: new, type: team}
guest_list: [new@example.gov.uk]
sms_senders: [{sender: Permits, default: true}, {sender: Licences}]
templates:
- {id: ` + reloadTemplate + `, type: sms, name: Reminder, versions: [{body: "Good day ((name))"}]}
- {type: email, name: Untouched, versions: [{subject: S, body: B}]}
- {type: letter, name: New, versions: [{subject: S, body: B}]}`

// reloaded is a simulator with that service, a client's way to it and a message.
func reloaded(t *testing.T) (w town, live string) {
	t.Helper()
	w = town{sim: simulator.New(), sms: reloadTemplate}
	require.NoError(t, w.sim.Load(about(beforeReload)))
	w.svc = w.sim.Service(reloadService)
	live = w.svc.Key(simulator.KeyTypeLive)
	require.Equal(t, 201, w.sendSMS(t, live, "07900900123").status)
	return w, live
}

func keyNamed(t *testing.T, svc *simulator.Service, name string) string {
	t.Helper()
	for _, k := range svc.Keys() {
		if k.Name == name {
			return k.Name + "-" + svc.ID() + "-" + k.Secret
		}
	}
	t.Fatalf("no key %s", name)
	return ""
}

func TestReload(t *testing.T) {
	t.Parallel()
	w, live := reloaded(t)
	random, dropped, stolen := w.svc.Keys()[1], keyNamed(t, w.svc, "dropped"), keyNamed(t, w.svc, "stolen")
	added, err := w.svc.AddKey("added", simulator.KeyTypeTest)
	require.NoError(t, err)
	byHand, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: "sms", Name: "By hand", Versions: []simulator.TemplateVersion{{Body: "x"}},
	})
	require.NoError(t, err)
	require.NoError(t, w.svc.AddToGuestList("by.hand@example.gov.uk"))
	require.NoError(t, w.svc.RevokeKey(stolen))
	before := map[string]simulator.TemplateSummary{}
	for _, s := range w.svc.Templates() {
		before[s.Name] = s
	}
	message := w.svc.Messages()[0]
	require.Equal(t, simulator.StatusPermanentFailure, message.Status)
	made := w.do(t, live, "GET", "/v2/template/"+reloadTemplate, nil).body["created_at"]

	require.NoError(t, w.sim.Reload(about(afterReload)))

	require.Same(t, w.svc, w.sim.Service(reloadService))
	require.Equal(t, "Licences and Permits", w.svc.Name())
	kept, ok := w.svc.Notification(message.ID)
	require.True(t, ok)
	require.Equal(t, "Hello Jo", kept.Body)
	sent := w.sendSMS(t, live, "07900900123")
	require.Equal(t, "Good day Jo", sent.body["content"].(fields)["body"])
	require.Equal(t, "Permits", sent.body["content"].(fields)["from_number"])
	require.Equal(t, "delivered", w.status(t, live, sent.body["id"].(string)), "the outcome is gone")
	require.Equal(t, 400, w.sendEmail(t, live, "jo@example.gov.uk").status, "only texts are permitted")
	require.Equal(t, made, w.do(t, live, "GET", "/v2/template/"+reloadTemplate, nil).body["created_at"])

	require.Equal(t, random, w.svc.Keys()[1], "a random secret stays")
	require.Equal(t, 403, w.sendSMS(t, dropped, "07900900123").status)
	require.Equal(t, 403, w.sendSMS(t, stolen, "07900900123").status)
	require.Equal(t, 201, w.sendSMS(t, added, "07900900123").status)
	keyNamed(t, w.svc, "new")

	var names []string
	for _, s := range w.svc.Templates() {
		names = append(names, s.Name)
		if s.Name == "Untouched" || s.Name == "By hand" {
			require.Equal(t, before[s.Name], s)
		}
	}
	require.Equal(t, []string{"Reminder", "Untouched", "New", "By hand"}, names)
	require.NotEmpty(t, byHand)
	gone := w.do(t, live, "GET", "/v2/template/"+before["Dropped"].ID, nil)
	require.Equal(t, 200, gone.status, "an archived template can be read")

	team := w.svc.Key(simulator.KeyTypeTeam)
	require.NoError(t, w.svc.SetPermissions(simulator.PermissionSMS, simulator.PermissionEmail))
	for to, status := range map[string]int{
		"old@example.gov.uk": 400, "new@example.gov.uk": 201, "by.hand@example.gov.uk": 201,
	} {
		w.email = before["Untouched"].ID
		require.Equal(t, status, w.sendEmail(t, team, to).status, to)
	}

	require.NoError(t, w.sim.Reload(about(afterReload)))
	require.Equal(t, 201, w.sendEmail(t, team, "new@example.gov.uk").status, "the file says the same: so do permissions")

	require.NoError(t, w.sim.Reload(about(beforeReload)))
	require.Equal(t, 403, w.sendSMS(t, stolen, "07900900123").status, "revoked by hand, for good")
	require.Equal(t, 403, w.sendSMS(t, dropped, "07900900123").status, "a new secret was made")
	require.Equal(t, 201, w.sendSMS(t, keyNamed(t, w.svc, "dropped"), "07900900999").status)
}

// TestReloadTakesBack: what the file revoked and archived, it can bring back.
func TestReloadTakesBack(t *testing.T) {
	t.Parallel()
	w, live := reloaded(t)
	for range 2 {
		require.NoError(t, w.sim.Reload(about("name: Licensing\nactive: false")))
		require.Equal(t, 403, w.sendSMS(t, live, "07900900123").status)
		require.Empty(t, w.svc.Templates())
		require.Empty(t, w.svc.Keys())
		require.NoError(t, w.sim.Reload(about(beforeReload)))
		require.Equal(t, 201, w.sendSMS(t, live, "07900900123").status)
		require.Len(t, w.svc.Templates(), 3)
	}
	require.Len(t, w.svc.Messages(), 3)
}

// TestReloadMore: what else a file says of a service.
func TestReloadMore(t *testing.T) {
	t.Parallel()
	w, live := reloaded(t)
	snap := w.sim.Snapshot()
	const text = "- {id: 44444444-aaaa-4aaa-8aaa-000000000001, user_number: '447900900111', content: STOP}"
	const more = "\nreceived_text_number: '07700900880'\nreceived_texts:\n" + text + "\nany_template: true\n" +
		"trial_mode: true\ndaily_limits: {sms: 0}\nteam_members: [{email_address: a@example.gov.uk}]\n" +
		"callbacks: {delivery_receipts: {url: 'http://127.0.0.1:1/', bearer_token: a-token-of-some-length}}"
	other := "- {id: d6aa2c68-a2d9-4437-ab19-3ae8eb202554, name: Other}\nprices: {sms_rate: 0.5}\n" +
		"simulator: {outcome: temporary-failure}\n"
	for range 2 {
		require.NoError(t, w.sim.Reload([]byte(string(about(beforeReload+more))+other)))
		got := w.do(t, live, "GET", "/v2/received-text-messages", nil).body["received_text_messages"].([]any)
		require.Len(t, got, 1)
		require.Len(t, w.sim.Services(), 2)
	}
	require.Equal(t, 429, w.sendSMS(t, live, "07900900123").status)
	_, err := w.svc.ReceiveText("07900900111", "more")
	require.NoError(t, err)
	require.NoError(t, w.sim.Restore(snap))
	require.Len(t, w.sim.Services(), 1)
	require.Equal(t, 201, w.sendSMS(t, live, "07900900123").status)
	_, err = w.svc.ReceiveText("07900900111", "more")
	require.Error(t, err, "a snapshot has the number too")
}

// TestReloadOfGo: a service that was added in Go becomes what the file says, and keeps what it has besides.
func TestReloadOfGo(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{ID: reloadService, Name: "Go", AnyTemplate: true})
	key := w.svc.Key(simulator.KeyTypeLive)
	require.NoError(t, w.svc.CallBack(http.NotFoundHandler(), "a-token-of-some-length"))
	require.NoError(t, w.sim.Reload(about(beforeReload)))
	require.Equal(t, "Licensing", w.svc.Name())
	require.Equal(t, 201, w.sendSMS(t, key, "07900900999").status)
	require.Equal(t, 404, w.do(t, key, "GET", "/v2/template/"+keptSecret, nil).status)
	w.sim.Advance(0)
	require.Empty(t, w.svc.Callbacks(), "the file wants none")
}

// TestResetAfterReload: a service that is reset is as the file describes it now.
func TestResetAfterReload(t *testing.T) {
	t.Parallel()
	w, _ := reloaded(t)
	random := w.svc.Keys()[1]
	require.NoError(t, w.sim.Reload(about(afterReload)))
	_, err := w.svc.AddKey("added", simulator.KeyTypeTest)
	require.NoError(t, err)
	w.svc.Reset()
	require.Equal(t, "Licences and Permits", w.svc.Name())
	require.Empty(t, w.svc.Messages())
	require.Len(t, w.svc.Keys(), 4, "the one that was dropped is revoked, and the one that was added is gone")
	require.Equal(t, random, w.svc.Keys()[1])
	sent := w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123")
	require.Equal(t, "Good day Jo", sent.body["content"].(fields)["body"])
	require.Len(t, w.svc.Templates(), 3)
}

// TestReloadRefused: whatever is wrong, in any of the files, nothing changes.
func TestReloadRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	good := file("good.yaml", string(about(afterReload)))
	w, _ := reloaded(t)
	before := fmt.Sprint(w.svc.Name(), w.svc.Keys(), w.svc.Templates())
	for name, c := range map[string]struct{ second, want string }{
		"broken": {file("broken.yaml", "services: ["), "broken.yaml: simulator: line 1"},
		"impossible": {
			file("impossible.yaml", string(about("name: ''"))), "impossible.yaml: simulator: line 3: .services[0].name",
		},
		"missing": {filepath.Join(dir, "missing.yaml"), "missing.yaml"},
		"twice":   {good, "good.yaml: simulator: line 2: .services[0].id: there is a service with id"},
	} {
		require.ErrorContains(t, w.sim.ReloadFiles(good, c.second), c.want, name)
		require.Equal(t, before, fmt.Sprint(w.svc.Name(), w.svc.Keys(), w.svc.Templates()), name)
	}
	require.ErrorContains(t, w.sim.Reload(append(about("name: A"), about("name: B")[len("services:\n"):]...)), "already")
	require.Error(t, w.sim.Reload([]byte("x: 1")))
	require.Len(t, w.svc.Messages(), 1)
	require.NoError(t, w.sim.ReloadFiles(good))
	require.Equal(t, "Licences and Permits", w.svc.Name())
}
