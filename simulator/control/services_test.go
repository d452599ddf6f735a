package control_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func TestServices(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	require.Equal(t, "http://localhost:6011/simulator/services/"+at[string](t, w.answer, "id"), w.url)
	require.Len(t, w.answer["keys"], 3)
	require.Equal(t, w.answer, w.must(t, "GET", w.url, nil))
	all := w.must(t, "GET", "/simulator/services", nil)
	require.Equal(t, []any{w.answer}, all["services"])
	require.Empty(t, w.must(t, "GET", "/simulator/services?name=x", nil)["services"])

	status, answer := w.do(t, "POST", "/simulator/services", object{"id": w.answer["id"], "name": "x"})
	require.Equal(t, 409, status, answer)
	trial := w.must(t, "POST", "/simulator/services", object{"name": "x", "trial_mode": true})
	require.NotContains(t, trial["keys"], "live")
	own := w.must(t, "POST", "/simulator/services", object{
		"name": "x", "api_keys": []object{{"name": "a-b", "type": "test"}},
	})
	require.Len(t, own["all_keys"], 1)
	require.Contains(t, at[string](t, own, "keys", "test"), "a-b-")

	r := newRequest(t, "GET", w.url, nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	require.Contains(t, rec.Body.String(), `"url":"https://localhost:6011/simulator/services/`)

	w.text(t, "07900900123", "482913")
	w.must(t, "GET", w.url+"/messages/next", nil)
	require.InDelta(t, 0, w.must(t, "POST", w.url+"/reset", nil)["messages"], 0)
	w.text(t, "07900900123", "482913")
	w.must(t, "GET", w.url+"/messages/next", nil)
	require.Nil(t, w.must(t, "DELETE", w.url, nil))
	status, _ = w.do(t, "GET", w.url, nil)
	require.Equal(t, 404, status)
	require.Len(t, w.sim.Services(), 2)
}

// TestResetKeepsWhatIsNotItsOwn: a service that was deleted is no longer the API's, whoever makes one with its id.
func TestResetKeepsWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	const id = "d6aa2c68-a2d9-4437-ab19-3ae8eb202553"
	w.must(t, "POST", "/simulator/services", object{"id": id, "name": "x"})
	w.must(t, "DELETE", "/simulator/services/"+id, nil)
	require.NoError(t, w.sim.Load([]byte("services: [{id: "+id+", name: of a fixture}]")))
	w.must(t, "POST", "/simulator/reset", nil)
	require.NotNil(t, w.sim.Service(id))
}

