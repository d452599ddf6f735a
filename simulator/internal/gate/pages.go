package gate

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// Pages lets through what may use pages with forms. Another site may link to a page, but neither embed it nor send a
// form to it. Who lacks the token gets a form that asks for it, and then a cookie and the page that was asked for. A
// link can bring the token in its query, as ?token=TOKEN; then it works without the form.
func (g *Gate) Pages(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		why := g.checkHost(r)
		if why == nil && !followsLink(r) {
			why = checkOrigin(r)
		}
		if why == nil {
			why = checkBody(r, "application/x-www-form-urlencoded", "multipart/form-data")
		}
		switch {
		case why != nil:
			show(w, why.status, page{Title: "Refused", Text: why.why})
		case g.wantsToken() && r.URL.Query().Has("token") && r.Method != http.MethodPost: // the form may follow a wrong link
			g.signIn(w, r, r.URL.Query().Get("token"))
		case g.admits(r):
			h.ServeHTTP(w, g.withoutSecrets(r))
		case fromElsewhere(r):
			// The browser keeps a strict cookie back on the way from another site, but not on the way from this page.
			show(w, http.StatusOK, page{Title: "One moment", Next: here(r)})
		default:
			g.ask(w, r)
		}
	})
}

// followsLink reports whether somebody opens a page by a link on another site. That changes nothing.
func followsLink(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Origin") == "" &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// formField is what the form calls the token.
const formField = "simulator_token"

// mostForm is the size in bytes up to which a form is read of somebody unknown.
const mostForm = 4 << 10

// ask shows the form, or takes the token out of it.
func (g *Gate) ask(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		if r.ParseForm() == nil && r.PostForm.Has(formField) {
			g.signIn(w, r, r.PostForm.Get(formField))
			return
		}
	}
	show(w, http.StatusUnauthorized, page{Title: "Sign in", Form: true})
}

// signIn gives the browser a cookie for the right token.
func (g *Gate) signIn(w http.ResponseWriter, r *http.Request, token string) {
	if !g.isToken(strings.TrimSpace(token)) {
		show(w, http.StatusUnauthorized, page{Title: "Sign in", Text: "That is not the token of this simulator.", Form: true})
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // over plain HTTP, browsers send no secure cookie back
		Name: g.cookieName, Value: hex.EncodeToString(g.cookie[:]), Path: "/simulator",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	show(w, http.StatusOK, page{Title: "Signed in", Next: here(r)})
}

// here is the address of the request without the token. More than one slash at its beginning would name another host.
func here(r *http.Request) string {
	query := r.URL.Query()
	query.Del("token")
	next := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/"), RawQuery: query.Encode()}
	return next.String()
}

// page is one of the few pages that the gate has itself. It leads to Next at once, if that is set: unlike after a
// redirect, the browser then comes from a page of this site.
type page struct {
	Title, Text, Next string
	Form              bool
}

const style = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:4rem auto;padding:0 1rem;` +
	`color-scheme:light dark}input,button{font:inherit;padding:.4rem .6rem}label,input{display:block;margin:.5rem 0}` +
	`input{width:100%;box-sizing:border-box}`

var pages = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{{with .Next}}<meta http-equiv="refresh" content="0; url={{.}}">
{{end}}<title>{{.Title}} - Notify simulator</title>
<style>` + style + `</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{with .Text}}<p role="alert">{{.}}</p>
{{end}}{{with .Next}}<p><a href="{{.}}">Go on</a></p>
{{end}}{{if .Form}}<form method="post">
<label for="token">The token that this simulator was started with</label>
<input id="token" name="` + formField + `" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>
{{end}}</main>
</body>
</html>
`))

func show(w http.ResponseWriter, status int, p page) {
	sum := sha256.Sum256([]byte(style))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address may hold the token
	if p.Form {
		h.Set("Referrer-Policy", "same-origin") // without any, browsers send a form with the origin null, which is refused
	}
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = pages.Execute(w, p)
}
