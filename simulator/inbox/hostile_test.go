package inbox_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/inbox"
)

var hostileRequests = flag.Int("hostile.requests", 500, "how many requests TestHostilePages makes")

// state is all that a form can change, but not the requests, which the pages do not make.
func (p place) state() (all []string) {
	for _, svc := range p.sim.Services() {
		for _, n := range svc.Messages() {
			all = append(all, n.ID+string(n.Status))
		}
		for _, t := range svc.ReceivedTexts() {
			all = append(all, t.ID)
		}
	}
	for _, i := range p.sim.Injections() {
		all = append(all, i.String())
	}
	return all
}

// forms are all forms that change something, with values that work.
func (p place) forms() map[string]url.Values {
	return map[string]url.Values{
		p.message(p.email) + "/status":                    {"status": {"technical-failure"}},
		p.message(p.letter) + "/return":                   {"sure": {"yes"}},
		inbox.Path + "/texts":                             {"service": {p.svc.ID()}, "from": {"1"}, "content": {"x"}},
		inbox.Path + "/time":                              {"amount": {"100"}, "unit": {"days"}},
		inbox.Path + "/faults":                            {"fault": {"error-500"}, "times": {"1"}, "delay": {"1"}},
		inbox.Path + "/faults/remove":                     {"sure": {"yes"}},
		inbox.Path + "/services/" + p.svc.ID() + "/reset": {"sure": {"yes"}},
		inbox.Path + "/reset":                             {"sure": {"yes"}},
	}
}

// TestFormsWantTheirOrigin: a form that a page of another site sends changes nothing, and neither does a GET.
func TestFormsWantTheirOrigin(t *testing.T) {
	t.Parallel()
	p := setup(t)
	before := p.state()
	now := p.sim.Now()
	for path, form := range p.forms() {
		for name, change := range map[string]func(*http.Request){
			"another origin":  func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
			"no origin":       func(r *http.Request) { r.Header.Set("Origin", "null") },
			"another port":    func(r *http.Request) { r.Header.Set("Origin", "http://localhost:6012") },
			"another site":    func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"another host":    func(r *http.Request) { r.Host = "evil.example:6011"; r.Header.Del("Origin") },
			"a rebound name":  func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Origin", "http://evil.example") },
			"another type":    func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
			"no form at all":  func(r *http.Request) { r.Header.Set("Content-Type", "application/json") },
			"another method":  func(r *http.Request) { r.Method = http.MethodGet; r.URL.RawQuery = form.Encode() },
			"a put":           func(r *http.Request) { r.Method = http.MethodPut },
			"a method's name": func(r *http.Request) { r.Method = "HEAD"; r.Header.Set("X-HTTP-Method-Override", "POST") },
		} {
			r := request(t, http.MethodPost, path, form)
			change(r)
			got := p.do(t, r)
			require.NotEqual(t, http.StatusSeeOther, got.status, "%s: %s", path, name)
			require.Equal(t, before, p.state(), "%s: %s", path, name)
			require.Less(t, p.sim.Now().Sub(now).Hours(), 1.0, "%s: %s", path, name)
		}
	}
	snap := p.sim.Snapshot()
	for path, form := range p.forms() {
		if !strings.HasSuffix(path, "/return") {
			require.Equal(t, http.StatusSeeOther, p.post(t, path, form).status, path)
		}
		require.NoError(t, p.sim.Restore(snap))
	}
}