func TestMistakesInBodies(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	for body, want := range map[string]string{
		`{"nam": "x"}`: `unknown field "nam": did you mean "name"?`,
		`{}`:           "name: a service needs a name",
		`{"name": "x", "templates": [{"boby": "x"}]}`:                `templates[0]: unknown field "boby": did you mean`,
		`{"name": "x", "templates": [{"type": "fax", "body": "x"}]}`: `templates[0].type: "fax" is none of`,
		`{"name": "x", "plan": {"sms": {"outcome": "soon"}}}`:        "plan.sms.outcome: want a time like 1m30s",
		`{"name": "x", "plan": {"outcome": "99999h"}}`:               "plan.outcome: at most ten years, not 99999h0m0s",
		`{"name": "x", "plan": {"outcome": [1]}}`:                    "plan.outcome: want a time like 1m30s",
		`{"name": ["x"]}`:            "name: want text",
		`{"name": "x", "name": "y"}`: `the field "name" stands twice`,
		`{"name": "x"`:               "the body is not JSON",
		`name: x`:                    "the body is not JSON",
		`[]`:                         "want an object",
		` null `:                     "want an object",
		`{"templates": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`: "nested more than 32 deep",
	} {
		status, answer := w.do(t, "POST", "/simulator/services", body)
		require.Equal(t, 400, status, body)
		require.Contains(t, answer["error"], want)
		if field, _, found := strings.Cut(want, ": "); found && !strings.Contains(field, " ") {
			require.Equal(t, field, answer["field"])
		}
	}
	require.Len(t, w.sim.Services(), 1)
	status, answer := w.do(t, "POST", "/simulator/services", `{"name": "`+strings.Repeat("x", 4<<20)+`"}`)
	require.Equal(t, 413, status)
	require.Equal(t, "the body is larger than 4 MiB", answer["error"])
	status, answer = w.do(t, "PUT", w.url, `{}`)
	require.Equal(t, 405, status)
	require.Equal(t, "PUT is not possible here, but GET and PATCH and DELETE is", answer["error"])
	status, answer = w.do(t, "GET", "/simulator/service", nil)
	require.Equal(t, 404, status)
	require.Contains(t, answer["error"], "/simulator/openapi.yaml")
	status, _ = w.do(t, "GET", "/simulator/services/x/messages/next", nil)
	require.Equal(t, 404, status)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	key := w.must(t, "POST", w.url+"/keys", object{"type": "test", "name": "second"})
	require.Contains(t, key["key"], "second-")
	require.Equal(t, "team", w.must(t, "POST", w.url+"/keys", object{"type": "team"})["name"])
	w.must(t, "POST", w.url+"/keys/revoke", object{"key": at[string](t, w.answer, "keys", "test")})
	_, err := w.client.Template(t.Context(), w.template(t, "Code"))
	require.ErrorIs(t, err, notify.ErrKeyRevoked)
	require.Equal(t, key["key"], at[string](t, w.must(t, "GET", w.url, nil), "keys", "test"))
	status, answer := w.do(t, "POST", w.url+"/keys/revoke", object{"key": "x"})
	require.Equal(t, 400, status)
	require.Equal(t, "key", answer["field"])
	for _, body := range []object{{}, {"type": "x"}, {"type": "test", "name": "\u0000"}} {
		status, _ = w.do(t, "POST", w.url+"/keys", body)
		require.Equal(t, 400, status)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	made := w.must(t, "POST", w.url+"/templates", object{"type": "sms", "name": "New", "body": "((a))"})
	require.Equal(t, []any{"a"}, made["placeholders"])
	require.Len(t, w.must(t, "GET", w.url+"/templates", nil)["templates"], 4)
	path := w.url + "/templates/" + at[string](t, made, "id")
	updated := w.must(t, "PATCH", path, object{"body": "((b))"})
	require.InDelta(t, 2, updated["version"], 0)
	status, answer := w.do(t, "PATCH", path, object{"subject": "x", "body": "y"})
	require.Equal(t, 400, status)
	require.Equal(t, "subject", answer["field"])
	w.must(t, "DELETE", path, nil)
	for method, body := range map[string]any{"PATCH": object{"body": "((c))"}, "DELETE": nil} {
		status, _ = w.do(t, method, path, body)
		require.Equal(t, 404, status, "it is archived")
	}
	w.must(t, "POST", w.url+"/templates", object{"type": "sms", "body": "old", "archived": true})
	require.Len(t, w.must(t, "GET", w.url+"/templates", nil)["templates"], 3)
	status, answer = w.do(t, "POST", w.url+"/templates", object{"type": "fax", "body": "x"})
	require.Equal(t, 400, status)
	require.Equal(t, "type", answer["field"])
}

func TestSettings(t *testing.T) {
	t.Parallel()
	w := setup(t).service(t, nil)
	w.must(t, "PATCH", w.url, object{
		"outcomes": []object{{"recipient": "07900 900123", "status": "permanent-failure"}}, "any_template": true,
		"guest_list":   []string{"jo@example.gov.uk"},
		"team_members": []object{{"name": "Al", "email_address": "al@example.gov.uk"}},
		"permissions":  []string{"sms", "email"}, "rate_limit_per_minute": 60, "daily_limits": object{"sms": 1},
		"plan": object{"sms": object{"outcome": 60}},
	})
	w.text(t, "07900900123", "482913")
	w.must(t, "POST", "/simulator/time/advance", object{"by": "1m"})
	require.Equal(t, "permanent-failure", w.must(t, "GET", w.url+"/messages/next", nil)["status"])
	_, err := w.with(t, "team").SendEmail(t.Context(), notify.Email{
		EmailAddress: "jo@example.gov.uk", TemplateID: w.template(t, "Welcome"),
		Personalisation: notify.Personalisation{"name": "Jo"},
	})
	require.NoError(t, err)
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20"}
	_, err = w.with(t, "live").SendSMS(t.Context(), text)
	require.NoError(t, err)
	_, err = w.with(t, "live").SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrDailyLimit)
	usage := w.must(t, "GET", w.url+"/usage", nil)
	require.InDelta(t, 1, at[float64](t, usage, "today", "sms"), 0)

	for body, field := range map[string]string{
		`{"any_template": false, "permissions": ["fax"]}`:                     "permissions[0]",
		`{"any_template": false, "rate_limit_per_minute": -1}`:                "rate_limit_per_minute",
		`{"any_template": false, "daily_limits": {"sms": -1}}`:                "daily_limits.sms",
		`{"any_template": false, "guest_list": ["x"]}`:                        "guest_list[0]",
		`{"any_template": false, "team_members": [{"email_address": "x"}]}`:   "team_members[0].email_address",
		`{"any_template": false, "outcomes": [{"recipient": "x"}]}`:           "outcomes[0].recipient",
		`{"any_template": false, "callbacks": {"received_texts": {"url":1}}}`: "callbacks.received_texts.url",
		`{"any_template": false, "active": true}`:                             "active",
	} {
		status, answer := w.do(t, "PATCH", w.url, body)
		require.Equal(t, 400, status, body)
		require.Equal(t, field, answer["field"], answer)
	}
	_, err = w.client.SendSMS(t.Context(), text)
	require.NoError(t, err, "nothing was changed by a request that was refused")

	w.must(t, "PATCH", w.url, object{"outcomes": []object{{"recipient": "07900900123", "status": ""}}, "trial_mode": true,
		"plan": object{}, "rate_limit_per_minute": 0})
	require.Equal(t, "delivered", w.must(t, "GET", w.url+"/messages/"+w.text(t, "07900900123", "1"), nil)["status"])
	w.must(t, "PATCH", w.url, object{"active": false})
	_, err = w.client.SendSMS(t.Context(), text)
	require.Error(t, err)
}

