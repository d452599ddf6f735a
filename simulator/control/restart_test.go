package control_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/control"
	"github.com/notifykit/notify/simulator/store"
)

// describedService is in a fixture. It has no ids but its own, so that the others are made up at each start.
const describedService = "d6aa2c68-a2d9-4437-ab19-3ae8eb202553"

const licensing = `
services:
- id: ` + describedService + `
  name: Described
  received_text_number: "07700900880"
  received_texts: [{user_number: "447900900123", content: early, created_at: "2026-11-20T09:59:59.000000Z"}]
  api_keys: [{name: test, type: test}, {name: team, type: team}, {name: live, type: live}]
  templates:
  - {type: sms, name: Code, versions: [{body: "((code)) is your code"}]}
  - {type: email, name: Welcome, versions: [{subject: S, body: "Dear ((name))"}]}
  - {type: letter, name: Decision, versions: [{subject: Our decision, body: We decided.}]}
`

// keeping is a town that keeps everything in a file, with the fixture's service. Its clock stands still and its ids are
// counted, so that two towns that are in the same state answer the same.
func keeping(t *testing.T, file string) town {
	t.Helper()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	w := setup(t, simulator.WithReadableIDs(), simulator.WithClock(func() time.Time { return now }))
	require.NoError(t, w.sim.Load([]byte(licensing)))
	f, err := store.Open(file)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	require.NoError(t, w.sim.KeepIn(f))
	return w
}

// again is a second town, as after a restart on the file as it is now. The first goes on beside it.
func (w town) again(t *testing.T, file string) town {
	t.Helper()
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.WriteFile(other, kept, 0o600))
	return keeping(t, other)
}

// shown is all that the API shows of what is kept.
func (w town) shown(t *testing.T, url string) (all []string) {
	t.Helper()
	for _, target := range []string{
		"/simulator/services", url, url + "/templates", url + "/messages", url + "/usage",
	} {
		status, answer := w.do(t, "GET", target, nil)
		all = append(all, fmt.Sprint(target, status, answer))
	}
	_, now := w.do(t, "GET", "/simulator/time", nil)
	return append(all, fmt.Sprint(now["now"]))
}

// answers keeps what a simulator answers.
type answers struct {
	to  http.RoundTripper
	all []string
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := a.to.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	a.all = append(a.all, fmt.Sprint(r.Method, " ", r.URL.Path, " ", resp.StatusCode, " ", string(body)))
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, err
}

// probed is what clients are answered that use these keys, whether or not they are still valid.
func (w world) probed(t *testing.T) []string {
	t.Helper()
	a := &answers{to: w.sim}
	for _, kind := range []string{"test", "team", "live"} {
		client, err := notify.New(at[string](t, w.answer, "keys", kind), notify.WithHTTPClient(&http.Client{Transport: a}),
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		for _, to := range []string{"07900900123", "07900900456", "+33612345678"} {
			_, _ = client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: to, TemplateID: w.template(t, "Code"), Personalisation: notify.Personalisation{"code": "1"},
			})
		}
		for _, to := range []string{"jo@example.gov.uk", "sam@example.gov.uk"} {
			_, _ = client.SendEmail(t.Context(), notify.Email{
				EmailAddress: to, TemplateID: w.template(t, "Welcome"), Personalisation: notify.Personalisation{"name": "Jo"},
			})
		}
		_, _ = client.SendSMS(t.Context(), notify.SMS{
			PhoneNumber: "07900900123", TemplateID: "00000000-0000-4000-8000-00000000dead",
		})
		_, _ = client.Templates(t.Context(), "")
		_, _ = client.ReceivedTextsPage(t.Context(), "")
	}
	require.Greater(t, len(a.all), 15)
	return a.all
}

// theSame compares a world with one after a restart: what is shown, what clients are answered, what then comes by
// itself, and what Reset makes of it.
func theSame(t *testing.T, w world, file string) {
	t.Helper()
	again := w
	again.town = w.again(t, file)
	require.Equal(t, w.shown(t, w.url), again.shown(t, w.url))
	require.Equal(t, w.probed(t), again.probed(t))
	require.Equal(t, w.shown(t, w.url), again.shown(t, w.url), "after sending")
	for range 2 {
		_, happened := w.do(t, "POST", "/simulator/time/advance", object{"by": "1m"})
		_, then := again.do(t, "POST", "/simulator/time/advance", object{"by": "1m"})
		require.Equal(t, happened["now"], then["now"])
		require.Equal(t, w.shown(t, w.url), again.shown(t, w.url), "later")
	}
	for _, w := range []world{w, again} {
		w.do(t, "POST", w.url+"/reset", nil)
	}
	require.Equal(t, w.shown(t, w.url), again.shown(t, w.url), "after a reset")
	require.Equal(t, w.probed(t), again.probed(t), "after a reset")
}

// change is a request that changes something.
type change struct {
	route, path string // the path with the service's URL before it if it begins with /, unless it begins with /simulator
	body        object
}

