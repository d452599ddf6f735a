package control_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// town is a simulator with its API, in process.
type town struct {
	sim *simulator.Simulator
	api http.Handler
}

func setup(t testing.TB, opts ...simulator.Option) town {
	t.Helper()
	sim := simulator.New(opts...)
	api, err := control.New(sim)
	require.NoError(t, err)
	return town{sim, api}
}

type object = map[string]any

// do makes a request. Every answer is checked against the description.
func (w town) do(t testing.TB, method, target string, body any) (int, object) {
	t.Helper()
	r := newRequest(t, method, target, body)
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	described(t, r, rec)
	var answer object
	if rec.Header().Get("Content-Type") == "application/json" {
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &answer), rec.Body.String())
	}
	return rec.Code, answer
}

func newRequest(t testing.TB, method, target string, body any) *http.Request {
	t.Helper()
	var content []byte
	switch given := body.(type) {
	case nil:
	case string:
		content = []byte(given)
	default:
		var err error
		content, err = json.Marshal(body)
		require.NoError(t, err)
	}
	target = strings.TrimPrefix(target, "http://localhost:6011")
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost:6011"+target, bytes.NewReader(content))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	return r
}

// must is do for requests that succeed.
func (w town) must(t testing.TB, method, target string, body any) object {
	t.Helper()
	status, answer := w.do(t, method, target, body)
	require.Less(t, status, 300, answer)
	return answer
}

// get is must for values of the answer, by their names and indices.
func at[T any](t testing.TB, answer any, path ...any) T {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, ok := answer.(object)
			require.True(t, ok, "%v in %v", step, answer)
			require.Contains(t, fields, step)
			answer = fields[step]
		case int:
			items, ok := answer.([]any)
			require.True(t, ok, "%v in %v", step, answer)
			require.Greater(t, len(items), step)
			answer = items[step]
		}
	}
	value, ok := answer.(T)
	require.True(t, ok, "%T", answer)
	return value
}

// world is a service that was made over the API, with a client of Notify that uses its test key.
type world struct {
	town
	url    string
	answer object
	client *notify.Client
}

// templates of a world.
var templates = []object{
	{"type": "sms", "name": "Code", "body": "((code)) is your code"},
	{"type": "email", "name": "Welcome", "subject": "Hello ((name))", "body": "Dear ((name)), see https://www.gov.uk/pay"},
	{"type": "letter", "name": "Decision", "subject": "Our decision", "body": "We decided."},
}

func (w town) service(t testing.TB, more object) world {
	t.Helper()
	body := object{"name": t.Name(), "templates": templates}
	for name, value := range more {
		body[name] = value
	}
	status, answer := w.do(t, "POST", "/simulator/services", body)
	require.Equal(t, 201, status, answer)
	made := world{town: w, url: at[string](t, answer, "url"), answer: answer}
	made.client = made.with(t, "test")
	return made
}

// with is a client with another type of key.
func (w world) with(t testing.TB, keyType string) *notify.Client {
	t.Helper()
	client, err := notify.New(at[string](t, w.answer, "keys", keyType),
		notify.WithHTTPClient(&http.Client{Transport: w.sim}), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return client
}

func (w world) template(t testing.TB, name string) string {
	t.Helper()
	return at[string](t, w.answer, "templates", name)
}

// text sends a code.
func (w world) text(t testing.TB, to, code string) string {
	t.Helper()
	sent, err := w.client.SendSMS(t.Context(), notify.SMS{
		PhoneNumber: to, TemplateID: w.template(t, "Code"), Personalisation: notify.Personalisation{"code": code},
		Reference: "ref-" + code,
	})
	require.NoError(t, err)
	return sent.ID
}

func (w world) email(t testing.TB, to, name string) string {
	t.Helper()
	sent, err := w.client.SendEmail(t.Context(), notify.Email{
		EmailAddress: to, TemplateID: w.template(t, "Welcome"), Personalisation: notify.Personalisation{"name": name},
	})
	require.NoError(t, err)
	return sent.ID
}

func (w world) letter(t testing.TB) string {
	t.Helper()
	sent, err := w.client.SendLetter(t.Context(), notify.Letter{
		TemplateID: w.template(t, "Decision"),
		Personalisation: notify.Personalisation{
			"address_line_1": "Amala Bird", "address_line_2": "1 High St", "address_line_3": "SW14 6BF",
		},
	})
	require.NoError(t, err)
	return sent.ID
}
