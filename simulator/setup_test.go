package simulator_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// town is a simulator with one service and a template of each type, with methods to talk to it over the wire.
type town struct {
	sim                *simulator.Simulator
	svc                *simulator.Service
	sms, email, letter string // template ids
}

func setup(t testing.TB, c simulator.ServiceConfig, opts ...simulator.Option) town {
	t.Helper()
	sim := simulator.New(opts...)
	if c.Name == "" {
		c.Name = "Town Council"
	}
	if c.Keys == nil {
		c.Keys = []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest},
			{Name: "team", Type: simulator.KeyTypeTeam},
			{Name: "live", Type: simulator.KeyTypeLive},
		}
	}
	svc, err := sim.AddService(c)
	require.NoError(t, err)
	add := func(kind simulator.MessageType, subject, body string) string {
		id, err := svc.AddTemplate(simulator.TemplateConfig{
			Type: kind, Name: "T",
			Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
		})
		require.NoError(t, err)
		return id
	}
	return town{
		sim: sim, svc: svc,
		sms:    add(simulator.MessageTypeSMS, "", "Hello ((name))"),
		email:  add(simulator.MessageTypeEmail, "For ((name))", "Dear ((name))"),
		letter: add(simulator.MessageTypeLetter, "Decision", "Dear ((name))"),
	}
}

// bearer makes the Authorization header for a key, given in full.
func (w town) bearer(key string) string {
	secret, service := key[len(key)-36:], key[len(key)-73:len(key)-37]
	encode := base64.RawURLEncoding.EncodeToString
	claims := fmt.Appendf(nil, `{"iss":%q,"iat":%d}`, service, time.Now().Unix())
	signed := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return "Bearer " + signed + "." + encode(mac.Sum(nil))
}

type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// message is the message of the first error.
func (a answer) message() string {
	errs, _ := a.body["errors"].([]any)
	if len(errs) == 0 {
		return ""
	}
	text, _ := errs[0].(map[string]any)["message"].(string)
	return text
}

func (a answer) id() string { s, _ := a.body["id"].(string); return s }

func (w town) request(t testing.TB, key, method, path string, body any) *http.Request {
	t.Helper()
	var encoded []byte
	if body != nil {
		var err error
		encoded, err = json.Marshal(body)
		require.NoError(t, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "https://notify.test"+path, bytes.NewReader(encoded))
	require.NoError(t, err)
	if key != "" {
		r.Header.Set("Authorization", w.bearer(key))
	}
	return r
}

func (w town) do(t testing.TB, key, method, path string, body any) answer {
	t.Helper()
	return w.answerTo(t, w.request(t, key, method, path, body))
}

func (w town) answerTo(t testing.TB, r *http.Request) answer {
	t.Helper()
	resp, err := w.sim.RoundTrip(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if strings.HasPrefix(a.raw, "{") {
		require.NoError(t, json.Unmarshal(raw, &a.body))
	}
	return a
}

type fields = map[string]any

func (w town) sendSMS(t testing.TB, key, to string) answer {
	t.Helper()
	return w.do(t, key, "POST", "/v2/notifications/sms", fields{
		"phone_number": to, "template_id": w.sms, "personalisation": fields{"name": "Jo"},
	})
}

func (w town) sendEmail(t testing.TB, key, to string) answer {
	t.Helper()
	return w.do(t, key, "POST", "/v2/notifications/email", fields{
		"email_address": to, "template_id": w.email, "personalisation": fields{"name": "Jo"},
	})
}

func (w town) sendLetter(t testing.TB, key string) answer {
	t.Helper()
	return w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": w.letter, "personalisation": fields{
		"name": "Jo", "address_line_1": "Amala Bird", "address_line_2": "123 High Street", "postcode": "SW14 6BF",
	}})
}

func (w town) status(t testing.TB, key, id string) string {
	t.Helper()
	a := w.do(t, key, "GET", "/v2/notifications/"+id, nil)
	require.Equal(t, 200, a.status, a.raw)
	return a.body["status"].(string)
}
