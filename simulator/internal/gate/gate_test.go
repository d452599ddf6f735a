package gate

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const secret = "correct-horse-battery"

// caller makes requests to a handler behind a gate.
type caller struct {
	t      *testing.T
	behind func(http.Handler) http.Handler
	came   *http.Request // the last one that was let through
}

func (c *caller) do(method, target string, header http.Header, body string) *httptest.ResponseRecorder {
	c.t.Helper()
	c.came = nil
	r := httptest.NewRequestWithContext(c.t.Context(), method, target, strings.NewReader(body))
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	c.behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { c.came = r })).ServeHTTP(w, r)
	return w
}

func newGate(t *testing.T, token string, hosts ...string) *Gate {
	t.Helper()
	g, err := New(token, hosts...)
	require.NoError(t, err)
	return g
}

func head(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func TestHosts(t *testing.T) {
	t.Parallel()
	g := newGate(t, "", "Notify.Test", "10.1.2.3", "[fd00::1]")
	for host, want := range map[string]int{
		"localhost": 200, "localhost:6011": 200, "LOCALHOST:1": 200, "localhost.": 200, "a.localhost:80": 200,
		"127.0.0.1:6011": 200, "127.9.9.9": 200, "[::1]:6011": 200, "[::1]": 200,
		"notify.test": 200, "NOTIFY.test:6011": 200, "10.1.2.3:6011": 200, "[fd00::1]:6011": 200,
		"evil.example": 403, "localhost.evil.example": 403, "notlocalhost": 403, "10.1.2.4": 403, "": 403,
		"127.0.0.1.evil.example": 403, "[fd00::2]:6011": 403, "0.0.0.0": 403, "127.1": 403,
		"localhost:6011:6012": 403, "sub.notify.test": 403,
	} {
		for name, wrap := range map[string]func(http.Handler) http.Handler{"api": g.API, "pages": g.Pages} {
			c := &caller{t: t, behind: func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { r.Host = host; wrap(h).ServeHTTP(w, r) })
			}}
			require.Equal(t, want, c.do("GET", "/simulator/", nil, "").Code, "%s: %s", name, host)
			require.Equal(t, want == 200, c.came != nil)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	g := newGate(t, "")
	navigation := []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	for _, tt := range []struct {
		header     []string
		api, pages bool
	}{
		{nil, true, true},
		{[]string{"Origin", "http://localhost:6011"}, true, true},
		{[]string{"Origin", "HTTP://LOCALHOST:6011", "Sec-Fetch-Site", "same-origin"}, true, true},
		{[]string{"Sec-Fetch-Site", "none"}, true, true},
		{[]string{"Origin", "http://localhost:3000"}, false, false},
		{[]string{"Origin", "http://localhost"}, false, false},
		{[]string{"Origin", "http://evil.example"}, false, false},
		{[]string{"Origin", "null"}, false, false},
		{[]string{"Origin", ""}, false, false},
		{[]string{"Origin", "localhost:6011"}, false, false},
		{[]string{"Origin", "http://localhost:6011", "Origin", "http://evil.example"}, false, false},
		{[]string{"Origin", "http://localhost:6011", "Sec-Fetch-Site", "cross-site"}, false, false},
		{[]string{"Origin", "http://evil.example", "Sec-Fetch-Site", "same-origin"}, false, false},
		{[]string{"Sec-Fetch-Site", "cross-site"}, false, false},
		{[]string{"Sec-Fetch-Site", "same-site"}, false, false},
		{[]string{"Sec-Fetch-Site", ""}, false, false},
		{append([]string{"Sec-Fetch-Site", "cross-site"}, navigation...), false, true},
		{append([]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example"}, navigation...), false, false},
		{[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, false, false},
	} {
		c := &caller{t: t, behind: g.API}
		w := c.do("GET", "http://localhost:6011/simulator/services", head(tt.header...), "")
		require.Equal(t, tt.api, c.came != nil, tt.header)
		if !tt.api {
			require.Equal(t, 403, w.Code)
		}
		c = &caller{t: t, behind: g.Pages}
		c.do("GET", "http://localhost:6011/simulator/inbox/", head(tt.header...), "")
		require.Equal(t, tt.pages, c.came != nil, tt.header)
		c.do("POST", "http://localhost:6011/simulator/inbox/", head(tt.header...), "")
		require.Equal(t, tt.api, c.came != nil, tt.header)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	g := newGate(t, "")
	for _, tt := range []struct {
		kinds      []string
		api, pages bool
	}{
		{[]string{"application/json"}, true, false},
		{[]string{"Application/JSON; charset=utf-8"}, true, false},
		{[]string{"application/x-www-form-urlencoded"}, false, true},
		{[]string{"multipart/form-data; boundary=x"}, false, true},
		{[]string{"text/plain"}, false, false},
		{[]string{"text/plain, application/json"}, false, false},
		{[]string{"text/plain", "application/json"}, false, false},
		{nil, false, false},
		{[]string{";"}, false, false},
	} {
		header := http.Header{"Content-Type": tt.kinds}
		c := &caller{t: t, behind: g.API}
		w := c.do("POST", "http://localhost/simulator/services", header, "{}")
		require.Equal(t, tt.api, c.came != nil, tt.kinds)
		if !tt.api {
			require.Equal(t, 415, w.Code)
		}
		c = &caller{t: t, behind: g.Pages}
		c.do("POST", "http://localhost/simulator/inbox/", header, "{}")
		require.Equal(t, tt.pages, c.came != nil, tt.kinds)
	}
	c := &caller{t: t, behind: g.API}
	c.do("DELETE", "http://localhost/simulator/faults", nil, "")
	require.NotNil(t, c.came, "without a body, the type does not matter")
}

func TestTokenOfTheAPI(t *testing.T) {
	t.Parallel()
	g := newGate(t, secret)
	for header, want := range map[string]int{
		"Bearer " + secret: 200, "bearer  " + secret: 200,
		"Bearer " + secret + "x": 401, "Bearer": 401, "": 401, "Basic " + secret: 401, secret: 401,
	} {
		c := &caller{t: t, behind: g.API}
		w := c.do("GET", "http://notify:6011/simulator/services", head("Authorization", header, "Cookie", "a=b"), "")
		require.Equal(t, want, w.Code, header)
		require.NotContains(t, w.Body.String(), secret)
		if want == 200 {
			require.Empty(t, c.came.Header, "no handler can log what let it in")
			continue
		}
		require.Equal(t, `Bearer realm="notify-simulator"`, w.Header().Get("WWW-Authenticate"))
		var answer map[string]string
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		require.Contains(t, answer["error"], "Authorization: Bearer TOKEN")
	}
	c := &caller{t: t, behind: g.API}
	w := c.do("GET", "http://notify:6011/simulator/services?token="+secret, nil, "")
	require.Equal(t, 401, w.Code, "a token in an address ends in logs: only a browser may bring it there, once")
	w = c.do("GET", "http://notify:6011/simulator/services",
		head("Authorization", "Bearer "+secret, "Origin", "http://evil.example"), "")
	require.Equal(t, 403, w.Code, "the token does not excuse the origin")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, token := range []string{
		"short", "fifteen-letters", "with a space in it", "with-an-umlaut-ä-in-it", "line\nfeed-line-feed",
	} {
		_, err := New(token)
		require.Error(t, err, token)
		require.NotContains(t, err.Error(), token)
	}
	for _, host := range []string{"", "notify:6011", "http://notify", "[::1]:80", "a b"} {
		_, err := New("", host)
		require.Error(t, err, host)
	}
}

func TestGatePrintsNoToken(t *testing.T) {
	t.Parallel()
	g := newGate(t, secret)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("gate", "gate", g)
	encoded, err := json.Marshal(map[string]any{"gate": g})
	require.NoError(t, err)
	for _, shown := range []string{
		fmt.Sprintf("%v %+v %#v %s %q %x %d", g, g, g, g, g, g, g), fmt.Sprintf("%v %#v", *g, *g),
		log.String(), string(encoded),
	} {
		require.NotContains(t, shown, secret)
		require.NotContains(t, shown, fmt.Sprintf("%x", g.cookie))
		require.NotContains(t, shown, fmt.Sprint(g.cookie))
	}
	require.Equal(t, "gate without a token", fmt.Sprint(newGate(t, "")))
}

func BenchmarkAPI(b *testing.B) {
	b.ReportAllocs()
	g, err := New(secret)
	require.NoError(b, err)
	h := g.API(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequestWithContext(b.Context(), "GET", "http://localhost/simulator/services", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	w := httptest.NewRecorder()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

func FuzzGate(f *testing.F) {
	f.Add("localhost:6011", "http://localhost:6011", "same-origin", "Bearer "+secret, "application/json", "/?a=b")
	f.Add("evil.example", "null", "cross-site", "Basic", "text/plain", "//evil.example/simulator?token=x")
	g, err := New(secret)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, host, origin, site, authorization, kind, path string) {
		for _, wrap := range []func(http.Handler) http.Handler{g.API, g.Pages} {
			came := false
			r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/", strings.NewReader("x"))
			r.Host = host
			r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
			r.Header = head("Origin", origin, "Sec-Fetch-Site", site, "Authorization", authorization, "Content-Type", kind)
			w := httptest.NewRecorder()
			wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came = true })).ServeHTTP(w, r)
			if came {
				require.Equal(t, secret, strings.TrimSpace(authorization[len("Bearer "):]))
				require.Equal(t, "same-origin", strings.Replace(site, "none", "same-origin", 1))
			}
			body, err := io.ReadAll(w.Result().Body)
			require.NoError(t, err)
			require.NotContains(t, string(body), secret)
		}
	})
}
