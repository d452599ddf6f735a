package notify

import (
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A RetryPolicy says how often and how patiently a request is tried again. What is tried again is fixed: see the
// package documentation. A zero field means its default.
type RetryPolicy struct {
	// MaxAttempts is the number of attempts in all; 1 means no retries. Defaults to 4.
	MaxAttempts int
	// MinWait is the bound of the first wait. The bound doubles with every attempt, and the wait is a random time
	// between nothing and the bound ("full jitter"). Defaults to 1 second.
	MinWait time.Duration
	// MaxWait is the most the bound grows to. Defaults to 15 seconds, or MinWait if that is longer.
	MaxWait time.Duration
	// MaxRetryAfter is the longest wait taken from a Retry-After header; a longer one is cut to this. Notify itself sends
	// no such header, but what stands in front of it may. Defaults to 1 minute.
	MaxRetryAfter time.Duration
}

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	if p.MaxAttempts < 0 || p.MinWait < 0 || p.MaxWait < 0 || p.MaxRetryAfter < 0 {
		return p, errors.New("notify: a retry policy holds a negative value")
	}
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 4
	}
	if p.MinWait == 0 {
		p.MinWait = time.Second
	}
	if p.MaxWait == 0 {
		p.MaxWait = max(15*time.Second, p.MinWait)
	}
	if p.MaxRetryAfter == 0 {
		p.MaxRetryAfter = time.Minute
	}
	if p.MaxWait < p.MinWait {
		return p, errors.New("notify: a retry policy's MaxWait is shorter than its MinWait")
	}
	return p, nil
}

// wait is the time to wait after the given attempt, the first being 1.
func (p RetryPolicy) wait(attempt int, retryAfter string) time.Duration {
	if d, ok := parseRetryAfter(retryAfter, p.MaxRetryAfter); ok {
		return d
	}
	bound := p.MinWait
	for i := 1; i < attempt && bound < p.MaxWait; i++ {
		if bound > p.MaxWait/2 {
			bound = p.MaxWait
			break
		}
		bound *= 2
	}
	return rand.N(min(bound, p.MaxWait, math.MaxInt64-1) + 1) //nolint:gosec // jitter is no secret
}

// parseRetryAfter reads both forms of the header, seconds and a date (RFC 9110, section 10.2.3).
func parseRetryAfter(header string, most time.Duration) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	if header[0] >= '0' && header[0] <= '9' {
		seconds, err := strconv.ParseInt(header, 10, 64) // on overflow the largest number, and so the longest wait
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, false
		}
		// Compared before it is multiplied: a huge number would overflow into the past.
		if seconds >= int64(most/time.Second) {
			return most, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return min(max(time.Until(at), 0), most), true
}

// retryable is the policy: whether the attempt that ended with the given outcome may be repeated.
func (x *call) retryable() bool {
	switch out := x.outcome.(type) {
	case *Error:
		if out.rateLimited() {
			return true
		}
		switch out.StatusCode {
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return !x.op.send
		}
		return false
	case *callError:
		if errors.As(out.cause, new(*tls.CertificateVerificationError)) {
			return false // would fail the same way again
		}
		return out.safe
	}
	return false
}

// nothingWritten reports whether it is proved that no byte of the request left. The proof must be positive: the
// transport said that it was looking for a connection and never that it got one, or the error itself is
// one of dialling. A transport which tells nothing, such as a test's, proves nothing.
func (x *call) nothingWritten(err error) bool {
	switch {
	case !x.handedOn:
		return true
	case x.connected.Load():
		return false
	case x.dialling.Load():
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, new(*net.DNSError))
}
