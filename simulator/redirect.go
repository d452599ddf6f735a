package simulator

import (
	"html"
	"net/http"

	"github.com/notifykit/notify/simulator/internal/werkzeug"
)

// redirect answers a path with runs of slashes, as the framework behind Notify does: the header has the query escaped,
// and the page as it reads it.
func redirect(r *request, path string) *response {
	target := r.base + werkzeug.EscapePath(werkzeug.Decode(path))
	shown := target
	if r.rawQuery != "" {
		query := werkzeug.Decode(r.rawQuery)
		target += "?" + werkzeug.EscapeQuery(query)
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
