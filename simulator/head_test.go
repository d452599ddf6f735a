package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestMethodsOfTheServer has the responses of gunicorn 27.0.1, both in process and over a connection.
func TestMethodsOfTheServer(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	dial := w.call(t)
	const head, tail = "<html>\n  <head>\n    <title>Bad Request</title>\n  </head>\n  <body>\n" +
		"    <h1><p>Bad Request</p></h1>\n    Invalid Method &#x27;Invalid HTTP method: ", "&#x27;\n  </body>\n</html>\n"
	for method, shown := range map[string]string{
		"get": "&#x27;get&#x27;", "Get": "&#x27;Get&#x27;", "X": "&#x27;X&#x27;", "G#T": "&#x27;G#T&#x27;",
		"g't&": "&quot;g&#x27;t&amp;&quot;", strings.Repeat("A", 21): "&#x27;" + strings.Repeat("A", 21) + "&#x27;",
		"FOO-BAR": "", "F!O": "", strings.Repeat("A", 20): "",
	} {
		r := w.request(t, "", method, "/_status", nil)
		a := w.answerTo(t, r)
		c := dial()
		c.send(t, "%s /_status HTTP/1.1\r\nHost: x\r\n\r\n", method)
		sent := c.answer(t, method)
		if shown == "" {
			require.Equal(t, []int{405, 405}, []int{a.status, sent.status}, method)
			continue
		}
		require.Equal(t, []int{400, 400}, []int{a.status, sent.status}, method)
		require.Equal(t, head+shown+tail, a.raw)
		require.Equal(t, a.raw, sent.body)
		require.Empty(t, a.header.Get("Server"), "not the application's")
	}
}

// TestFragmentInATarget: a fragment is not part of the path or the query, unless its "#" is escaped.
func TestFragmentInATarget(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	c := w.call(t)()
	for target, want := range map[string]struct {
		status   int
		contains string
	}{
		"/_status#x":              {200, "build_time"},
		"/_status#x?simple=1":     {200, "build_time"},
		"/_status?simple=1#x":     {200, `{"status":"ok"}`},
		"/_status?simple=#1":      {200, "build_time"},
		"/%5fstatus#%2f":          {200, "build_time"},
		"/_status%23x":            {404, "not found"},
		"/v2//templates?a=b%23#c": {308, `/v2/templates?a=b%23"`},
	} {
		c.send(t, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target)
		resp := c.answer(t, http.MethodGet)
		require.Equal(t, want.status, resp.status, target)
		require.Contains(t, resp.body, want.contains, target)
	}
}
