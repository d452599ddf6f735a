package notify

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
)

// The way of a request leads down through the files: encode.go writes its body, limit.go holds it back, engine.go makes
// the attempts, send.go has each of them signed (sign.go) and hands it on, answer.go and decode.go read what comes
// back, attempt.go notes how it ended, and retry.go decides whether it was the last.

// An operation is one of the API's endpoints.
type operation struct {
	name   string // as observers know it: that of the method
	method string
	route  string // with {id} for what varies: the only form in which a path is logged or printed
	sends  bool   // makes a message, so that repeating it may send twice
	tokens int    // what it takes from the rate limit
	most   int64  // the most that is read of its answer, in bytes
}

// A request is what a call asks of an operation.
type request struct {
	operation

	path  string // below the base URL
	query string
	body  []byte // nil for none

	refused error // why the client does not make it; nil if it does
	subject       // what it is about, for observers
}

// A subject is the ids of what a request is about, as far as they are known. They are UUIDs or empty.
type subject struct{ message, template string }

// request is one to an operation whose route is its path.
func (op operation) request(query string) request {
	return request{operation: op, path: op.route, query: query}
}

// about is a request to an operation whose route leaves an id open.
func (op operation) about(id string) request {
	r := request{operation: op}
	what, of := "notification", &r.message
	if strings.HasPrefix(op.route, "/v2/template/") {
		what, of = "template", &r.template
	}
	if r.refused = checkID(what, id); r.refused == nil {
		*of, r.path = id, strings.Replace(op.route, "{id}", id, 1)
	}
	return r
}

// A call is one method call of the client, with all its attempts. It is also the context of its requests: that is how
// the engine's hook and the sender, which all calls share, find it.
type call struct {
	context.Context //nolint:containedctx // it is a context
	request

	client   *Client
	answer   answer
	observed *observed // nil if nobody watches
	*options           // nil for none

	// Parts of what is sent and read, kept here to save allocations.
	trace  httptrace.ClientTrace
	url    url.URL
	toSend engineRequest
	reader io.LimitedReader

	turn turn // what the attempt under way has of the limiter
	attempt
	retrying

	attempts int    // so far
	outcome  error  // how the last attempt ended: *Error, *callError, or nil for the answer asked for
	last     *Error // the last answer of the service that was an error, of whatever attempt
}

type callKey struct{}

// Value makes the call known to those below.
func (x *call) Value(key any) any {
	if key == (callKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// callOf finds the call in the context of a request. All requests of the client have one.
func callOf(ctx context.Context) *call {
	x, _ := ctx.Value(callKey{}).(*call)
	return x
}

// checkReady refuses what has no chance. A send asks before it reads a file, which can be read only once.
func (c *Client) checkReady(ctx context.Context, op operation) error {
	switch {
	case c == nil || c.engine == nil:
		return refuse(nil, "the client was not made by New")
	case ctx == nil:
		return refuse(nil, "the context is nil")
	case ctx.Err() != nil:
		return op.notSent(endOf(ctx))
	}
	if err := c.daily.held(op); err != nil {
		return op.notSent(err)
	}
	return nil
}

// errNoAttempt is the outcome before the first attempt, so that only an answer can make a call succeed.
var errNoAttempt = refuse(nil, "no attempt was made")

// newCall prepares a call. What comes back goes to the answer.
func (c *Client) newCall(ctx context.Context, r request, a answer, o *options) *call {
	return &call{Context: ctx, client: c, request: r, answer: a, options: o, outcome: errNoAttempt}
}

// run makes the call, watched by the client's observers.
func (x *call) run() error {
	if x.observed != nil { // as part of a send that is a call itself
		return x.makeAttempts()
	}
	if x.observed = x.client.observe(x.Context, x.request); x.observed == nil {
		return x.makeAttempts()
	}
	if x.Context != nil {
		x.Context = x.observed.below
	}
	err := errPanicked
	defer func() { x.observed.endCall(err) }()
	err = x.makeAttempts()
	return err
}

// makeAttempts is the call itself.
func (x *call) makeAttempts() error {
	if x.refused != nil {
		return x.refused
	}
	if err := x.client.checkReady(x.Context, x.operation); err != nil {
		return err
	}
	if err := x.holdBack(); err != nil {
		return x.notSent(err)
	}
	defer x.giveBack()
	x.toSend.set(x.buildRequest(), x.body)
	x.begin()
	x.client.engine.run(&x.toSend)
	return x.result()
}

// buildRequest makes the HTTP request without parsing the URL again. Its headers are the client's, which nobody
// changes: the sender makes a copy.
func (x *call) buildRequest() *http.Request {
	x.url = x.client.base
	x.url.Path += x.path
	if x.url.RawPath != "" {
		x.url.RawPath += x.path // ids and routes need no escaping
	}
	x.url.RawQuery = x.query
	header := x.client.header
	if x.body != nil {
		header = x.client.headerWithBody
	}
	if x.options != nil && len(x.header) > 0 {
		header = header.Clone()
		maps.Copy(header, x.header)
	}
	return (&http.Request{
		Method: x.method, URL: &x.url, Host: x.url.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(x.traced())
}

// result is the error of the whole call. An end of the context must not hide what the service said last, nor may the
// service's last words hide that a later attempt got no answer.
func (x *call) result() error {
	if err := x.stoppedBetweenAttempts(); err != nil {
		return err
	}
	if x.failed != nil {
		return &callError{
			method: x.method, route: x.route, what: "was refused, and there is no other key", cause: x.failed,
			before: x.outcome, safe: true,
		}
	}
	if lost, ok := x.outcome.(*callError); ok && x.last != nil {
		lost.before = x.last
	}
	return x.outcome
}
