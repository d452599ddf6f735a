package simulator_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestRoutes is about requests without a token: those that exist succeed or return 401, others return 404 or 405.
func TestRoutes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	const id = "/6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	const get, post, both = "GET, HEAD, OPTIONS", "OPTIONS, POST", "GET, HEAD, OPTIONS, POST"
	for _, test := range []struct {
		methods, path string
		status        int
		allow         string
	}{
		{"GET HEAD", "/", 200, ""},
		{"OPTIONS", "/", 200, get},
		{"POST DELETE FOO", "/", 405, get},
		{"GET HEAD POST", "/_status", 200, ""},
		{"PUT", "/_status", 405, both},
		{"GET HEAD", "//", 200, ""},
		{"POST", "//", 405, get},

		{"GET HEAD", "/static/x", 404, ""},
		{"GET", "/static/x/y//z", 404, ""},
		{"OPTIONS", "/static/x/y", 200, get},
		{"POST PUT DELETE FOO", "/static/x", 405, get},
		{"POST", "/static/x//", 405, get},
		{"GET POST OPTIONS", "/static/", 404, ""},
		{"GET POST OPTIONS", "/static", 404, ""},
		{"GET OPTIONS", "/static//x", 308, ""},
		{"POST", "/static//x", 405, get},

		{"GET HEAD POST OPTIONS PUT FOO", "/unsubscribe/x/y", 404, ""},
		{"GET POST", "/unsubscribe/{6ba7b810-9dad-11d1-80b4-00c04fd430c8}/y", 404, ""},
		{"GET POST", "/unsubscribe/6ba7b8109dad11d180b400c04fd430c8/y", 404, ""},
		{"GET POST", "/unsubscribe" + id, 404, ""},
		{"GET PUT FOO", "/unsubscribe" + id + "/y", 405, post},
		{"OPTIONS", "/unsubscribe" + strings.ToUpper(id) + "/y", 200, post},

		{"GET HEAD POST OPTIONS DELETE FOO", "/%", 404, ""},
		{"GET OPTIONS", "/v2/template/%zz", 401, ""},

		{"GET OPTIONS", "//v2/notifications", 401, ""},
		{"GET OPTIONS", "///v2/notifications", 401, ""},
		{"DELETE", "//v2/notifications", 405, get},
		{"GET POST", "//v2/nothing", 404, ""},
		{"GET OPTIONS", "/v2//notifications", 308, ""},
		{"GET OPTIONS", "//v2//notifications", 308, ""},
		{"DELETE", "/v2//notifications", 405, get},

		{"GET", "/v2/template" + id + "/version/1", 401, ""},
		{"GET", "/v2/template" + id + "/version/１२", 401, ""},
		{"GET POST", "/v2/template" + id + "/version/²", 404, ""},
		{"GET POST", "/v2/template" + id + "/version/-1", 404, ""},
	} {
		for method := range strings.FieldsSeq(test.methods) {
			u := &url.URL{Scheme: "https", Host: "notify.test", Path: test.path}
			a := w.answerTo(t, &http.Request{Method: method, URL: u, Header: http.Header{}})
			require.Equal(t, test.status, a.status, "%s %s", method, test.path)
			require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), "%s %s", method, test.path)
			allow := strings.Split(a.header.Get("Allow"), ", ")
			slices.Sort(allow)
			require.Equal(t, test.allow, strings.Join(allow, ", "), "%s %s", method, test.path)
			if a.status == 404 && method != http.MethodHead {
				require.Contains(t, a.raw, `{"message":"The requested URL was not found`, "%s %s", method, test.path)
			}
		}
	}
}

// TestLeadingSlashes: extra slashes at the beginning of a path make no difference.
func TestLeadingSlashes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	a := w.do(t, key, "POST", "//v2/notifications/sms", fields{
		"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
	})
	require.Equal(t, 201, a.status, a.raw)
	require.Equal(t, "https://notify.test/v2/notifications/"+a.id(), a.body["uri"])
	require.Equal(t, 200, w.do(t, key, "GET", "///v2/notifications/"+a.id(), nil).status)
	moved := w.do(t, key, "GET", "//v2//notifications?reference=a%2Fb", nil)
	require.Equal(t, "https://notify.test/v2/notifications?reference=a%2Fb", moved.header.Get("Location"))
}

// TestVersionInAnyScript: the number of a version may be written in the digits of any script.
func TestVersionInAnyScript(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	require.NoError(t, w.svc.UpdateTemplate(w.sms, simulator.TemplateVersion{Body: "second"}))
	key := w.svc.Key(simulator.KeyTypeTest)
	for version, body := range map[string]any{
		"1": "Hello ((name))", "２": "second", "٠٢": "second", "०": "second", "３": nil,
	} {
		require.Equal(t, body, w.do(t, key, "GET", "/v2/template/"+w.sms+"/version/"+version, nil).body["body"], version)
	}
}

// TestIDsThatOnlyPythonTakes: such an id passes the check of its form, but then the database can't read it.
func TestIDsThatOnlyPythonTakes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	fullWidth := strings.Repeat("１", 32)
	ones := strings.Repeat("1", 30)
	send := func(id string, reference any) answer {
		return w.do(t, key, "POST", "/v2/notifications/sms", fields{
			"phone_number": "07900900123", "template_id": id, "reference": reference,
		})
	}
	for _, id := range []string{fullWidth, "0x" + ones, "1" + ones + " ", "1_" + ones} {
		a := send(id, "")
		require.Equal(t, 404, a.status, "%q: %s", id, a.raw)
		require.Contains(t, a.raw, "DataError", "%q", id)
		for _, path := range []string{"/v2/template/", "/v2/notifications/", "/v2/notifications?older_than="} {
			require.Contains(t, w.do(t, key, "GET", path+url.PathEscape(id), nil).raw, "DataError", "%s%q", path, id)
		}
	}
	require.Equal(t, "reference 1 is not of type string", send(fullWidth, 1).message())
	require.Equal(t, "template_id is not a valid UUID", send("1"+fullWidth, "").message())
}
