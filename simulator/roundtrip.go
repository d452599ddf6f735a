package simulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// errLost wraps io.EOF, which net/http returns when a connection closes before the response.
var errLost = fmt.Errorf("simulator: the connection broke: %w", io.EOF)

// RoundTrip answers one request in the caller's goroutine, without a network. Once the request's context is done, no
// message is accepted and the context's error is returned.
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
	x := &exchange{
		incoming: r, ctx: ctx, method: r.Method, base: r.URL.Scheme + "://" + host, header: r.Header, body: body,
	}
	x.path, x.rawQuery = withoutFragment(r.URL)
	if x.method == "" {
		x.method = http.MethodGet
	}
	if x.path == "" {
		x.path = "/"
	}
	s.chain.proceed(s, x)
	if err := pause(ctx, x.fate.delay); err != nil {
		s.log.giveUp(x)
		return nil, err
	}
	switch x.fate.ending {
	case endStalled:
		<-ctx.Done()
		s.log.giveUp(x)
		return nil, ctx.Err()
	case endGivenUp:
		return nil, ctx.Err()
	case endLost:
		return nil, errLost
	}
	return s.outgoing(x), nil
}

// outgoing turns the response of x into one of net/http.
func (s *Simulator) outgoing(x *exchange) *http.Response {
	answer := x.answer
	header := make(http.Header, 20)
	if !answer.bare {
		header["Date"] = []string{s.now().Add(x.skew).Format(http.TimeFormat)}
	}
	answer.setHeaders(header, x.header, s)
	out := &http.Response{
		Status:        strconv.Itoa(answer.status) + " " + http.StatusText(answer.status),
		StatusCode:    answer.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		ContentLength: int64(len(answer.body)),
		Body:          http.NoBody,
		Request:       x.incoming,
	}
	switch {
	case x.method == http.MethodHead || len(answer.body) == 0:
	case x.fate.ending == endCut:
		out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(half(answer.body)), broken{}))
	default:
		out.Body = io.NopCloser(bytes.NewReader(answer.body))
	}
	return out
}

// half is the part of a cut body that arrives.
func half(body []byte) []byte { return body[:len(body)/2] }

// broken is the rest of a cut body: reading it fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// readBody reads and closes the request's body. When ctx is done it stops reading a body that blocks.
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

// withoutFragment returns the path of u, decoded, and its query, both cut at an unescaped "#". Some clients send the
// fragment: Notify's server drops it, and Go's treats it as part of the path or the query.
func withoutFragment(u *url.URL) (path, query string) {
	if raw, _, found := strings.Cut(u.RawPath, "#"); found {
		if path, err := url.PathUnescape(raw); err == nil {
			return path, ""
		}
	}
	query, _, _ = strings.Cut(u.RawQuery, "#")
	return u.Path, query
}
