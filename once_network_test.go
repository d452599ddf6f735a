package notify_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/notifykit/notify/simulator"
)

// A badNetwork spoils every third exchange, each time in another way.
type badNetwork struct {
	*simulator.Simulator

	seed              uint64
	key               func() string // of the service, now
	exchanges, spoilt atomic.Int64
}

func (b *badNetwork) RoundTrip(req *http.Request) (*http.Response, error) {
	n := b.exchanges.Add(1)
	if n%3 != 0 {
		return b.Simulator.RoundTrip(req)
	}
	b.spoilt.Add(1)
	own := rand.New(rand.NewPCG(b.seed, uint64(n)))
	return b.spoil(own, req)
}

func (b *badNetwork) spoil(own *rand.Rand, req *http.Request) (*http.Response, error) {
	switch own.IntN(15) {
	case 0: // no connection
		return nil, errDial
	case 1: // reset before or while it is written
		return nil, errLost
	case 2, 3: // the answer is lost
		b.handle(req)
		return nil, errLost
	case 4: // the answer breaks off
		resp, err := b.Simulator.RoundTrip(req)
		if err == nil {
			resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, 20), brokenReader{}))
			resp.ContentLength = -1
		}
		return resp, err
	case 5: // the answer comes too late
		b.handle(req)
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	case 6, 7: // the service accepts it long after the client has given up
		b.acceptLate(req, own.Float64())
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	case 8: // 500 after acceptance
		b.handle(req)
		return pageOf(req, 500), nil
	case 9: // 502 of a proxy, before or after acceptance
		if own.IntN(2) == 0 {
			b.handle(req)
		}
		return pageOf(req, 502), nil
	case 10: // a proxy that limits
		return pageOf(req, 429), nil
	case 11: // a success by its status
		b.handle(req)
		return pageOf(req, 200), nil
	case 12: // a redirect
		return pageOf(req, 302), nil
	case 13: // a clock that is wrong, by another clock that is
		resp := pageOf(req, 403)
		resp.Header.Set("Date", time.Now().Add(time.Duration(own.IntN(80)-40)*time.Second).UTC().Format(http.TimeFormat))
		resp.Body = io.NopCloser(strings.NewReader(apiError("403", "AuthError",
			"Error: Your system clock must be accurate to within 30 seconds")))
		return resp, nil
	}
	return pageOf(req, 408), nil
}

// handle has the service handle a request, of which the client gets no answer.
func (b *badNetwork) handle(req *http.Request) {
	if resp, err := b.Simulator.RoundTrip(req); err == nil {
		_ = resp.Body.Close()
	}
}

// acceptLate has the service accept a request at some time until it would refuse the token (30 seconds) or give up on
// the request (29.5 seconds).
func (b *badNetwork) acceptLate(req *http.Request, part float64) {
	if req.Body == nil {
		return // whether a look-up arrives makes no difference
	}
	body, _ := io.ReadAll(req.Body)
	late := req.Clone(context.WithoutCancel(req.Context()))
	var claims jwt.RegisteredClaims
	// Neither can fail, or the message would be lost and the test fail.
	_, _, _ = jwt.NewParser().ParseUnverified(strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer "), &claims)
	after := time.Duration(part * float64(time.Until(claims.IssuedAt.Add(59*time.Second))))
	time.AfterFunc(after, func() {
		key := b.key()
		claims := jwt.RegisteredClaims{Issuer: key[len(key)-73 : len(key)-37], IssuedAt: jwt.NewNumericDate(time.Now())}
		token, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(key[len(key)-36:]))
		late.Header.Set("Authorization", "Bearer "+token)
		late.Body = io.NopCloser(strings.NewReader(string(body)))
		b.handle(late)
	})
}

func pageOf(req *http.Request, status int) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"text/html"}}, ContentLength: -1, Request: req,
		Body: io.NopCloser(strings.NewReader("<html>")),
	}
}
