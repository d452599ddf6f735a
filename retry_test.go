package notify_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

const (
	rateLimited = `{"errors":[{"error":"RateLimitError",` +
		`"message":"Exceeded rate limit for key type TEST of 3000 requests per 60 seconds"}],"status_code":429}`
	dailyLimit = `{"errors":[{"error":"TooManyRequestsError",` +
		`"message":"Exceeded send limits (sms: 50) for today"}],"status_code":429}`
	oneNote = `{"id":"` + notificationID + `","type":"sms","status":"delivered"}`
)

// A step is what a scripted transport does with one request.
type step struct {
	status     int
	body       string
	retryAfter string
	err        error
	hang       bool          // until the context ends
	breaks     bool          // the body, in the middle
	date       time.Duration // by which the service's clock is ahead of ours, if not 0
	ends       bool          // the context, before there is an answer
}

// script plays its steps in order, the last one again and again, and keeps when they were asked for.
type script struct {
	steps []step
	at    []time.Duration
	auth  []string
	ids   []string // of the requests, as a caller gave them
	start time.Time
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	now := s.steps[min(len(s.at), len(s.steps)-1)]
	s.at = append(s.at, time.Since(s.start))
	s.auth = append(s.auth, req.Header.Get("Authorization"))
	s.ids = append(s.ids, req.Header.Get("X-Request-Id"))
	if now.hang {
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	}
	if now.ends {
		return nil, req.Context().Err()
	}
	if now.err != nil {
		return nil, now.err
	}
	h := http.Header{}
	if now.retryAfter != "" {
		h.Set("Retry-After", now.retryAfter)
	}
	if now.date != 0 {
		h.Set("Date", time.Now().Add(now.date).UTC().Format(http.TimeFormat))
	}
	var body io.Reader = strings.NewReader(now.body)
	if now.breaks {
		body = io.MultiReader(body, brokenReader{})
	}
	return &http.Response{
		StatusCode: now.status, Header: h, Body: io.NopCloser(body), ContentLength: -1, Request: req,
	}, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func scripted(t *testing.T, steps []step, opts ...notify.Option) (*notify.Client, *script) {
	t.Helper()
	s := &script{steps: steps, start: time.Now()}
	c, err := notify.New(testKey, append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: s})}, opts...)...)
	require.NoError(t, err)
	return c, s
}

var errDial = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	serverError := apiError("500", "KeyError", "Internal server error")
	reset := &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	for name, tc := range map[string]struct {
		first       step
		sends, safe bool // retried if a send; safe to retry
		reads       bool // retried if a read
	}{
		"rate limited":               {step{status: 429, body: rateLimited}, true, true, true},
		"daily limit":                {step{status: 429, body: dailyLimit}, false, true, false},
		"a proxy's 429":              {step{status: 429, body: "slow down"}, true, true, true},
		"500":                        {step{status: 500, body: serverError}, false, false, true},
		"502":                        {step{status: 502}, false, false, true},
		"503":                        {step{status: 503}, false, false, true},
		"503 with Retry-After":       {step{status: 503, retryAfter: "1"}, false, false, true},
		"504":                        {step{status: 504}, false, false, true},
		"501":                        {step{status: 501}, false, false, false},
		"400":                        {step{status: 400}, false, true, false},
		"403":                        {step{status: 403}, false, true, false},
		"404":                        {step{status: 404}, false, true, false},
		"redirect":                   {step{status: 307}, false, false, false},
		"no connection":              {step{err: errDial}, true, true, true},
		"no such host":               {step{err: &net.DNSError{Err: "no such host", Name: "x"}}, true, true, true},
		"connection lost":            {step{err: reset}, false, false, true},
		"end of file":                {step{err: io.EOF}, false, false, true},
		"answer breaks off":          {step{status: 200, body: `{"id":`, breaks: true}, false, false, true},
		"no answer in time":          {step{hang: true}, false, false, true},
		"error answer breaks off":    {step{status: 502, body: "x", breaks: true}, false, false, true},
		"not JSON":                   {step{status: 200, body: "<html>"}, false, false, false},
		"empty answer":               {step{status: 200}, false, false, false},
		"answer of the wrong shape":  {step{status: 200, body: `[]`}, false, false, false},
		"rate limited without class": {step{status: 429, body: `{"message":"x","result":"error"}`}, true, true, true},
	} {
		for _, send := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", send", false: ", read"}[send], func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c, s := scripted(t, []step{tc.first, {status: 200, body: oneNote}})
					var err error
					if send {
						_, err = c.SendSMS(t.Context(), sms())
					} else {
						_, err = c.Notification(t.Context(), notificationID)
					}
					retried := tc.reads
					if send {
						retried = tc.sends
					}
					if retried {
						require.NoError(t, err)
						require.Len(t, s.at, 2)
						return
					}
					require.Error(t, err)
					require.Len(t, s.at, 1, "must not be sent again")
					require.Equal(t, tc.safe || !send, notify.SafeToRetry(err))
				})
			})
		}
	}
}

