package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// An operation is one of the API's endpoints.
type operation struct {
	method string
	route  string // with {id} for what varies: the only form in which a path is logged or printed
	send   bool   // makes a message, so that repeating it may send twice
	tokens int    // what it takes from the rate limit
	most   int64  // the most that is read of its answer, in bytes
}

// A call is one method call of the client, with all its attempts. It is also the context of its requests: that is how
// the hooks of go-retryablehttp, which are the client's and see no call, find it.
type call struct {
	context.Context //nolint:containedctx // it is a context

	client *Client
	op     operation
	trace  httptrace.ClientTrace

	request retryablehttp.Request
	url     url.URL       // of the request
	body    []byte        // of the request, nil for none
	out     any           // what the answer is decoded into; a *[]byte takes a PDF
	lacks   func() string // what is missing in out, if it is not the answer asked for

	reader io.LimitedReader // of the answer

	attempt int
	wait    time.Duration // before the next attempt
	late    bool          // no next attempt, because the deadline would come first
	again   bool          // there is to be a next attempt, if the context lets it
	stopped error         // why there was none
	attemptState

	done    bool   // there was an answer, and it is in out
	outcome error  // how the last attempt ended: *Error, *callError or nil
	last    *Error // the last answer of the service, of whatever attempt
}

// attemptState is what is known of one attempt while it is under way.
type attemptState struct {
	started       time.Time
	limit         context.Context //nolint:containedctx // ends with the attempt's time limit
	cancel        context.CancelFunc
	authorisation []string // as it was sent
	handedOn      bool     // to the transport

	// What the transport said. Written by its goroutines.
	dialling, connected atomic.Bool
}

type callKey struct{}

// Value makes the call known to those below.
func (x *call) Value(key any) any {
	if key == (callKey{}) {
		return x
	}
	return x.Context.Value(key)
}

func callOf(ctx context.Context) *call {
	x, _ := ctx.Value(callKey{}).(*call)
	return x
}

// newRetrier sets up go-retryablehttp. It waits in PrepareRetry, because Backoff sees no context and, after a lost
// connection, no request either.
func newRetrier(c *http.Client, attempts int) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: c,
		RetryMax:   attempts - 1,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			return callOf(ctx).check(resp, err), nil
		},
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 },
		PrepareRetry: func(req *http.Request) error { return callOf(req.Context()).prepareRetry() },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// ready refuses what has no chance. A send asks before it reads a file, which can be read only once.
func (c *Client) ready(ctx context.Context, op operation) error {
	switch {
	case c == nil || c.retrier == nil:
		return refuse(nil, "the client was not made by New")
	case ctx == nil:
		return refuse(nil, "the context is nil")
	case ctx.Err() != nil:
		return &callError{method: op.method, route: op.route, what: "was not sent", cause: endOf(ctx), safe: true}
	}
	return nil
}

// do sends one request, path being below the base URL, and decodes the answer into out, where a *[]byte takes a PDF.
// lacks looks at out and says what it lacks to be the answer asked for.
func (c *Client) do(
	ctx context.Context, op operation, path, query string, body []byte, out any, lacks func() string,
) error {
	if err := c.ready(ctx, op); err != nil {
		return err
	}
	if op.send && c.limiter != nil {
		if err := c.limiter.wait(ctx, op.tokens); err != nil {
			return &callError{method: op.method, route: op.route, what: "was not sent", cause: err, safe: true}
		}
	}
	x := &call{Context: ctx, client: c, op: op, body: body, out: out, lacks: lacks}
	ctx = x
	if op.send {
		x.trace.GetConn = func(string) {
			x.dialling.Store(true)
			if c.standard { // it asks for another connection only if nothing was written to the first
				x.connected.Store(false)
			}
		}
		x.trace.GotConn = func(httptrace.GotConnInfo) { x.connected.Store(true) }
		ctx = httptrace.WithClientTrace(x, &x.trace)
	}
	if err := x.prepare(ctx, path, query, body); err != nil {
		return err
	}
	x.begin()
	// What matters has been seen by check, which also closes the body.
	_, err := c.retrier.Do(&x.request) //nolint:bodyclose // closed by check
	return x.result(err)
}

