package simulator

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// request is what the simulator reads of an HTTP request, however it arrived.
type request struct {
	ctx      context.Context
	method   string
	path     string // decoded
	rawQuery string
	base     string // scheme and host the caller used, for the links in answers
	header   http.Header
	body     []byte
	receive  func() ([]byte, *wire.Failure) // reads the body, if that is still to come
}

// response is what the simulator answers, whichever way it goes out.
type response struct {
	status      int
	contentType string
	header      http.Header // more than the usual ones; may be nil
	body        []byte
	bare        bool // without the usual headers: the answer of the server in front of the application
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
	typePDF  = "application/pdf"
)

func jsonAnswer(status int, v any) *response {
	return &response{status: status, contentType: typeJSON, body: append(pyjson.Append(make([]byte, 0, 512), v), '\n')}
}

// setHeaders puts into h what the real service sends with every answer of its application.
func (r *response) setHeaders(h http.Header, req *request) {
	for name, values := range r.header {
		h[name] = values
	}
	h["Content-Type"] = []string{r.contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	if r.bare {
		return
	}
	h["Access-Control-Allow-Origin"] = []string{"*"}
	h["Access-Control-Allow-Headers"] = []string{"Content-Type,Authorization"}
	h["Access-Control-Allow-Methods"] = []string{"GET,PUT,POST,DELETE"}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	h["X-Frame-Options"] = []string{"SAMEORIGIN"}
	h["X-Permitted-Cross-Domain-Policies"] = []string{"none"}
	h["Strict-Transport-Security"] = []string{"max-age=31536000; includeSubDomains; preload"}
	h["Cache-Control"] = append(h["Cache-Control"], "no-store, no-cache, private, must-revalidate")
	h["Server"] = []string{"gunicorn"}
	trace := req.header.Get("X-B3-TraceId")
	for _, name := range []string{"X-Amz-Cf-Id", "X-Amzn-Trace-Id"} {
		if trace == "" {
			trace = req.header.Get(name)
		}
	}
	if trace == "" {
		trace = randomHex(16)
	}
	span := req.header.Get("X-B3-SpanId")
	if span == "" {
		span = "self-" + randomHex(8)
	}
	h["X-B3-Traceid"] = []string{trace}
	h["X-B3-Spanid"] = []string{span}
}

func randomHex(n int) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(rand.Uint32()) //nolint:gosec // a trace id is no secret
	}
	return hex.EncodeToString(b[:n])
}

// RoundTrip answers one request in the caller's goroutine, without a network. The request's context is honoured: once
// it is done, no message is accepted any more, and the context's error is returned.
func (s *Simulator) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	body, err := readBody(ctx, r)
	if err != nil {
		return nil, err
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	req := &request{
		method: r.Method, base: r.URL.Scheme + "://" + host, ctx: ctx, header: r.Header, body: body,
	}
	req.path, req.rawQuery = withoutFragment(r.URL)
	if req.method == "" {
		req.method = http.MethodGet
	}
	if req.path == "" {
		req.path = "/"
	}
	resp := refusedHead(r)
	switch {
	case resp != nil:
	case len(body) > maxBody:
		resp = refuse(wire.BodyTooLarge)
	default:
		resp = s.answer(req)
	}
	if resp.status == callerGone.Status {
		return nil, ctx.Err()
	}
	header := make(http.Header, 20)
	resp.setHeaders(header, req)
	if !resp.bare {
		header["Date"] = []string{s.now().Format(http.TimeFormat)}
	}
	out := &http.Response{
		Status:        strconv.Itoa(resp.status) + " " + http.StatusText(resp.status),
		StatusCode:    resp.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		ContentLength: int64(len(resp.body)),
		Body:          http.NoBody,
		Request:       r,
	}
	if r.Method != http.MethodHead && len(resp.body) > 0 {
		out.Body = io.NopCloser(bytes.NewReader(resp.body))
	}
	return out, nil
}

// readBody reads and closes the request's body. A body that blocks is cut off when ctx is done.
func readBody(ctx context.Context, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, context.Cause(ctx)
	}
	defer r.Body.Close()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = r.Body.Close() })
	defer stop()
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		buf.Grow(int(min(r.ContentLength, maxBody)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(r.Body, maxBody+1))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("simulator: reading the request's body: %w", err)
	}
	return buf.Bytes(), nil
}

// withoutFragment is the path, decoded, and the query of u, up to a "#" that stands there as it is: what a client sends
// of a fragment Notify's server leaves out, and Go's takes for part of the path or query.
func withoutFragment(u *url.URL) (path, query string) {
	if raw, _, found := strings.Cut(u.RawPath, "#"); found {
		if path, err := url.PathUnescape(raw); err == nil {
			return path, ""
		}
	}
	query, _, _ = strings.Cut(u.RawQuery, "#")
	return u.Path, query
}

// answer routes and answers one request.
func (s *Simulator) answer(r *request) *response {
	// The framework behind Notify passes over slashes before the first segment. Where nothing is found it takes each run
	// of slashes for one, and says so to those who ask for what is there then.
	path := "/" + strings.TrimLeft(r.path, "/")
	ep := route(path)
	if ep == nil {
		collapsed := werkzeug.Collapse(path)
		if ep = route(collapsed); ep == nil {
			return refuse(wire.PathNotFound)
		}
		if _, ok := ep.handler(r.method); ok || r.method == http.MethodOptions {
			return redirect(r, collapsed)
		}
	}
	handle, ok := ep.handler(r.method)
	switch {
	case ok:
		return handle(s, &call{request: r, args: ep.args})
	case r.method == http.MethodOptions:
		return s.describe(r, ep)
	}
	resp := refuse(wire.MethodNotAllowed)
	resp.contentType = typeHTML
	resp.header = http.Header{"Allow": {ep.allow()}}
	return resp
}

// describe answers OPTIONS: on the API it wants a token like everything else.
func (s *Simulator) describe(r *request, ep *endpoint) *response {
	if !ep.public {
		if _, f := s.authenticate(r.header); f != nil {
			return refuse(f)
		}
	}
	return &response{status: 200, contentType: typeHTML, header: http.Header{"Allow": {ep.allow()}}}
}
