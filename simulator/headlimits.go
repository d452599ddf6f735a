package simulator

import (
	"fmt"
	"net/http"
	"strings"
)

// The limits of gunicorn, the server in front of the real application, in its default settings: limit_request_line,
// limit_request_fields and limit_request_field_size. The line break counts towards the size of a field, but not of the
// request line.
const (
	maxRequestLine  = 4094
	maxHeaderFields = 100
	maxHeaderField  = 8190
)

// refuseHead refuses a request whose head is too large or whose method is malformed. Gunicorn does so without asking
// the application.
func refuseHead(s *Simulator, x *exchange, rest chain) {
	if x.answer = refusedHead(x.incoming); x.answer == nil {
		rest.proceed(s, x)
	}
}

// refusedHead returns the response to such a request, or nil. It counts lengths as clients write them: with one space
// after each colon.
func refusedHead(r *http.Request) *response {
	// Escaping makes a path at most three times as long, so a short one need not be escaped to be measured.
	u := r.URL
	if 3*len(u.Path)+len(u.RawPath)+len(u.RawQuery)+len(u.Opaque)+len(r.Method) > maxRequestLine/2 {
		target := r.RequestURI // empty in process
		if target == "" {
			target = u.RequestURI()
		}
		if n := len(r.Method) + len(target) + len("  HTTP/1.1"); n > maxRequestLine {
			return gunicornPage(http.StatusBadRequest, fmt.Sprintf("Request Line is too large (%d &gt; %d)", n, maxRequestLine))
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

// conventional reports whether gunicorn accepts a method. It is already known to be a token of RFC 9110. In process, an
// empty method means GET.
func conventional(method string) bool {
	const shortest, longest = 3, 20
	return method == "" || len(method) >= shortest && len(method) <= longest &&
		!strings.ContainsFunc(method, func(r rune) bool { return r >= 'a' && r <= 'z' || r == '#' })
}

func methodRefusal(method string) *response {
	quote := "'"
	if strings.Contains(method, quote) {
		quote = `"` // as Python does; a token can't hold both kinds of quote
	}
	shown := pageEscaper.Replace("'Invalid HTTP method: " + quote + method + quote + "'")
	return gunicornPage(http.StatusBadRequest, "Invalid Method "+shown)
}

// pageEscaper is Python's html.escape, for the characters that a method may hold.
var pageEscaper = strings.NewReplacer("&", "&amp;", "'", "&#x27;", `"`, "&quot;")

func headerRefusal(why string) *response {
	return gunicornPage(http.StatusRequestHeaderFieldsTooLarge, "Error parsing headers: &#x27;"+why+"&#x27;")
}

// gunicornPage is gunicorn's own error page, after which it closes the connection.
func gunicornPage(status int, message string) *response {
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
	return &response{
		status: status, contentType: "text/html", header: http.Header{"Connection": {"close"}},
		body: []byte(page), bare: true,
	}
}
