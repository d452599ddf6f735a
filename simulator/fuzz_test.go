package simulator_test

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// FuzzHTTP sends any bytes to any path. Every request gets a response, and only those that crash the real service get a
// server error.
func FuzzHTTP(f *testing.F) {
	w := setup(f, simulator.ServiceConfig{SendFilesContact: "https://www.example.gov.uk", RateLimit: math.MaxInt32})
	key := w.svc.Key(simulator.KeyTypeTest)
	f.Add("POST", "/v2/notifications/sms", "",
		[]byte(`{"phone_number":"07900900123","template_id":"`+w.sms+`","personalisation":{"name":["a",null,1.5]}}`), true)
	f.Add("POST", "/v2/notifications/email", "",
		[]byte(`{"email_address":"a@example.com","template_id":"`+w.email+`","personalisation":{"name":{"file":"aGk="}},`+
			`"sanitise_content_for":["name"]}`), true)
	f.Add("POST", "/v2/notifications/letter", "", []byte(`{"reference":"r","content":"JVBERi0xLjQ="}`), true)
	f.Add("POST", "/v2/notifications/letter", "",
		[]byte(`{"template_id":"`+w.letter+`","personalisation":{"name":"qr: x",`+
			`"address_line_1":"a","address_line_2":"b","postcode":"SW1A 1AA"}}`), true)
	f.Add("POST", "/v2/template/"+w.email+"/preview", "",
		[]byte(`{"personalisation":{"name":"# h\n* a\n1. b\n^ c\n[a](b)"}}`), true)
	f.Add("GET", "/v2/notifications",
		"status=failed&template_type=sms&reference=%FF+%zz&older_than="+w.sms, []byte(nil), true)
	f.Add("GET", "/v2/template/"+w.sms+"/version/1", "", []byte(nil), true)
	f.Add("GET", "/v2/received-text-messages", "older_than=x", []byte(nil), false)
	f.Add("OPTIONS", "/v2//notifications/%2e", "", []byte("\xff\xfe{\x00}\x00"), true)
	crashes := []string{"TypeError", "ValueError", "KeyError", "IndexError", "UnicodeEncodeError", "InvalidTokenError"}
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte, withKey bool) {
		r := &http.Request{
			Method: method, URL: &url.URL{Scheme: "https", Host: "notify.test", Path: path, RawQuery: query},
			Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)),
		}
		if withKey {
			r.Header.Set("Authorization", w.bearer(key))
		} else {
			r.Header.Set("Authorization", string(body))
		}
		resp, err := w.sim.RoundTrip(r)
		require.NoError(t, err)
		answer, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		if resp.StatusCode >= 500 {
			known := false
			for _, class := range crashes {
				known = known || strings.Contains(string(answer), `"error":"`+class+`"`)
			}
			require.True(t, known, "%d %s", resp.StatusCode, answer)
		}
	})
}

// FuzzLoad loads any bytes. A service that is accepted has to work.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(smallFixture))
	f.Add([]byte(`{"services":[{"id":"d6aa2c68-a2d9-4437-ab19-3ae8eb202553","name":"x\ud83d\ude00"}],` +
		`"prices":{"sms_rate":1}}`))
	f.Add([]byte("services: &a [*a]"))
	f.Add([]byte("services:\n- &a {name: x}\n" +
		"- {<<: [*a, *a], id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553, retention_days: {sms: 30}}\n--- x"))
	f.Add([]byte("services: [{api_keys: [{revoked_at: {days_ago: 1.5}}, {revoked_at: 2026-11-20T09:59:59Z}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sim := simulator.New()
		if sim.Load(data) != nil {
			require.Empty(t, sim.Services())
			return
		}
		for _, svc := range sim.Services() {
			require.NotEmpty(t, svc.Name())
			require.Empty(t, svc.Dashboard())
			require.Same(t, svc, sim.Service(svc.ID()))
		}
	})
}
