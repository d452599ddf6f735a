package control_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/control"
)

var hostileRequests = flag.Int("hostile.requests", 1000, "how many hostile requests TestHostile makes")

// Pieces of hostile requests.
var (
	hostileMethods = []string{"GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "X"}
	hostileOrigins = []string{
		"http://evil.example", "null", "http://localhost:3000", "https://localhost:6011.evil.example", "file://", "",
		"http://localhost:6011@evil.example", "\x00", "http://[::1", "chrome-extension://x",
	}
	hostileHosts = []string{
		"evil.example", "localhost.evil.example", "", "0.0.0.0", "169.254.169.254", "localhost@evil.example", "a b",
		"127.0.0.1.nip.io:6011", "[::2]:6011", "<script>",
	}
	hostileTypes = []string{
		"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp",
		"application/json, text/plain", "text/html", "\x7f",
	}
	hostileTexts = []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "' OR 1=1", "../../../etc/passwd", "\u202e", "%00",
		"\x00", "\xff\xfe", strings.Repeat("A", 5000), "((x))", "{{.}}", "${x}", "-1", "1e999", "NaN", "null", "😀",
		"</style></script>", "javascript:alert(1)", "\r\nSet-Cookie: a=b",
	}
)

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// hostilePath is a path of the API with hostile pieces in it, or another.
func hostilePath(r *rand.Rand, service string) string {
	path := pick(r, control.Routes())[1]
	path = strings.Replace(path, "{service}", pick(r, []string{service, service, "x", escaped(pick(r, hostileTexts))}), 1)
	path = strings.Replace(path, "{id}", escaped(pick(r, hostileTexts)), 1)
	path = strings.Replace(path, "{number}", pick(r, []string{"0", "-1", "1", "99999999999999999999", "x"}), 1)
	switch r.IntN(6) {
	case 0:
		path += "/" + escaped(pick(r, hostileTexts))
	case 1:
		path = strings.Replace(path, "/", pick(r, []string{"//", "/./", "/../", "/%2e%2e/", "/%2f"}), 1+r.IntN(3))
	}
	if r.IntN(2) == 0 {
		name := pick(r, []string{
			"to", "text", "status", "wait", "count", "limit", "not.to", "after", "personalisation.x", "x", "",
		})
		path += "?" + name + "=" + escaped(pick(r, hostileTexts))
	}
	return path
}