// prepare builds the request without parsing the URL again. Its headers are the client's, which nobody changes: the
// signer makes a copy.
func (x *call) prepare(ctx context.Context, path, query string, body []byte) error {
	req := (&http.Request{Method: x.op.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	x.url = x.client.base
	req.URL = &x.url
	req.URL.Path += path
	if req.URL.RawPath != "" {
		req.URL.RawPath += path // ids and routes need no escaping
	}
	req.URL.RawQuery = query
	req.Host, req.Header = req.URL.Host, x.client.header
	x.request.Request = req
	if body == nil {
		return nil
	}
	req.Header = x.client.headerWithBody
	if err := x.request.SetBody(body); err != nil {
		return refuse(err, "the request body cannot be used")
	}
	return nil
}

// begin forgets the attempt before.
func (x *call) begin() {
	x.started, x.limit, x.cancel, x.authorisation, x.handedOn = time.Now(), nil, nil, nil, false
	x.dialling.Store(false)
	x.connected.Store(false)
}

// prepareRetry waits before the next attempt, which takes from the client's own rate limit like the first.
func (x *call) prepareRetry() error {
	x.stopped = pause(x, x.wait)
	if l := x.client.limiter; x.stopped == nil && l != nil && x.op.send {
		x.stopped = l.wait(x, x.op.tokens)
	}
	if x.stopped == nil {
		x.begin()
	}
	return x.stopped
}

// check is called after each attempt; it reads the answer, so that one which breaks off counts as a failed attempt.
func (x *call) check(resp *http.Response, err error) bool {
	x.attempt++
	status, retryAfter := 0, ""
	if err == nil {
		status, retryAfter = resp.StatusCode, resp.Header.Get("Retry-After")
		err = x.read(resp)
	}
	if err != nil {
		x.outcome = x.failed(err)
	}
	if x.cancel != nil {
		x.cancel()
	}
	ended := x.Err() != nil
	_, answered := x.outcome.(*Error) // an attempt without an answer says itself that the context ended
	x.again = !x.done && (answered || !ended) && x.attempt < x.client.retry.MaxAttempts && x.retryable()
	if x.again && !ended {
		x.wait = x.client.retry.wait(x.attempt, retryAfter)
		x.late = tooLate(x, x.wait)
		x.again = !x.late
	}
	retry := x.again && !ended
	x.adjust()
	x.log(status, retry)
	return retry
}

// failed describes an attempt without an answer. The *url.Error round the cause is dropped, for it prints the query.
func (x *call) failed(err error) *callError {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	e := &callError{method: x.op.method, route: x.op.route, what: "got no answer", cause: err, safe: true}
	switch {
	case !x.handedOn:
		e.what = "was not sent"
	case x.op.send && !x.nothingWritten(err):
		e.safe = false
		e.what = "got no answer, though the message may have been accepted"
	}
	// Whatever a transport says when it is stopped, the reason is that time was up.
	switch {
	case x.Err() != nil:
		e.cause, e.hidden = endOf(x), err
	case x.limit != nil && x.limit.Err() != nil:
		e.cause, e.hidden = context.Cause(x.limit), err
	}
	return e
}

// adjust tells the limiter how the attempt went.
func (x *call) adjust() {
	l := x.client.limiter
	if l == nil || !x.op.send {
		return
	}
	if x.done {
		l.grow()
	} else if e, ok := x.outcome.(*Error); ok && e.rateLimited() {
		l.shrink()
	}
}

// result is the error of the whole call. An end of the context must not hide what the service said last, nor may the
// service's last words hide that a later attempt got no answer.
func (x *call) result(err error) error {
	switch {
	case x.done:
		return nil
	case x.outcome == nil:
		return x.failed(err) // no attempt was made
	}
	e := &callError{method: x.op.method, route: x.op.route, before: x.outcome, safe: true}
	switch {
	case x.late:
		e.what = fmt.Sprintf("gave up after attempt %d, the next being %v away and so beyond the context's deadline",
			x.attempt, x.wait.Round(time.Millisecond))
		e.cause = context.DeadlineExceeded
		return e
	case x.again: // the context ended before it
		e.what = fmt.Sprintf("was stopped while waiting after attempt %d", x.attempt)
		if e.cause = x.stopped; e.cause == nil {
			e.cause = endOf(x)
		}
		return e
	}
	if lost, ok := x.outcome.(*callError); ok && x.last != nil {
		lost.before = x.last
	}
	return x.outcome
}

// log writes one line for an attempt: never a path, a query or a body.
func (x *call) log(status int, retry bool) {
	logger := x.client.logger
	if logger == nil || !logger.Enabled(x, slog.LevelDebug) {
		return
	}
	attrs := make([]slog.Attr, 0, 7)
	attrs = append(attrs,
		slog.String("method", x.op.method),
		slog.String("route", x.op.route),
		slog.Int("attempt", x.attempt),
		slog.Int("status", status),
		slog.Duration("duration", time.Since(x.started)))
	if e, ok := x.outcome.(*Error); ok && !x.done {
		attrs = append(attrs, slog.String("class", e.class()))
	}
	if retry {
		attrs = append(attrs, slog.Duration("retry_in", x.wait))
	}
	logger.LogAttrs(x.Context, slog.LevelDebug, "notify attempt", attrs...)
}
