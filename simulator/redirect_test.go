package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestRunsOfSlashes: if a path is not found, each run of slashes in it counts as one, however long it is.
func TestRunsOfSlashes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	const id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	for path, c := range map[string]struct{ methods, refused, target string }{
		"/v2///templates":             {"GET HEAD OPTIONS", "DELETE POST", "/v2/templates"},
		"//v2////templates":           {"GET OPTIONS", "PUT", "/v2/templates"},
		"/unsubscribe/" + id + "///x": {"POST OPTIONS", "GET", "/unsubscribe/" + id + "/x"},
		"/v2//notifications///sms":    {"GET POST", "DELETE", "/v2/notifications/sms"},
		"/_status///live-service-and-organisation-counts": {
			"GET OPTIONS", "POST", "/_status/live-service-and-organisation-counts",
		},
		"/static///x/////y": {"GET", "POST", "/static/x/y"},
	} {
		for method := range strings.FieldsSeq(c.methods) {
			a := w.do(t, "", method, path, nil)
			require.Equal(t, 308, a.status, "%s %s", method, path)
			require.Equal(t, "https://notify.test"+c.target, a.header.Get("Location"), "%s %s", method, path)
		}
		for method := range strings.FieldsSeq(c.refused) {
			require.Equal(t, 405, w.do(t, "", method, path, nil).status, "%s %s", method, path)
		}
	}
	for _, path := range []string{"/v2/templates//", "/v2///nothing", "/v2/notifications///sms///"} {
		require.Equal(t, 404, w.do(t, "", "GET", path, nil).status, path)
	}
}

// TestRedirectEscapes has the responses of werkzeug 3.1.8: the header is ASCII, and the page shows the query decoded.
func TestRedirectEscapes(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	const here = "https://notify.test"
	for _, c := range []struct{ path, query, location, shown string }{
		{"/v2//templates", "c=\u00e9", "/v2/templates?c=%C3%A9", "/v2/templates?c=\u00e9"},
		{"/v2//templates", "c=%C3%a9&d=a%20b+c", "/v2/templates?c=%C3%a9&d=a%20b+c",
			"/v2/templates?c=%C3%a9&amp;d=a%20b+c"},
		{"/v2//templates", "c=\xe9&d=\xe2\x82x&\"<>[]{}|^`\\%zz~!$&'()*+,/:;=?@",
			"/v2/templates?c=%EF%BF%BD&d=%EF%BF%BDx&%22%3C%3E%5B%5D%7B%7D%7C%5E%60%5C%zz~!$&'()*+,/:;=?@",
			"/v2/templates?c=\ufffd&amp;d=\ufffdx&amp;&#34;&lt;&gt;[]{}|^`\\%zz~!$&amp;&#39;()*+,/:;=?@"},
		{"/v2//template/a!'()*[]\u00e9\xff%", "", "/v2/template/a!'()*%5B%5D%C3%A9%EF%BF%BD%25",
			"/v2/template/a!&#39;()*%5B%5D%C3%A9%EF%BF%BD%25"},
		{"/v2//templates", "", "/v2/templates", "/v2/templates"},
	} {
		a := w.answerTo(t, &http.Request{
			Method: http.MethodGet, Header: http.Header{},
			URL: &url.URL{Scheme: "https", Host: "notify.test", Path: c.path, RawQuery: c.query},
		})
		require.Equal(t, 308, a.status, c.path)
		require.Equal(t, here+c.location, a.header.Get("Location"))
		require.Contains(t, a.raw, `<a href="`+here+c.shown+`">`+here+c.shown+`</a>`)
	}
}

// TestNewlineInAPath: a path below /static/ may have a newline only as its first character.
func TestNewlineInAPath(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	for _, c := range []struct {
		path       string
		get, other int
	}{
		{"/static/x%0A", 404, 404}, {"/static/x/%0A", 404, 404}, {"/static/x%0Ay", 404, 404},
		{"/static/%0A", 404, 405}, {"/static/%0Ax", 404, 405}, {"/static/%0A%0A", 404, 404},
		{"/static//x%0A", 404, 404}, {"/static//%0A", 308, 405}, {"/static/x%0D", 404, 405},
		{"/v2/template/a%0A", 401, 405},
	} {
		require.Equal(t, c.get, w.do(t, "", "GET", c.path, nil).status, c.path)
		require.Equal(t, c.other, w.do(t, "", "DELETE", c.path, nil).status, c.path)
	}
}