func TestSnapshotsAndReset(t *testing.T) {
	t.Parallel()
	sim := setup(t)
	_, err := sim.sim.AddService(simulator.ServiceConfig{Name: "From a fixture"})
	require.NoError(t, err)
	w := sim.service(t, nil)
	w.text(t, "07900900123", "482913")
	snapshot := w.must(t, "POST", "/simulator/snapshots", nil)
	first := w.must(t, "GET", w.url+"/messages/next", nil)
	w.text(t, "07900900123", "111111")
	another := w.service(t, object{"name": "another"})
	w.must(t, "POST", at[string](t, snapshot, "url")+"/restore", nil)
	status, _ := w.do(t, "GET", another.url, nil)
	require.Equal(t, 404, status)
	require.Equal(t, first["id"], w.must(t, "GET", w.url+"/messages/next", nil)["id"], "it was not returned then")
	require.InDelta(t, 1, w.must(t, "GET", w.url+"/messages", nil)["total"], 0)
	w.must(t, "DELETE", at[string](t, snapshot, "url"), nil)
	for _, method := range []string{"POST", "DELETE"} {
		path := at[string](t, snapshot, "url")
		if method == "POST" {
			path += "/restore"
		}
		status, _ = w.do(t, method, path, nil)
		require.Equal(t, 404, status)
	}
	for range 20 {
		w.must(t, "POST", "/simulator/snapshots", nil)
	}
	status, _ = w.do(t, "POST", "/simulator/snapshots", nil)
	require.Equal(t, 409, status)

	w.must(t, "POST", "/simulator/faults", object{"faults": []object{{"kind": "rate_limited"}}})
	w.must(t, "POST", "/simulator/reset", nil)
	require.Len(t, w.sim.Services(), 1)
	require.Empty(t, w.sim.Injections())
	w.must(t, "POST", "/simulator/snapshots", nil)
}
