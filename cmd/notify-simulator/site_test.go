package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// ask makes a request of a program in process.
func (p *program) ask(t *testing.T, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:6011"+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.site.ServeHTTP(w, r)
	return w
}

// TestSite: each path goes to whom it belongs.
func TestSite(t *testing.T) {
	t.Parallel()
	p, _ := served(t, "-log", "off")
	const browser = "text/html,application/xhtml+xml"
	for _, c := range []struct {
		method, path, accept string
		status               int
		body                 string
	}{
		{"GET", "/", browser, 303, inboxPath + "/"},
		{"HEAD", "/", browser, 303, ""},
		{"GET", "/", "application/json", 200, `"status":"ok"`},
		{"GET", "/", "*/*", 200, `"status":"ok"`},
		{"POST", "/", browser, 405, ""},
		{"GET", "/_status", browser, 200, `"status":"ok"`},
		{"GET", "/v2/templates", browser, 401, "AuthError"},
		{"GET", inboxPath + "/", browser, 200, "<html"},
		{"GET", "/simulator/inboxes", browser, 404, `"error"`},
		{"GET", "/simulator/services", "*/*", 200, demoService},
		{"GET", "/simulator", "*/*", 404, "The requested URL was not found"},
		{"GET", healthPath, "*/*", 200, `{"status":"ok"}`},
		{"GET", readyPath, "*/*", 200, `{"status":"ready"}`},
		{"GET", "/d/x", browser, 404, "No longer available"},
		{"POST", "/d/x", browser, 405, ""},
		{"GET", "/favicon.ico", "image/*", 404, "The requested URL was not found"},
	} {
		w := p.ask(t, c.method, c.path, "Accept", c.accept)
		require.Equal(t, c.status, w.Code, "%s %s: %s", c.method, c.path, w.Body)
		require.Contains(t, w.Body.String(), c.body, "%s %s", c.method, c.path)
	}
	require.Equal(t, inboxPath+"/", p.ask(t, "GET", "/", "Accept", browser).Header().Get("Location"))
	page := p.ask(t, "GET", "/d/x").Header()
	require.Contains(t, page.Get("Content-Security-Policy"), "default-src 'none'")
	require.Equal(t, "no-referrer", page.Get("Referrer-Policy"))

	p.site.ready.Store(false)
	require.Equal(t, 503, p.ask(t, "GET", readyPath).Code)
	require.Equal(t, 503, p.ask(t, "GET", "/v2/templates").Code)
	require.Equal(t, 200, p.ask(t, "GET", healthPath).Code)
	p.site.ready.Store(true)
	stopping, stop := context.WithCancel(t.Context())
	p.site.ctx = stopping
	stop()
	require.Equal(t, 503, p.ask(t, "GET", readyPath).Code)
	require.Equal(t, 401, p.ask(t, "GET", "/v2/templates").Code, "what is under way is still answered")
}

// TestIconIsNoRequest: browsers ask for an icon unasked. It is not among the requests that a person looks through.
func TestIconIsNoRequest(t *testing.T) {
	t.Parallel()
	p, _ := served(t, "-log", "off")
	as := p.ask(t, "GET", "/icon-of-another-name.ico")
	before := len(p.site.sim.Requests())
	icon := p.ask(t, "GET", "/favicon.ico")
	require.Equal(t, as.Code, icon.Code)
	require.Equal(t, as.Body.String(), icon.Body.String())
	require.Len(t, p.site.sim.Requests(), before)
}

// TestStopEndsWaiting: a page that waits for news does not hold up the end.
func TestStopEndsWaiting(t *testing.T) {
	t.Parallel()
	p, _ := served(t, "-log", "off")
	stopping, stop := context.WithCancel(t.Context())
	p.site.ctx = stopping
	p.site.inbox = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	p.ask(t, "GET", inboxPath+"/")
	require.Error(t, stopping.Err())
}

// TestToken: with other machines allowed, the pages and the control API want a token, which the API does not.
func TestToken(t *testing.T) {
	t.Parallel()
	p, _ := served(t, "-log", "off", "-expose", "-listen", "0.0.0.0:0")
	require.Len(t, p.made, 26)
	require.Contains(t, p.description(), p.made)
	require.Equal(t, 401, p.ask(t, "GET", "/simulator/services").Code)
	require.Equal(t, 200, p.ask(t, "GET", "/simulator/services", "Authorization", "Bearer "+p.made).Code)
	require.NotContains(t, p.ask(t, "GET", inboxPath+"/").Body.String(), demoTest)
	require.Equal(t, 200, p.ask(t, "GET", "/_status").Code)
	require.Equal(t, 200, p.ask(t, "GET", readyPath).Code)

	const given = "0123456789abcdef"
	p, _ = served(t, "-log", "off", "-token", given)
	require.Empty(t, p.made)
	require.NotContains(t, p.description(), given, "who gave it knows it")
	require.Equal(t, 401, p.ask(t, "GET", "/simulator/services").Code)
	require.Equal(t, 200, p.ask(t, "GET", "/simulator/services", "Authorization", "Bearer "+given).Code)
}

