package notify

import (
	"context"
	"net/http"
	"time"
)

// sender is the RoundTripper that the engine sends by: it limits the time of an attempt, signs it and hands it to the
// caller's transport. It stands inside the retries, because a retry may come later than a token lives.
//
// It has no CloseIdleConnections method on purpose: the engine calls that when it gives up, and would close connections
// of the caller's transport that other requests use.
type sender struct {
	keys    *keyring
	next    http.RoundTripper
	timeout time.Duration
}

// RoundTrip makes one attempt.
func (s *sender) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	x := callOf(ctx)
	ctx = x.observed.beginAttempt(ctx, x.attempts+1)
	// Ends when the answer has been read. http.Client.Timeout would do the same with 15 more allocations.
	timeout := s.timeout
	if x.options != nil && x.timeout > 0 {
		timeout = x.timeout
	}
	x.limit, x.cancel = context.WithTimeoutCause(ctx, timeout, errAttemptTimeout)
	if err := x.limit.Err(); err != nil { // a transport given a request that is over may still write some of it
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	x.signer = s.keys.current.Load()
	x.signed = time.Unix(s.keys.now().Unix(), 0)
	x.authorisation, x.handedOn = x.signer.authorisation(x.signed.Unix()), true
	resp, err := s.next.RoundTrip(withHeader(req.WithContext(x.limit), "Authorization", x.authorisation))
	if err == nil && resp != nil && resp.Header.Get("Location") != "" { // http.Client makes an error of neither
		dropLocation(resp)
	}
	return resp, err
}

// withHeader adds a header to a copy of the others, as RoundTripper demands of a copied request, and because an earlier
// attempt may still be reading them. Their values are shared: nobody writes to those.
func withHeader(req *http.Request, name string, values []string) *http.Request {
	header := make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		header[name] = values
	}
	header[name] = values
	req.Header = header
	return req
}

// dropLocation makes a redirect an answer like others, and no success. Followed, a POST would become a GET or be sent
// twice, and the token go to another host; and http.Client drops an answer whose Location it cannot read.
func dropLocation(resp *http.Response) {
	resp.Header = resp.Header.Clone()
	resp.Header.Del("Location")
}

// errAttemptTimeout ends an attempt. It is told from the context's own end by that one's Err.
var errAttemptTimeout error = attemptTimeoutError{}

type attemptTimeoutError struct{}

func (attemptTimeoutError) Error() string   { return "the attempt took longer than the client's timeout" }
func (attemptTimeoutError) Timeout() bool   { return true }
func (attemptTimeoutError) Is(e error) bool { return e == context.DeadlineExceeded }
