package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestPercentSigns: a percent sign that escapes nothing is taken literally, in any request of a connection and in
// however many pieces it comes.
func TestPercentSigns(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	dial := w.call(t)
	bearer := w.bearer(w.svc.Key(simulator.KeyTypeTest))
	const notFound = `{"message":"The requested URL was not found on the server. If you entered the URL manually ` +
		`please check your spelling and try again.","result":"error"}` + "\n"
	requests := []struct {
		line   string
		status int
		body   string
	}{
		{"GET /%", 404, notFound},
		{"FOO /%", 404, notFound},
		{"POST /%?a=%zz", 404, notFound},
		{"GET /v2/template/%zz", 400, "id is not a valid UUID"},
		{"GET /v2/template/100%", 400, "id is not a valid UUID"},
		{"GET /v2/%6eotifications/%4", 400, "notification_id is not a valid UUID"},
		{"GET /v2/notifications?reference=%zz", 200, `?reference=%25zz`},
		{"OPTIONS *", 404, notFound},
		{"GET /_status?simple=%", 200, `"ok"`},
	}
	for _, size := range []int{1, 7, 4096} {
		c := dial()
		for _, r := range requests {
			whole := r.line + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + bearer + "\r\nContent-Length: 0\r\n\r\n"
			for part := whole; part != ""; part = part[min(size, len(part)):] {
				c.send(t, "%s", part[:min(size, len(part))])
			}
			resp := c.answer(t, strings.Fields(r.line)[0])
			require.Equal(t, r.status, resp.status, "%s: %s", r.line, resp.body)
			require.Contains(t, resp.body, r.body, r.line)
			require.Equal(t, "gunicorn", resp.header.Get("Server"))
		}
	}
}

// TestBodiesAreNotMended: a line in a body that looks like a request stays as it is, even in a request that came right
// after another.
func TestBodiesAreNotMended(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	c := w.call(t)()
	const name = "GET /% HTTP/1.1"
	long := strings.Repeat("GET /% HTTP/1.1 ", 1000)
	body := fmt.Sprintf("{\"personalisation\":{\"name\":%q},\n\"x\":%q\n}", name, long)
	head := fmt.Sprintf("POST /v2/template/%s/preview HTTP/1.1\r\nHost: x\r\n"+
		"Authorization: %s\r\nContent-Length: %d\r\n\r\n", w.sms, w.bearer(w.svc.Key(simulator.KeyTypeTest)), len(body))
	lines := strings.SplitAfter(body, "\n")
	c.sendAside(append([]string{head + body + head}, lines...)...) // the second head comes with the end of the first body
	for range 2 {
		resp := c.answer(t, "POST")
		require.Equal(t, 200, resp.status, resp.body)
		require.Contains(t, resp.body, "Hello "+name)
	}
}

// TestHeadLimits has the limits of the real service's server, both in process and over a connection.
func TestHeadLimits(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	dial := w.call(t)
	line := func(n int) func(*http.Request) {
		return func(r *http.Request) {
			r.URL.RawQuery = "simple=" + strings.Repeat("x", n-len("GET /_status?simple= HTTP/1.1"))
		}
	}
	field := func(n int) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Long", strings.Repeat("x", n-len("X-Long: \r\n"))) }
	}
	fields := func(n int) func(*http.Request) {
		return func(r *http.Request) {
			for i := range n - 1 { // Host is the other one
				r.Header.Add(fmt.Sprintf("X-Field-%d", i/2), "x")
			}
		}
	}
	const page = "<html>\n  <head>\n    <title>%[1]s</title>\n  </head>\n  <body>\n" +
		"    <h1><p>%[1]s</p></h1>\n    %[2]s\n  </body>\n</html>\n"
	tooLong := func(n int) string {
		return fmt.Sprintf(page, "Bad Request", fmt.Sprintf("Request Line is too large (%d &gt; 4094)", n))
	}
	tooMuch := func(why string) string {
		return fmt.Sprintf(page, "Request Header Fields Too Large", "Error parsing headers: &#x27;"+why+"&#x27;")
	}
	path := func(path, raw string) func(*http.Request) {
		return func(r *http.Request) { r.URL.Path, r.URL.RawPath = path, raw }
	}
	for name, test := range map[string]struct {
		change func(*http.Request)
		status int
		body   string
	}{
		"line":              {line(4094), 200, "{\"status\":\"ok\"}\n"},
		"long line":         {line(4095), 400, tooLong(4095)},
		"very long line":    {line(100_000), 400, tooLong(100_000)},
		"field":             {field(8190), 200, ""},
		"long field":        {field(8191), 431, tooMuch("limit request headers fields size")},
		"fields":            {fields(100), 200, ""},
		"many fields":       {fields(101), 431, tooMuch("limit request headers fields")},
		"escapes":           {path("/"+strings.Repeat("é", 680), ""), 404, ""},
		"too many escapes":  {path("/"+strings.Repeat("é", 681), ""), 400, ""},
		"escaped otherwise": {path("/"+strings.Repeat("e", 1400), "/"+strings.Repeat("%65", 1400)), 400, ""},
	} {
		for _, over := range []string{"process", "connection"} {
			u := &url.URL{Scheme: "http", Host: "notify.test", Path: "/_status"}
			r := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
			test.change(r)
			var status int
			var header http.Header
			var body string
			if over == "process" {
				a := w.answerTo(t, r)
				status, header, body = a.status, a.header, a.raw
			} else {
				c := dial()
				var fields strings.Builder
				require.NoError(t, r.Header.Write(&fields))
				c.sendAside("GET "+u.RequestURI()+" HTTP/1.1\r\nHost: notify.test\r\n", fields.String(), "\r\n")
				resp := c.answer(t, "GET")
				status, header, body = resp.status, resp.header, resp.body
			}
			require.Equal(t, test.status, status, "%s: %s", name, over)
			if test.body != "" {
				require.Equal(t, test.body, body, "%s: %s", name, over)
			}
			if status >= 400 && status != 404 {
				require.Equal(t, "text/html", header.Get("Content-Type"))
				require.Empty(t, header.Get("Server")+header.Get("Date")+header.Get("X-B3-TraceId"), name)
			}
		}
	}
}