// TestHTTPS: the certificate that is made on the spot holds for loopback and the names given, and the file says whom to
// trust.
func TestHTTPS(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	base, rest := start(t, "-listen", "127.0.0.1:0", "-log", "off", "-tls-self-signed", file, "-host", "notify")
	require.True(t, strings.HasPrefix(base, "https://127.0.0.1:"), base)
	require.Contains(t, until(t, rest, "a team key reaches"), "REQUESTS_CA_BUNDLE="+file+"\n")
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitFine, run(t.Context(), []string{"-health", base, "-tls-self-signed", file}, &stdout, &stderr))
	require.Empty(t, stdout.String()+stderr.String())
	require.Equal(t, exitFailed, run(t.Context(), []string{"-health", base}, &stdout, &stderr))
	require.Contains(t, stderr.String(), "certificate")
	broken := filepath.Join(t.TempDir(), "broken.pem")
	require.NoError(t, os.WriteFile(broken, []byte("no PEM"), 0o600))
	require.Equal(t, exitFailed, run(t.Context(), []string{"-health", base, "-tls-self-signed", broken}, &stdout, &stderr))
	require.Contains(t, stderr.String(), broken+" has no certificate in PEM")

	cert, authority, err := certify(time.Now(), []string{"notify", "192.0.2.1"})
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM(authority))
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	require.NoError(t, err)
	for name, ok := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "::1": true, "notify": true, "192.0.2.1": true, "example.com": false,
	} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: trusted})
		require.Equal(t, ok, err == nil, "%s: %v", name, err)
	}
}

// TestCertificateOfOnesOwn: files that are no certificate are refused before anything is printed.
func TestCertificateOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := arguments{certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem")}
	_, err := a.certified()
	require.ErrorContains(t, err, "-tls-cert and -tls-key")
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	defer lender.Close()
	require.NoError(t, os.WriteFile(a.certFile, pemOf(t, "CERTIFICATE", lender.TLS.Certificates[0]), 0o600))
	require.NoError(t, os.WriteFile(a.keyFile, pemOf(t, "PRIVATE KEY", lender.TLS.Certificates[0]), 0o600))
	config, err := a.certified()
	require.NoError(t, err)
	require.Len(t, config.Certificates, 1)
	require.EqualValues(t, tls.VersionTLS12, config.MinVersion)
	var none arguments
	config, err = none.certified()
	require.NoError(t, err)
	require.Nil(t, config)
}

// TestHealth: it asks for readiness, and says why not.
func TestHealth(t *testing.T) {
	t.Parallel()
	base, rest := start(t, "-listen", "127.0.0.1:0", "-log", "off")
	until(t, rest, "a team key reaches")
	unready := httptest.NewServer(http.NotFoundHandler())
	defer unready.Close()
	for url, want := range map[string]string{
		base: "", base + "/": "", unready.URL: "is not ready: 404 Not Found", "http://127.0.0.1:1": "refused",
		"x": "want a URL like",
	} {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), []string{"-health", url}, &stdout, &stderr)
		require.Equal(t, want == "", status == exitFine, "%s: %s", url, stderr.String())
		require.Contains(t, stderr.String(), want)
	}
}

// TestMoreArguments are refused, in one line, or have an effect.
func TestMoreArguments(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-log loud":   "want text, json or off",
		"-tls-cert a": "go together",
		"-tls-key a":  "go together",
		"-tls-cert a -tls-key b -tls-self-signed c": "want one of them",
		"-realistic -outcome-delay 1s":              "exclude each other",
		"-start tomorrow":                           "want a time like",
		"-document-links ftp://x":                   "or an origin such as",
		"-document-links https://x/y":               "or an origin such as",
		"-outcome lost":                             "want a status of a text or an email",
		"-outcome =delivered":                       "want a phone number or an email address",
		"-outcome jo@example.gov.uk=lost":           "want a phone number or an email address",
		"-outcome jo@example.gov.uk=received":       "want a phone number or an email address",
		"-host a:1":                                 "want a name without a port",
		"-token short -listen 127.0.0.1:0":          "want at least 16",
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitUsage, run(t.Context(), strings.Fields(args), &stdout, &stderr), args)
		require.Contains(t, stderr.String(), want, args)
		require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	}
	p, _ := served(t, "-log", "off", "-outcome", "permanent-failure", "-start", "2026-03-28T23:59:00Z", "-readable-ids",
		"-outcome-delay", "1m", "-document-links", "https://notify.test")
	require.Equal(t, 2026, p.site.sim.Now().Year())
	sent, err := p.client(t, demoKey).SendEmail(t.Context(), confirmation())
	require.NoError(t, err)
	require.Equal(t, "55555555-0000-4000-8000-000000000001", sent.ID)
	svc := p.site.sim.Services()[0]
	require.Equal(t, simulator.StatusSending, svc.Messages()[0].Status)
	p.site.sim.Advance(time.Minute)
	require.Equal(t, simulator.StatusPermanentFailure, svc.Messages()[0].Status)
}
