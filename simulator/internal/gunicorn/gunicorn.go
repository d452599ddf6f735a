// Package gunicorn refuses requests as the server in front of GOV.UK Notify does, before the application sees them.
package gunicorn

import (
	"fmt"
	"net/http"
	"strings"
)

// The limits of gunicorn in its default settings: limit_request_line, limit_request_fields and
// limit_request_field_size. A line's break counts for a field, but not for the request line.
const (
	maxRequestLine  = 4094
	maxHeaderFields = 100
	maxHeaderField  = 8190
)

// Refusal is the page that gunicorn answers with. Then it closes the connection.
type Refusal struct {
	Status int
	Page   []byte
}

// Refuse answers a request whose head is too large, or whose method is none; nil for any other.
//
// The lengths are those of the request as clients write it: with one blank behind each colon.
func Refuse(r *http.Request) *Refusal {
	// Escaping makes a path three times as long at most.
	u := r.URL
	if 3*len(u.Path)+len(u.RawPath)+len(u.RawQuery)+len(u.Opaque)+len(r.Method) > maxRequestLine/2 {
		target := r.RequestURI // empty in process
		if target == "" {
			target = u.RequestURI()
		}
		if n := len(r.Method) + len(target) + len("  HTTP/1.1"); n > maxRequestLine {
			return refusal(http.StatusBadRequest, fmt.Sprintf("Request Line is too large (%d &gt; %d)", n, maxRequestLine))
		}
	}
	if !conventional(r.Method) {
		return methodRefusal(r.Method)
	}
	fields := 1 // Host, which Go keeps elsewhere
	if len(r.TransferEncoding) > 0 {
		fields++
	}
	for name, values := range r.Header {
		fields += len(values)
		for _, v := range values {
			if len(name)+len(": \r\n")+len(v) > maxHeaderField {
				return headerRefusal("limit request headers fields size")
			}
		}
	}
	if fields > maxHeaderFields {
		return headerRefusal("limit request headers fields")
	}
	return nil
}

// conventional reports whether gunicorn takes a method, which is a token of RFC 9110 already. In process, none is GET.
func conventional(method string) bool {
	const shortest, longest = 3, 20
	return method == "" || len(method) >= shortest && len(method) <= longest &&
		!strings.ContainsFunc(method, func(r rune) bool { return r >= 'a' && r <= 'z' || r == '#' })
}

func methodRefusal(method string) *Refusal {
	quote := "'"
	if strings.Contains(method, quote) {
		quote = `"` // as Python does; no method holds both
	}
	shown := pageEscaper.Replace("'Invalid HTTP method: " + quote + method + quote + "'")
	return refusal(http.StatusBadRequest, "Invalid Method "+shown)
}

// pageEscaper is html.escape of Python, for what a method may hold.
var pageEscaper = strings.NewReplacer("&", "&amp;", "'", "&#x27;", `"`, "&quot;")

func headerRefusal(why string) *Refusal {
	return refusal(http.StatusRequestHeaderFieldsTooLarge, "Error parsing headers: &#x27;"+why+"&#x27;")
}

func refusal(status int, message string) *Refusal {
	reason := http.StatusText(status)
	page := strings.NewReplacer("{reason}", reason, "{message}", message).Replace(`<html>
  <head>
    <title>{reason}</title>
  </head>
  <body>
    <h1><p>{reason}</p></h1>
    {message}
  </body>
</html>
`)
	return &Refusal{status, []byte(page)}
}
