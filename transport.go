package notify

import (
	"bytes"
	"context"
	"encoding/json"
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

const (
	// maxErrorBody is how much of an answer that reports an error is kept, in bytes.
	maxErrorBody = 1 << 20
	// maxAnswer is how much of any answer is read, in bytes. The largest honest one is a page of 250 long emails.
	maxAnswer = 512 << 20
)

// An operation is one of the API's endpoints.
type operation struct {
	method string
	route  string // with {id} for what varies: the only form in which a path is logged or printed
	send   bool   // makes a message, so that repeating it may send twice
	tokens int    // what it takes from the rate limit
}

// A call is one method call of the client, with all its attempts. It is also the context of its requests: that is how the
// hooks of go-retryablehttp, which are the client's and see no call, find it.
type call struct {
	context.Context //nolint:containedctx // it is a context

	client *Client
	op     operation
	trace  httptrace.ClientTrace

	request retryablehttp.Request
	reader  io.LimitedReader // of the answer

	attempt int
	cancel  context.CancelFunc // ends the attempt's time limit
	started time.Time          // of the attempt
	wait    time.Duration      // before the next attempt
	late    bool               // no next attempt, because the deadline would come first
	again   bool               // there is to be a next attempt

	answer  []byte
	done    bool   // answer is complete
	outcome error  // how the last attempt ended: *Error, *callError or nil
	last    *Error // the last answer of the service, of whatever attempt

	// What the transport said since the service last answered. Written by its goroutines.
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
		PrepareRetry: func(req *http.Request) error { return pause(req.Context(), callOf(req.Context()).wait) },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// do sends one request, path being below the base URL, and decodes the answer into out, which may be a *[]byte.
func (c *Client) do(ctx context.Context, op operation, path, query string, body []byte, out any) error {
	if ctx == nil {
		return refuse(nil, "the context is nil")
	}
	if op.send && c.limiter != nil {
		if err := c.limiter.wait(ctx, op.tokens); err != nil {
			return &callError{method: op.method, route: op.route, what: "was not sent", cause: err, safe: true}
		}
	}
	x := &call{Context: ctx, client: c, op: op}
	ctx = x
	if op.send {
		x.trace.GetConn = func(string) { x.dialling.Store(true) }
		x.trace.GotConn = func(httptrace.GotConnInfo) { x.connected.Store(true) }
		ctx = httptrace.WithClientTrace(x, &x.trace)
	}
	if err := x.prepare(ctx, path, query, body); err != nil {
		return err
	}
	// What matters has been seen by check, which also closes the body.
	_, err := c.retrier.Do(&x.request) //nolint:bodyclose // closed by check
	if err := x.result(err); err != nil {
		return err
	}
	return x.decode(out)
}

// prepare builds the request without parsing the URL again. Its headers are the client's, which nobody changes: the signer
// makes a copy.
func (x *call) prepare(ctx context.Context, path, query string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, x.op.method, "", nil)
	if err != nil {
		return refuse(err, "the request cannot be made")
	}
	*req.URL = x.client.base
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

// check is called after each attempt; it reads the answer, so that one which breaks off counts as a failed attempt.
func (x *call) check(resp *http.Response, err error) bool {
	x.attempt++
	status, retryAfter := 0, ""
	if err == nil {
		status, retryAfter = resp.StatusCode, resp.Header.Get("Retry-After")
		err = x.read(resp)
	}
	if x.cancel != nil {
		x.cancel()
	}
	if err != nil {
		x.outcome = x.failed(err)
	}
	retry := !x.done && x.Err() == nil && x.attempt < x.client.retry.MaxAttempts && x.retryable()
	if retry {
		x.wait = x.client.retry.wait(x.attempt, retryAfter)
		x.late = tooLate(x, x.wait)
		retry = !x.late
	}
	x.again = retry
	x.adjust()
	x.log(status, retry)
	return retry
}

// read takes the whole answer. Its error means that the answer was lost on the way.
func (x *call) read(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		answer, err := x.readAll(resp.Body, resp.ContentLength, maxAnswer)
		if err != nil {
			return err
		}
		x.answer, x.done, x.outcome = answer, true, nil
		return nil
	}
	// The status is the news; a body that breaks off only shortens it.
	body, _ := x.readAll(io.LimitReader(resp.Body, maxErrorBody), -1, maxErrorBody)
	x.last = newError(x.op, resp.StatusCode, body)
	x.outcome = x.last
	if x.last.rateLimited() {
		x.dialling.Store(false)
		x.connected.Store(false)
	}
	return nil
}

var errAnswerTooLarge = errors.New("the answer is too large")

// readAll is io.ReadAll with a limit, and with one allocation if the length is announced truthfully.
func (x *call) readAll(r io.Reader, announced, most int64) ([]byte, error) {
	var buf bytes.Buffer
	if announced > 0 && announced <= maxErrorBody {
		buf.Grow(int(announced) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	x.reader = io.LimitedReader{R: r, N: most + 1}
	n, err := buf.ReadFrom(&x.reader)
	if err == nil && n > most {
		err = errAnswerTooLarge
	}
	return buf.Bytes(), err
}

// failed describes an attempt without an answer. The *url.Error round the cause is dropped, for it prints the query.
func (x *call) failed(err error) *callError {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	e := &callError{method: x.op.method, route: x.op.route, what: "got no answer", cause: err, safe: true}
	if x.op.send && !x.nothingWritten(err) {
		e.safe = false
		e.what = "got no answer, though the message may have been accepted"
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
	case x.again: // go-retryablehttp gave up before it
		e.what = fmt.Sprintf("was stopped while waiting after attempt %d", x.attempt)
		e.cause = endOf(x)
		return e
	}
	if lost, ok := x.outcome.(*callError); ok && x.last != nil {
		lost.before = x.last
	}
	return x.outcome
}

func (x *call) decode(out any) error {
	if raw, ok := out.(*[]byte); ok {
		*raw = x.answer
		return nil
	}
	if err := json.Unmarshal(x.answer, out); err != nil {
		e := &callError{method: x.op.method, route: x.op.route, hidden: err, safe: !x.op.send,
			what: "got an answer which is not the JSON that was expected"}
		if x.op.send {
			e.what += ", though the message was probably accepted"
		}
		return e
	}
	return nil
}

// log writes one line for an attempt: never a path, a query or a body.
func (x *call) log(status int, retry bool) {
	logger := x.client.logger
	if logger == nil || !logger.Enabled(x, slog.LevelDebug) {
		return
	}
	attrs := make([]slog.Attr, 0, 7)
	attrs = append(attrs, slog.String("method", x.op.method), slog.String("route", x.op.route), slog.Int("attempt", x.attempt),
		slog.Int("status", status), slog.Duration("duration", time.Since(x.started)))
	if e, ok := x.outcome.(*Error); ok && !x.done {
		attrs = append(attrs, slog.String("class", e.class()))
	}
	if retry {
		attrs = append(attrs, slog.Duration("retry_in", x.wait))
	}
	logger.LogAttrs(x.Context, slog.LevelDebug, "notify attempt", attrs...)
}