func TestPreviewIsRetriedLikeARead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		preview := `{"id":"` + templateID + `","body":"x"}`
		c, s := scripted(t, []step{{status: 502}, {err: io.EOF}, {status: 200, body: preview}})
		p, err := c.PreviewTemplate(t.Context(), templateID, nil)
		require.NoError(t, err)
		require.Equal(t, "x", p.Body)
		require.Len(t, s.at, 3)
	})
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bounds := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}
		longest := make([]time.Duration, len(bounds))
		for range 200 {
			c, s := scripted(t, []step{{status: 429, body: rateLimited}}, notify.WithoutRateLimit())
			_, err := c.SendSMS(t.Context(), sms())
			require.ErrorIs(t, err, notify.ErrRateLimited)
			require.True(t, notify.SafeToRetry(err))
			require.Len(t, s.at, 4)
			for i, bound := range bounds {
				wait := s.at[i+1] - s.at[i]
				require.LessOrEqual(t, wait, bound)
				longest[i] = max(longest[i], wait)
			}
		}
		for i, bound := range bounds {
			require.Greater(t, longest[i], bound/2, "jitter uses the whole range")
		}
	})
}

func TestRetryWaitStaysBelowMaxWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		policy := notify.RetryPolicy{MaxAttempts: 200, MinWait: time.Second, MaxWait: 3 * time.Second}
		c, s := scripted(t, []step{{status: 502}}, notify.WithRetry(policy))
		_, err := c.Notification(t.Context(), notificationID)
		require.Error(t, err)
		require.Len(t, s.at, 200)
		for i := range s.at[1:] {
			require.LessOrEqual(t, s.at[i+1]-s.at[i], 3*time.Second)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		header string
		want   time.Duration // -1: any up to a second
	}{
		"seconds":       {"7", 7 * time.Second},
		"zero":          {"0", 0},
		"capped":        {"86400", time.Minute},
		"overflowing":   {"99999999999999999999999", time.Minute},
		"negative":      {"-5", -1},
		"nonsense":      {"soon", -1},
		"a date":        {"Sat, 01 Jan 2000 00:00:09 GMT", 9 * time.Second}, // synctest begins at 2000-01-01
		"a past date":   {"Fri, 31 Dec 1999 23:59:00 GMT", 0},
		"a distant day": {"Sat, 01 Jan 2050 00:00:00 GMT", time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, []step{{status: 503, retryAfter: tc.header}, {status: 200, body: oneNote}})
				_, err := c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
				if tc.want < 0 {
					require.LessOrEqual(t, s.at[1], time.Second)
					return
				}
				require.Equal(t, tc.want, s.at[1])
			})
		})
	}
}

func TestRetryPolicyIsChecked(t *testing.T) {
	t.Parallel()
	for _, p := range []notify.RetryPolicy{
		{MaxAttempts: -1}, {MinWait: -1}, {MaxWait: -1}, {MaxRetryAfter: -1}, {MinWait: 2, MaxWait: 1},
	} {
		_, err := notify.New(testKey, notify.WithRetry(p))
		require.Error(t, err)
	}
}

// waits are those before the second attempt, the third and so on, of many reads that fail.
func waits(t *testing.T, calls int, policy notify.RetryPolicy) [][]time.Duration {
	t.Helper()
	var all [][]time.Duration
	for range calls {
		c, s := scripted(t, []step{{status: 502}}, notify.WithRetry(policy))
		_, err := c.Notification(t.Context(), notificationID)
		require.Error(t, err)
		for i := range s.at[1:] {
			if len(all) <= i {
				all = append(all, nil)
			}
			all[i] = append(all[i], s.at[i+1]-s.at[i])
		}
	}
	return all
}

// The bounds are those of the package documentation. Of 600 waits some come near either end of their range: that none
// does has a chance of one in a thousand million.
func TestWaitsDoubleAndAreRandom(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		policy notify.RetryPolicy
		bounds []time.Duration
	}{
		"defaults": {notify.RetryPolicy{}, []time.Duration{1e9, 2e9, 4e9}},
		"longer":   {notify.RetryPolicy{MaxAttempts: 8}, []time.Duration{1e9, 2e9, 4e9, 8e9, 15e9, 15e9, 15e9}},
		"own": {
			notify.RetryPolicy{MaxAttempts: 6, MinWait: 3e9, MaxWait: 20e9},
			[]time.Duration{3e9, 6e9, 12e9, 20e9, 20e9},
		},
		"a power":    {notify.RetryPolicy{MaxAttempts: 5, MinWait: 2e9, MaxWait: 8e9}, []time.Duration{2e9, 4e9, 8e9, 8e9}},
		"long first": {notify.RetryPolicy{MinWait: 40e9}, []time.Duration{40e9, 40e9, 40e9}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := waits(t, 600, tc.policy)
				require.Len(t, got, len(tc.bounds))
				for i, bound := range tc.bounds {
					require.LessOrEqual(t, slices.Max(got[i]), bound)
					require.Greater(t, slices.Max(got[i]), bound*96/100)
					require.Less(t, slices.Min(got[i]), bound*4/100)
				}
			})
		})
	}
}

// TestRetryAfterTheLongestWait has waits that are longer than any, as one writes to switch retrying off.
func TestRetryAfterTheLongestWait(t *testing.T) {
	t.Parallel()
	for _, policy := range []notify.RetryPolicy{
		{MinWait: math.MaxInt64}, {MinWait: math.MaxInt64, MaxWait: math.MaxInt64},
		{MinWait: math.MaxInt64 - 1, MaxWait: math.MaxInt64, MaxRetryAfter: math.MaxInt64},
		{MinWait: math.MaxInt64/2 + 1, MaxWait: math.MaxInt64, MaxAttempts: math.MaxInt},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			c, mock := setup(t, notify.WithRetry(policy))
			answer(mock, "GET", "/v2/templates", 503, "")
			_, err := c.Templates(ctx, "")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Less(t, mock.GetTotalCallCount(), 4)
		})
	}
}