// TestToken: without it nobody sees anything.
func TestToken(t *testing.T) {
	t.Parallel()
	p := setup(t)
	var err error
	const token = "0123456789abcdef"
	p.pages, err = inbox.New(p.sim, inbox.WithToken(token), inbox.WithHosts("simulator"))
	require.NoError(t, err)
	for path := range p.forms() {
		require.Equal(t, http.StatusUnauthorized, p.post(t, path, url.Values{}).status)
	}
	locked := p.get(t, inbox.Path+"/")
	require.Equal(t, http.StatusUnauthorized, locked.status)
	require.NotContains(t, locked.body, p.email)
	let := p.get(t, inbox.Path+"/?token="+token)
	r := request(t, http.MethodGet, inbox.Path+"/", nil)
	r.Header.Set("Cookie", strings.Split(let.header.Get("Set-Cookie"), ";")[0])
	require.Contains(t, p.do(t, r).body, p.email)

	_, err = inbox.New(p.sim, inbox.WithToken("short"))
	require.Error(t, err)
	_, err = inbox.New(p.sim, inbox.WithHosts("a/b"))
	require.Error(t, err)
}

// TestHostilePages makes requests of random methods, paths, origins, types and bodies, with HTML in every field. None
// may fail on the server's side, or show HTML as it came. Those without the right origin may change nothing.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	const seed = 20261125
	random := rand.New(rand.NewPCG(seed, seed))
	p := setup(t)
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	var paths []string
	for at := range p.crawl(t) {
		paths = append(paths, at)
	}
	forms := p.forms()
	for path := range forms {
		paths = append(paths, path)
	}
	field := func() string {
		return pick(evil, "", "07900900123", p.svc.ID(), p.email, "error-500", "1", "-1", "1e999", "hours", "delivered",
			strings.Repeat("x", 5000), "\x00\xff", "../../etc/passwd", "{{.}}")
	}
	hosts := []string{
		"localhost:6011", "localhost:6011", "evil.example", "127.0.0.1", "[::1]:6011", "", "localhost.evil.example",
	}
	admitted := 0
	for range *hostileRequests {
		path := pick(paths...)
		if random.IntN(4) == 0 {
			first := pick("messages", "services", "requests", evil)
			path = inbox.Path + "/" + url.PathEscape(first) + "/" + url.PathEscape(field())
		}
		form, query := url.Values{}, url.Values{}
		for range random.IntN(6) {
			name := pick("status", "from", "content", "service", "amount", "unit", "fault", "times", "delay", "operation",
				"page", "words", "to", "template", "type", "key", "done", "value-name", "refused", evil)
			form.Set(name, field())
			query.Set(name, field())
		}
		method := pick("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
		r := request(t, method, path, form)
		if random.IntN(2) == 0 {
			r.URL.RawQuery = query.Encode()
		}
		if strings.HasSuffix(r.URL.Path, "/live") {
			continue
		}
		origin := "http://localhost:6011"
		if random.IntN(3) > 0 {
			origin = pick("http://localhost:6011", "https://evil.example", "null", "http://localhost", evil)
			r.Host = pick(hosts...)
			r.Header.Set("Content-Type", pick("application/x-www-form-urlencoded", "text/plain", "application/json", "", evil))
			r.Header.Set("Sec-Fetch-Site", pick("same-origin", "cross-site", "none", "same-site"))
		}
		r.Header.Set("Origin", origin)
		// What comes from another site, or for another host, may change nothing.
		foreign := origin != "http://"+r.Host || r.Header.Get("Sec-Fetch-Site") == "cross-site" ||
			strings.Contains(r.Host, "evil")
		var before []string
		if foreign {
			before = p.state()
		}
		got := p.do(t, r)
		require.Less(t, got.status, 500, "%s %s: %s", method, r.URL, got.body)
		// What is not HTML is a letter, or a file, which is only saved.
		if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			require.NotContains(t, got.body, "<xevil", "%s %s", method, r.URL)
			require.NotContains(t, got.body, "<script>", "%s %s", method, r.URL)
		}
		if foreign {
			require.Equal(t, before, p.state(), "%s %s", method, r.URL)
		} else {
			admitted++
			if len(p.svc.Messages()) == 0 {
				p = setup(t) // it was reset
			}
		}
	}
	t.Logf("%d requests, %d of them of the right origin", *hostileRequests, admitted)
}
