package notify

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// The engine is go-retryablehttp, and this is the only file that knows it. It hands a request to the transport below,
// rewinds the body, and asks after each attempt whether to go on. What is sent again, and when, is decided in retry.go.

type engine struct{ client *retryablehttp.Client }

// newEngine makes an engine that sends by the given transport. It has one hook, CheckRetry, in which the call also
// waits: Backoff sees no context and, after a lost connection, no request either.
func newEngine(transport http.RoundTripper, attempts int) *engine {
	return &engine{&retryablehttp.Client{
		HTTPClient: &http.Client{Transport: transport},
		RetryMax:   attempts - 1 + mostExtra,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			return callOf(ctx).goesOn(resp, err), nil
		},
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 },
		ErrorHandler: retryablehttp.PassthroughErrorHandler, // its own would discard the answer
	}}
}

// An engineRequest is a request that can be sent more than once. It is part of a call, which saves allocations.
type engineRequest struct {
	retryablehttp.Request

	content bytes.Reader
}

// set takes a request and its body, nil for none.
func (r *engineRequest) set(req *http.Request, body []byte) {
	r.Request.Request = req
	if body != nil {
		r.content.Reset(body)
		_ = r.SetBody(&r.content) // fails for types that it does not know
	}
}

// run makes the attempts of the call that is the request's context. What comes of them is in the call, which has read
// and closed the answer.
func (e *engine) run(r *engineRequest) {
	_, _ = e.client.Do(&r.Request) //nolint:bodyclose // closed by the call
}