func escaped(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

// hostileBody is a body with hostile values in the fields that the API knows.
func hostileBody(r *rand.Rand) string {
	var value func(depth int) any
	value = func(depth int) any {
		switch r.IntN(8) {
		case 0:
			return nil
		case 1:
			return r.Int64() - r.Int64()
		case 2:
			return []any{}
		case 3:
			if depth < 40 {
				return []any{value(depth + 1), value(depth + 1)}
			}
		case 4, 5:
			if depth < 40 {
				return map[string]any{pick(r, hostileFields): value(depth + 1), pick(r, hostileFields): value(depth + 1)}
			}
		}
		return pick(r, hostileTexts)
	}
	body := map[string]any{}
	for range r.IntN(5) {
		body[pick(r, hostileFields)] = value(0)
	}
	encoded, _ := json.Marshal(body)
	switch r.IntN(10) {
	case 0:
		return string(encoded[:r.IntN(len(encoded))])
	case 1:
		return strings.Repeat(`{"templates":[`, r.IntN(20_000))
	case 2:
		return pick(r, hostileTexts)
	}
	return string(encoded)
}

var hostileFields = []string{
	"id", "name", "templates", "type", "body", "subject", "versions", "api_keys", "secret", "plan", "sms", "outcome",
	"callbacks", "delivery_receipts", "url", "outcomes", "recipient", "status", "daily_limits", "permissions",
	"retention_days", "guest_list", "team_members", "faults", "kind", "delay", "operations", "to", "times", "skip", "by",
	"key", "quirk", "next", "from", "content", "trial_mode", "active", "<script>", "", "-", "<<", "*a", "&a",
}

// TestHostile: requests that lack the right origin, host, type or token change nothing, whatever is in them. Those that
// are let through change what they may, and neither breaks the simulator.
func TestHostile(t *testing.T) {
	t.Parallel()
	const token = "a-token-of-some-length"
	random := rand.New(rand.NewPCG(1, 2)) // the same requests each time
	sim := simulator.New()
	open, err := control.New(sim)
	require.NoError(t, err)
	closed, err := control.New(sim, control.WithToken(token))
	require.NoError(t, err)
	w := town{sim, open}.service(t, nil)
	w.text(t, "07900900123", "482913")
	before := state(t, w)
	statuses := map[int]int{}
	for n := range *hostileRequests {
		body := strings.NewReader(hostileBody(random))
		api, r := open, httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost:6011/", body)
		r.Method = pick(random, hostileMethods)
		target := hostilePath(random, at[string](t, w.answer, "id"))
		r.URL.RawPath, r.URL.RawQuery, _ = strings.Cut(target, "?")
		r.URL.Path = r.URL.RawPath
		r.Header.Set("Content-Type", "application/json")
		switch n % 4 { // one thing is wrong with each, at least
		case 0:
			r.Header.Set("Origin", pick(random, hostileOrigins))
		case 1:
			r.Host = pick(random, hostileHosts)
		case 2:
			r.Header.Set("Sec-Fetch-Site", pick(random, []string{"cross-site", "same-site", "x", ""}))
		case 3:
			api = closed
			r.Header.Set("Authorization", pick(random, []string{
				"", "Bearer", "Bearer " + token[1:], "Basic " + token, token, "Bearer " + token + "\x00", "bearer bearer " + token,
			}))
			if random.IntN(2) == 0 {
				r.Header.Set("Cookie", "notify-simulator-00000000="+token)
			}
		}
		if random.IntN(4) == 0 {
			r.Header.Set("Content-Type", pick(random, hostileTypes))
		}
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		statuses[rec.Code]++
		require.Contains(t, []int{401, 403, 415}, rec.Code, "%s %s", r.Method, target)
		harmless(t, rec)
	}
	require.Equal(t, before, state(t, w), "nothing was changed")

	for range *hostileRequests {
		if sim.Service(at[string](t, w.answer, "id")) == nil { // a request has deleted it
			w = town{sim, open}.service(t, nil)
		}
		r := httptest.NewRequestWithContext(t.Context(), pick(random, hostileMethods[:6]), "http://localhost:6011/",
			strings.NewReader(hostileBody(random)))
		target := hostilePath(random, at[string](t, w.answer, "id"))
		r.URL.RawPath, r.URL.RawQuery, _ = strings.Cut(target, "?")
		r.URL.Path = r.URL.RawPath
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		open.ServeHTTP(rec, r)
		statuses[rec.Code]++
		require.Less(t, rec.Code, 500, "%s %s: %s", r.Method, target, rec.Body)
		harmless(t, rec)
	}
	t.Log("answers by status:", statuses)
	require.NotZero(t, statuses[400])
	town{sim, open}.service(t, object{"name": "still alive"}).text(t, "07900900123", "1")
}

// harmless fails if a browser could take an answer for a page.
func harmless(t *testing.T, rec *httptest.ResponseRecorder) {
	t.Helper()
	require.NotContains(t, rec.Header().Get("Content-Type"), "html")
	require.NotContains(t, rec.Header(), "Set-Cookie")
	require.NotContains(t, rec.Header(), "Access-Control-Allow-Origin")
	require.Equal(t, "nosniff", rec.Header().Get("X-Content-Type-Options"))
	if rec.Header().Get("Content-Type") == "application/json" {
		require.NotContains(t, rec.Body.String(), "<script")
	}
}

func state(t *testing.T, w world) string {
	t.Helper()
	encoded, err := json.Marshal([]any{
		w.must(t, "GET", "/simulator/services", nil), w.must(t, "GET", w.url+"/messages", nil), w.sim.Injections(),
		w.must(t, "GET", w.url+"/templates", nil), w.sim.Pending(), w.must(t, "GET", w.url+"/problems?unseen=true", nil),
	})
	require.NoError(t, err)
	return string(encoded)
}

// FuzzBody sends any body to any route.
func FuzzBody(f *testing.F) {
	for i := range control.Routes() {
		f.Add(i, []byte(`{"name": "x", "templates": [{"type": "sms", "body": "((x))"}], "plan": {"outcome": "1s"}}`))
		f.Add(i, []byte(`{"faults": [{"kind": "refuse", "status": 500}], "by": "1h", "type": "test"}`))
	}
	f.Fuzz(func(t *testing.T, route int, body []byte) {
		w := setup(t).service(t, nil)
		routes := control.Routes()
		to := routes[uint(route)%uint(len(routes))]
		path := strings.NewReplacer("{service}", at[string](t, w.answer, "id"), "{id}", w.template(t, "Code")).Replace(to[1])
		r := httptest.NewRequestWithContext(t.Context(), to[0], "http://localhost:6011"+path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, r)
		require.Less(t, rec.Code, 500)
		described(t, r, rec)
		content, err := io.ReadAll(rec.Body)
		require.NoError(t, err)
		require.Equal(t, rec.Code != http.StatusNoContent && to[0] != "HEAD", len(content) > 0)
	})
}
