package simulator

import (
	"html"
	"net/http"
	"strings"
	"unicode/utf8"
)

// collapse takes each run of slashes for one.
func collapse(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}

// What the framework behind Notify (werkzeug) leaves as it is in a path and in the rest of a target. A percent sign in
// the query is part of what the caller escaped.
const (
	keptInPath  = "!$&'()*+,/:;=@"
	keptInQuery = "%" + keptInPath + "?"
)

// redirect answers a path with runs of slashes, as that framework does: the header has the query escaped, and the page
// as it reads it.
func redirect(r *request, path string) *response {
	target := r.base + escape(decoded(path), keptInPath)
	shown := target
	if r.rawQuery != "" {
		query := decoded(r.rawQuery)
		target += "?" + escape(query, keptInQuery)
		shown += "?" + query
	}
	shown = html.EscapeString(shown)
	return &response{
		status:      http.StatusPermanentRedirect,
		contentType: typeHTML,
		header:      http.Header{"Location": {target}},
		body: []byte("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n" +
			"<p>You should be redirected automatically to the target URL: " +
			"<a href=\"" + shown + "\">" + shown + "</a>. If not, click the link.\n"),
	}
}

// decoded reads bytes as Python's decode("utf-8", "replace") does: what begins a character and breaks off counts as
// one replacement character, however many bytes it has.
func decoded(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			for size < len(s) && !utf8.FullRuneInString(s[:size+1]) {
				size++
			}
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}