// changes are one or more for each route that changes what is kept. ids are those of the world below.
func changes(t *testing.T, w world, text, letter string) []change {
	t.Helper()
	const service = "/simulator/services/{service}"
	all := []change{
		{"POST /simulator/services", "/simulator/services", object{
			"name": "Another", "plan": object{"outcome": "90s"},
			"outcomes": []object{{"recipient": "07900900123", "status": "permanent-failure"}},
		}},
		{"DELETE " + service, "", nil},
		{"POST " + service + "/reset", "/reset", nil},
		{"POST " + service + "/keys", "/keys", object{"type": "live", "name": "second"}},
		{"POST " + service + "/keys/revoke", "/keys/revoke", object{"key": at[string](t, w.answer, "keys", "live")}},
		{"POST " + service + "/templates", "/templates", object{"type": "sms", "name": "New", "body": "New"}},
		{"PATCH " + service + "/templates/{id}", "/templates/" + w.template(t, "Code"),
			object{"body": "Changed ((code))"}},
		{"DELETE " + service + "/templates/{id}", "/templates/" + w.template(t, "Code"), nil},
		{"POST " + service + "/messages/{id}/status", "/messages/" + text + "/status", object{"status": "technical-failure"}},
		{"POST " + service + "/messages/{id}/return", "/messages/" + letter + "/return", nil},
		{"POST " + service + "/received-texts", "/received-texts", object{"from": "07900900123", "content": "Hello"}},
		{"POST /simulator/time/advance", "/simulator/time/advance", object{"by": "1h"}},
		{"POST /simulator/reset", "/simulator/reset", nil},
	}
	for _, settings := range []object{
		{"active": false}, {"trial_mode": true}, {"permissions": []string{"email"}},
		{"daily_limits": object{"sms": 2, "email": 1}},
		{"team_members": []object{{"name": "Jo", "email_address": "jo@example.gov.uk", "mobile_number": "07900900123"}}},
		{"guest_list": []string{"07900900456"}},
		{"outcomes": []object{{"recipient": "+33612345678", "status": "temporary-failure"}}},
		{"any_template": true}, {"plan": object{"sms": object{"sending": "10s", "outcome": "100s"}, "outcome": "30s"}},
	} {
		all = append(all, change{"PATCH " + service, "", settings})
	}
	return all
}

// notKept are the routes whose changes end with the process.
const notKept = `POST /simulator/services/{service}/callbacks/quirks
POST /simulator/services/{service}/faults
DELETE /simulator/services/{service}/faults
DELETE /simulator/services/{service}/faults/{id}
POST /simulator/faults
DELETE /simulator/faults
DELETE /simulator/faults/{id}
POST /simulator/snapshots
DELETE /simulator/snapshots/{id}
`

// inhabited is a town that keeps everything, with a world in it in which something was sent.
func inhabited(t *testing.T, fixture bool) (w world, file, text, letter string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "data")
	home := keeping(t, file)
	if fixture {
		w = world{town: home, url: "/simulator/services/" + describedService}
		w.answer = w.must(t, "GET", w.url, nil)
		w.client = w.with(t, "test")
	} else {
		w = home.service(t, object{"received_text_number": "07700900881", "plan": object{"outcome": "40s"}})
	}
	text = w.text(t, "07900900123", "1234")
	w.client = w.with(t, "live") // letters of test keys are never printed
	letter = w.letter(t)
	w.email(t, "jo@example.gov.uk", "Jo")
	return w, file, text, letter
}

// TestRestart: whatever a request changed is so after a restart, for a service that was made over the API and for one
// of a fixture.
func TestRestart(t *testing.T) {
	t.Parallel()
	for _, fixture := range []bool{false, true} {
		first, _, text, letter := inhabited(t, fixture)
		tried := map[string]bool{"POST /simulator/snapshots/{id}/restore": true} // TestRestartRestored
		for i, c := range changes(t, first, text, letter) {
			tried[c.route] = true
			t.Run(fmt.Sprintf("%t/%d %s", fixture, i, c.route), func(t *testing.T) {
				t.Parallel()
				w, file, _, _ := inhabited(t, fixture)
				method, _, _ := strings.Cut(c.route, " ")
				target := c.path
				if !strings.HasPrefix(target, "/simulator") {
					target = w.url + target
				}
				var body any
				if c.body != nil {
					body = c.body
				}
				status, answer := w.do(t, method, target, body)
				require.Less(t, status, 300, answer)
				theSame(t, w, file)
			})
		}
		for _, r := range control.Routes() {
			route := r[0] + " " + r[1]
			if r[0] != "GET" && !strings.Contains(notKept, route+"\n") {
				require.True(t, tried[route], "%s is not tried", route)
			}
		}
	}
}

// TestRestartRestored: what a snapshot puts back is so after a restart.
func TestRestartRestored(t *testing.T) {
	t.Parallel()
	for _, fixture := range []bool{false, true} {
		w, file, _, _ := inhabited(t, fixture)
		snapshot := at[string](t, w.must(t, "POST", "/simulator/snapshots", nil), "url")
		w.must(t, "DELETE", w.url, nil)
		other := w.service(t, nil)
		w.must(t, "POST", snapshot+"/restore", nil)
		w.email(t, "sam@example.gov.uk", "Sam")
		theSame(t, w, file)
		status, _ := w.again(t, file).do(t, "GET", other.url, nil)
		require.Equal(t, 404, status)
	}
}

// TestRestartRateLimit: a rate limit that was set stays, though what was used of it is forgotten. It has a test of its
// own because a client that met it waits.
func TestRestartRateLimit(t *testing.T) {
	t.Parallel()
	w, file, _, _ := inhabited(t, false)
	w.must(t, "PATCH", w.url, object{"rate_limit_per_minute": 3})
	w.town = w.again(t, file)
	client := w.with(t, "team")
	sms := notify.SMS{PhoneNumber: "07900900123", TemplateID: w.template(t, "Code")}
	_, err := client.SendSMS(t.Context(), sms)
	require.NotErrorIs(t, err, notify.ErrRateLimited)
	_, err = client.SendSMS(t.Context(), sms)
	require.ErrorIs(t, err, notify.ErrRateLimited)
}
