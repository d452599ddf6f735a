package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How a call is retried. The loop is the engine's:
//
//	for {
//		resp, err := sender.RoundTrip(req)
//		if !x.goesOn(resp, err) {
//			return
//		}
//	}

// goesOn is what happens after an attempt. It reports whether there is to be another, and returns when it is time for
// it.
func (x *call) goesOn(resp *http.Response, err error) bool {
	x.end(resp, err)
	retryAfter := ""
	if err != nil {
		resp = nil
	} else {
		retryAfter = resp.Header.Get("Retry-After")
	}
	again := x.amend() || x.decide(retryAfter)
	x.tellLimiter()
	x.endAttempt(resp, again)
	return again && x.waitForNext()
}

// retrying is what is known of a call between two attempts.
type retrying struct {
	again   bool          // what happened may be tried again, and there are attempts left
	wait    time.Duration // before the next attempt
	late    bool          // the context's deadline would come before it
	stopped error         // what ended the wait, if something did
	amended               // what was put right
}

// decide reports whether there is to be another attempt, and sets how long to wait for it.
func (x *call) decide(retryAfter string) bool {
	_, answered := x.outcome.(*Error)
	ended := x.Err() != nil
	x.again = x.repeatable() && x.attempts-x.extra() < x.client.retry.MaxAttempts && (answered || !ended)
	if !x.again || ended { // an attempt without an answer says itself that the context ended
		return false
	}
	x.wait = x.client.retry.wait(x.attempts-x.extra(), retryAfter)
	x.late = tooLate(x, x.wait)
	return !x.late
}

// repeatable is the policy: whether the attempt that ended with this outcome may be repeated.
func (x *call) repeatable() bool {
	switch outcome := x.outcome.(type) {
	case *Error:
		switch outcome.StatusCode {
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return !x.sends
		}
		return outcome.rateLimited()
	case *callError:
		untrusted := errors.As(outcome.cause, new(*tls.CertificateVerificationError)) // and will be the next time
		return outcome.safe && !untrusted
	}
	return false
}

// waitForNext waits until the next attempt may begin. It takes from the client's own rate limit like the first.
func (x *call) waitForNext() bool {
	x.stopped = pause(x, x.wait)
	if x.stopped == nil {
		x.stopped = x.holdBack()
	}
	if x.stopped != nil {
		return false
	}
	x.begin()
	return true
}

// stoppedBetweenAttempts is the error of a call that was to be tried again and was not.
func (x *call) stoppedBetweenAttempts() error {
	if !x.again {
		return nil
	}
	e := &callError{method: x.method, route: x.route, before: x.outcome, safe: true}
	if x.late {
		e.what = fmt.Sprintf("gave up after attempt %d, the next being %v away and so beyond the context's deadline",
			x.attempts, x.wait.Round(time.Millisecond))
		e.cause = context.DeadlineExceeded
	} else {
		e.what = fmt.Sprintf("was stopped while waiting after attempt %d", x.attempts)
		e.cause = cmp.Or(x.stopped, endOf(x))
	}
	return e
}

// A RetryPolicy says how often and how patiently a request is tried again. What is tried again is fixed: see the
// package documentation. A zero field means its default.
type RetryPolicy struct {
	// MaxAttempts is the number of attempts in all; 1 means no retries. Defaults to 4.
	MaxAttempts int
	// MinWait is the bound of the first wait. The bound doubles with every attempt, and the wait is a random time between
	// nothing and the bound ("full jitter"). Defaults to 1 second.
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
