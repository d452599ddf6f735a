package notify

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// errAttemptTimeout ends an attempt. It is told from the context's own end by that one's Err.
var errAttemptTimeout error = attemptTimeout{}

type attemptTimeout struct{}

func (attemptTimeout) Error() string   { return "the attempt took longer than the client's timeout" }
func (attemptTimeout) Timeout() bool   { return true }
func (attemptTimeout) Is(e error) bool { return e == context.DeadlineExceeded }

// signer is the RoundTripper that authenticates, and limits the time of an attempt. It stands inside the retries,
// because Notify accepts a token for 30 seconds only ("GOV.UK Notify API documentation, Authorisation header") and a
// retry may come later than that.
//
// It has no CloseIdleConnections method on purpose: go-retryablehttp calls that when it gives up, and would close
// connections of the caller's transport that other requests use.
type signer struct {
	next    http.RoundTripper
	timeout time.Duration
	key     Key
	current atomic.Pointer[token]
}

// A token is the same for a whole second, since its time claim is in seconds, and so is made once a second.
type token struct {
	second int64
	header func() []string // hidden like a secret
}

func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	authorisation, err := s.authorisation(time.Now().Unix())
	x := callOf(ctx)
	if err == nil && x != nil {
		// Ends when the answer has been read. http.Client.Timeout would do the same with 15 more allocations.
		x.limit, x.cancel = context.WithTimeoutCause(ctx, s.timeout, errAttemptTimeout)
		ctx = x.limit
		err = ctx.Err() // a transport given a request that is over may still write some of it
	}
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	if x != nil {
		x.authorisation, x.handedOn = authorisation, true
	}
	// A copy, as RoundTripper demands; the headers too, for an earlier attempt may still be reading them. Their values
	// are shared: nobody writes to those.
	signed := req.WithContext(ctx)
	signed.Header = make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		signed.Header[name] = values
	}
	signed.Header["Authorization"] = authorisation
	resp, err := s.next.RoundTrip(signed)
	if err == nil && resp.Header.Get("Location") != "" {
		// So a redirect is an answer like others, and no success. Followed, a POST would become a GET or be sent twice,
		// and the token go to another host; and http.Client drops an answer whose Location it cannot read.
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Location")
	}
	return resp, err
}

// authorisation gives the value of the Authorization header. Two goroutines meeting at the turn of a second may both
// sign, which costs microseconds and no lock.
func (s *signer) authorisation(now int64) ([]string, error) {
	if t := s.current.Load(); t != nil && t.second == now {
		return t.header(), nil
	}
	claims := jwt.RegisteredClaims{Issuer: s.key.ServiceID(), IssuedAt: jwt.NewNumericDate(time.Unix(now, 0))}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(s.key.parts.secret()))
	if err != nil {
		return nil, &plainError{text: "cannot sign the token"}
	}
	header := []string{"Bearer " + signed}
	t := &token{second: now, header: func() []string { return header }}
	s.current.Store(t)
	return header, nil
}
