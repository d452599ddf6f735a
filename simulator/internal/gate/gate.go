// Package gate decides whether a request may use what looks into a simulator and changes it: the control API and the
// inbox. It keeps out browsers that show another site's page, and whoever lacks the token if there is one.
package gate

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Gate lets requests through or refuses them. It prints without its token.
type Gate struct {
	token, cookie digest // zero if no token is wanted
	cookieName    string
	hosts         []string // in lower case, besides those of loopback
}

type digest [sha256.Size]byte

// shortestToken is how many characters a token has at least: nothing limits how often somebody may guess.
const shortestToken = 16

// New makes a gate. It wants the token unless that is empty, and lets requests through that are for one of the hosts or
// for this machine itself; a host is a name or an address, without a port. It is an error if the token has fewer than
// 16 characters, or others than the printable ones of ASCII without the space, or if a host is empty or has a port.
//
// A gate without a token is for simulators that only this machine can reach: it can't tell who calls.
func New(token string, hosts ...string) (*Gate, error) {
	g := &Gate{}
	for _, host := range hosts {
		bare := strings.Trim(strings.ToLower(host), "[]")
		if bare == "" || strings.ContainsAny(bare, "/ ") || strings.Contains(bare, ":") && net.ParseIP(bare) == nil {
			return nil, fmt.Errorf("%q is not a host: want a name or an address, without a port", host)
		}
		g.hosts = append(g.hosts, bare)
	}
	if token == "" {
		return g, nil
	}
	if len(token) < shortestToken {
		return nil, fmt.Errorf("the token has %d characters: want at least %d", len(token), shortestToken)
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, errors.New("the token has a character that a header can't hold: want printable ASCII without spaces")
	}
	// The cookie is not the token, so whoever sees one in a browser has not seen the other. Nor is it random: the pages
	// and the API have a gate each, and a browser stays signed in when the simulator starts anew.
	g.token, g.cookie = sha256.Sum256([]byte(token)), derived(token, "cookie")
	// A browser sends a cookie to all ports of a host. So simulators that run side by side need different names.
	name := derived(token, "name")
	g.cookieName = "notify-simulator-" + hex.EncodeToString(name[:4])
	return g, nil
}

func derived(token, purpose string) digest {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("notify-simulator " + purpose))
	return digest(mac.Sum(nil))
}

// Format prints whether the gate wants a token, and never the token or what could replace it.
func (g Gate) Format(f fmt.State, _ rune) {
	if g.wantsToken() {
		_, _ = fmt.Fprint(f, "gate with a token")
		return
	}
	_, _ = fmt.Fprint(f, "gate without a token")
}

func (g Gate) wantsToken() bool { return g.token != digest{} }

// refusal says why a request may not come in.
type refusal struct {
	status int
	why    string
}

// API lets through what may use an API whose bodies are JSON. It refuses in JSON, with an "error".
//
// A request has the token as "Authorization: Bearer TOKEN", or the cookie of [Gate.Pages]. It may come from no page of
// another site: not even to read, because to read a message can mean that nobody else gets it.
func (g *Gate) API(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		why := g.checkHost(r)
		if why == nil {
			why = checkOrigin(r)
		}
		if why == nil && !g.admits(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="notify-simulator"`)
			why = &refusal{
				http.StatusUnauthorized, "this simulator wants its token: send the header Authorization: Bearer TOKEN",
			}
		}
		if why == nil {
			why = checkBody(r, "application/json")
		}
		if why != nil {
			refuseInJSON(w, why)
			return
		}
		h.ServeHTTP(w, g.withoutSecrets(r))
	})
}

// checkHost refuses what is for another host. Otherwise any site could have its own name resolve to this machine, and
// would be of the same origin. A gate with a token has no need of it: such a site neither knows the token, nor does a
// browser send the cookie of one host to another.
func (g *Gate) checkHost(r *http.Request) *refusal {
	host := hostname(r.Host)
	ip := net.ParseIP(host)
	switch {
	case g.wantsToken(), host == "localhost", strings.HasSuffix(host, ".localhost"), ip != nil && ip.IsLoopback(),
		slices.Contains(g.hosts, host):
		return nil
	}
	return &refusal{
		http.StatusForbidden,
		fmt.Sprintf("this simulator is not for the host %.80q: use localhost, or start it with that host", host),
	}
}

// hostname is a Host header without the port, in lower case, without the dot that may end it.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.Trim(strings.ToLower(host), "[]"), ".")
}

// fromElsewhere reports whether a browser says that a page of another origin made the request. Another port of the same
// host is another origin, which browsers call the same site.
func fromElsewhere(r *http.Request) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin) // "null" has no host
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return true
		}
	}
	return false
}

func checkOrigin(r *http.Request) *refusal {
	if fromElsewhere(r) {
		return &refusal{http.StatusForbidden, "a page of another site may not use this simulator"}
	}
	return nil
}

// admits reports whether the request has the token, or none is wanted.
func (g *Gate) admits(r *http.Request) bool {
	if !g.wantsToken() {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && g.isToken(strings.TrimSpace(token)) {
		return true
	}
	for _, c := range r.CookiesNamed(g.cookieName) {
		if value, err := hex.DecodeString(c.Value); err == nil && subtle.ConstantTimeCompare(value, g.cookie[:]) == 1 {
			return true
		}
	}
	return false
}

// isToken compares digests, which have one length, so that the time it takes tells nothing.
func (g *Gate) isToken(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1
}

// withoutSecrets is the request without what let it in, so that no handler can log that.
func (g *Gate) withoutSecrets(r *http.Request) *http.Request {
	if !g.wantsToken() {
		return r
	}
	bare := *r
	bare.Header = r.Header.Clone()
	bare.Header.Del("Authorization")
	bare.Header.Del("Cookie")
	return &bare
}
