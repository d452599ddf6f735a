package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// An attempt is what is known of one attempt while it is under way.
type attempt struct {
	started       time.Time
	signer        *signer         // whose key it was sent with
	signed        time.Time       // as its token says
	limit         context.Context //nolint:containedctx // ends with the attempt's time limit
	cancel        context.CancelFunc
	authorisation []string  // as it was sent
	handedOn      bool      // to the transport
	answered      time.Time // if it was a read
	date          string    // of the answer, as it came

	// What the transport said. Written by its goroutines.
	dialling, connected atomic.Bool
	streamed            atomic.Bool // the request began to be written by HTTP/2
}

// begin forgets the attempt before. The sender gives the new one its time limit.
func (x *call) begin() {
	x.started, x.limit, x.cancel, x.authorisation, x.handedOn = time.Now(), x, func() {}, nil, false
	x.dialling.Store(false)
	x.connected.Store(false)
	x.streamed.Store(false)
}

// traced is the call as a context by which the transport tells how far it came with a send.
func (x *call) traced() context.Context {
	if !x.sends {
		return x
	}
	x.trace.GetConn = func(string) {
		x.dialling.Store(true)
		if x.client.standard { // it asks for another connection only if nothing was written to the first
			x.connected.Store(false)
		}
	}
	x.trace.GotConn = func(httptrace.GotConnInfo) { x.connected.Store(true) }
	x.trace.WroteHeaderField = func(name string, _ []string) {
		if strings.HasPrefix(name, ":") { // which HTTP/1.1 has none of
			x.streamed.Store(true)
		}
	}
	return httptrace.WithClientTrace(x, &x.trace)
}

// end notes how the attempt ended. It reads the answer, so that one which breaks off counts as a failed attempt.
func (x *call) end(resp *http.Response, err error) {
	x.attempts++
	if err == nil {
		x.date = resp.Header.Get("Date")
		if !x.sends {
			x.answered = time.Now()
		}
		err = x.read(resp)
	}
	if err != nil {
		x.outcome = x.describeFailure(err)
	}
	x.cancel()
}

// describeFailure is the outcome of an attempt without an answer. The *url.Error round the cause is dropped, for it
// prints the query.
func (x *call) describeFailure(err error) *callError {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	err = notAnothers(err) // net/http gives the cause of a context's end
	e := &callError{method: x.method, route: x.route, what: "got no answer", cause: err, safe: true}
	switch {
	case !x.handedOn:
		e.what = "was not sent"
	case x.sends && !x.nothingWritten(err):
		e.safe = false
		e.what = "got no answer, though the message may have been accepted"
	}
	// Whatever a transport says when it is stopped, the reason is that time was up.
	switch {
	case x.Err() != nil:
		e.cause, e.hidden = endOf(x), err
	case x.limit.Err() != nil:
		e.cause, e.hidden = context.Cause(x.limit), err
	}
	return e
}

// nothingWritten reports whether it is proved that no byte of the request left. The proof must be positive: the
// transport said that it was looking for a connection and never that it got one, or the error itself is one of
// connecting. A transport that tells nothing, such as a test's, proves nothing.
func (a *attempt) nothingWritten(err error) bool {
	switch {
	case a.connected.Load():
		return false
	case a.dialling.Load():
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, new(*net.DNSError)) ||
		errors.As(err, new(*tls.CertificateVerificationError))
}
