package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// What a call does with its attempts and their answers, besides whether it repeats them (retry_test.go).

// A closer that counts.
type countedBody struct {
	io.Reader
	closed int
}

func (b *countedBody) Close() error { b.closed++; return nil }

// watched records the bodies it gave out and the contexts of the requests.
type watched struct {
	script
	bodies   []*countedBody
	contexts []context.Context //nolint:containedctx // what is watched
}

func (w *watched) RoundTrip(req *http.Request) (*http.Response, error) {
	w.contexts = append(w.contexts, req.Context())
	resp, err := w.script.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body := &countedBody{Reader: resp.Body}
	w.bodies = append(w.bodies, body)
	resp.Body = body
	return resp, nil
}

// Whatever comes back, its body is closed and the attempt's time limit ended: else each call leaves a connection and a
// timer.
func TestNothingOfAnAttemptIsLeft(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"success":                {{status: 201, body: smsAnswer}},
		"no answer":              {{status: 200, body: "{}"}},
		"not JSON":               {{status: 200, body: "<html>"}},
		"a part":                 {{status: 206, body: smsAnswer}},
		"breaks off":             {{status: 201, body: `{"id":`, breaks: true}},
		"too large":              {{status: 201, body: strings.Repeat(" ", 1<<20)}},
		"switching protocols":    {{status: 101}},
		"redirect":               {{status: 302}},
		"refused":                {{status: 400, body: apiError("400", "BadRequestError", "Template not found")}},
		"refusal breaks off":     {{status: 400, body: `{"errors":`, breaks: true}},
		"refusal too large":      {{status: 400, body: strings.Repeat(" ", 3<<20)}},
		"failed":                 {{status: 503}},
		"rate limited, then not": {{status: 429, body: rateLimited}, {status: 429}, {status: 201, body: smsAnswer}},
		"rate limited for ever":  {{status: 429, body: rateLimited}},
		"no connection":          {{err: errDial}},
		"lost":                   {{err: io.EOF}},
		"in no time":             {{hang: true}},
	} {
		for _, send := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", send ", send), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &watched{script: script{steps: steps, start: time.Now()}}
					c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: w}))
					require.NoError(t, err)
					if send {
						_, _ = c.SendSMS(t.Context(), sms())
					} else {
						_, _ = c.Notification(t.Context(), notificationID)
					}
					require.NotEmpty(t, w.contexts)
					for i, body := range w.bodies {
						require.Positive(t, body.closed, "body %d", i)
					}
					for i, ctx := range w.contexts {
						require.Error(t, ctx.Err(), "attempt %d", i)
					}
				})
			})
		}
	}
}

func TestAnErrorThatBreaksOffKeepsItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 400, 403, 404, 429, 500, 502} {
		for name, body := range map[string]string{"nothing": "", "a part": `{"errors":[{"error":"KeyError","mess`} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
				c, _ := scripted(t, []step{{status: status, body: body, breaks: true}}, once)
				_, err := c.SendSMS(t.Context(), sms())
				var e *notify.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, status, e.StatusCode)
				require.Equal(t, body, string(e.Body))
				require.Equal(t, status >= 400 && status < 500, notify.SafeToRetry(err))
			})
		}
	}
}

// The buffers of net/http and bufio are 4 to 64 KiB.
func TestAnswersLargerThanABuffer(t *testing.T) {
	t.Parallel()
	for _, size := range []int{4 << 10, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300 << 10, 2 << 20} {
		for _, announced := range []bool{true, false} {
			t.Run(fmt.Sprint(size, " ", announced), func(t *testing.T) {
				t.Parallel()
				long := strings.Repeat("é", size/2) // 6 bytes each as the real service writes them
				escaped := strings.ReplaceAll(long, "é", `\u00e9`)
				rt := roundTripper(func(req *http.Request) (*http.Response, error) {
					body := `{"body":"` + escaped + `"`
					resp, err := newStub(200, `{"id":"`+notificationID+`","content":`+body+`},`+body[1:]+`}`).RoundTrip(req)
					if !announced {
						resp.ContentLength = -1
					}
					return resp, err
				})
				c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
				require.NoError(t, err)
				n, err := c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
				require.Equal(t, long, n.Body)
				sent, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@b.gov.uk", TemplateID: templateID})
				require.NoError(t, err)
				require.Equal(t, long, sent.Content.Body)
			})
		}
	}
}

func TestBaseURLWithAnEscapedPath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://gateway.example/a%2Fb":        "/a%2Fb/v2/notifications",
		"https://gateway.example/a%2Fb/":       "/a%2Fb/v2/notifications",
		"https://gateway.example/%7Eteam/x%20": "/%7Eteam/x%20/v2/notifications",
		"https://gateway.example/é":            "/%C3%A9/v2/notifications",
		"https://gateway.example//":            "/v2/notifications",
		"https://gateway.example":              "/v2/notifications",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			var paths []string
			rt := roundTripper(func(req *http.Request) (*http.Response, error) {
				paths = append(paths, req.URL.EscapedPath())
				return newStub(201, oneNote).RoundTrip(req)
			})
			c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}), notify.WithBaseURL(base))
			require.NoError(t, err)
			for range 2 { // the base is shared, and must not grow
				_, err = c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
				_, err = c.SendSMS(t.Context(), sms())
				require.NoError(t, err)
			}
			one, send := want+"/"+notificationID, want+"/sms"
			require.Equal(t, []string{one, send, one, send}, paths)
		})
	}
}

// A preview is a POST, and still leaves nothing behind.
func TestPreviewsAreSafeToRetry(t *testing.T) {
	t.Parallel()
	for name, failed := range map[string]step{
		"500": {status: 500}, "302": {status: 302}, "408": {status: 408}, "no answer": {status: 200, body: "{}"},
		"not JSON": {status: 200, body: "<"}, "lost": {err: io.EOF}, "in no time": {hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := scripted(t, []step{failed})
				_, err := c.PreviewTemplate(t.Context(), templateID, nil)
				require.Error(t, err)
				require.True(t, notify.SafeToRetry(err))
				require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
				require.NotContains(t, err.Error(), "may have been accepted")
			})
		})
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

// A wait that would end with the context is not begun.
func TestWaitsThatEndWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for left, attempts := range map[time.Duration]int{7 * time.Second: 1, 7*time.Second + 1: 2} {
			c, s := scripted(t, []step{{status: 503, retryAfter: "7"}, {status: 404}})
			ctx, cancel := context.WithTimeout(t.Context(), left)
			_, err := c.Notification(ctx, notificationID)
			require.Error(t, err)
			require.Len(t, s.at, attempts, left)
			cancel()

			sending := step{status: 200, body: `{"id":"` + notificationID + `","status":"sending"}`}
			c, s = scripted(t, []step{sending})
			ctx, cancel = context.WithTimeout(t.Context(), left-6*time.Second)
			_, err = c.WaitForNotification(ctx, notificationID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.True(t, notify.SafeToRetry(err))
			require.Len(t, s.at, attempts, left)
			cancel()
		}
	})
}

// What is printed is redacted, and is something.
func TestWaitsAndKeysPrintUnderEveryVerb(t *testing.T) {
	t.Parallel()
	// The first wait is a second, and so is not begun.
	ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
	defer cancel()
	c, _ := scripted(t, []step{{status: 200, body: strings.Replace(oneNote, "delivered", "sending", 1)}})
	_, err := c.WaitForNotification(ctx, notificationID)
	require.ErrorContains(t, err, "stopped waiting for a final status")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, err.Error(), fmt.Sprintf(verb, err))
	}
	encoded, encodingErr := json.Marshal(err)
	require.NoError(t, encodingErr)
	require.Equal(t, strconv.Quote(err.Error()), string(encoded))
	key, err := notify.ParseKey("k-" + serviceID + "-" + secretID)
	require.NoError(t, err)
	for verb, want := range map[string]string{
		"%v": "k-…", "%s": "k-…", "%x": "k-…", "%q": `"k-…"`, "%#v": `notify.Key("k-…")`,
	} {
		require.Equal(t, want, fmt.Sprintf(verb, key), verb)
	}
}

func TestKeysOfTwoServicesDiffer(t *testing.T) {
	t.Parallel()
	key, err := notify.ParseKey(testKey)
	require.NoError(t, err)
	other, err := notify.ParseKey("my_test_key-" + templateID + "-" + secretID)
	require.NoError(t, err)
	require.False(t, key.Equal(other), "the same name and secret")
	require.False(t, notify.Key{}.Equal(key))
}

// Every part of a key that is cut short or has another character where a hyphen belongs is noticed, whatever is left of
// it.
func TestKeysThatAreNearlyOnes(t *testing.T) {
	t.Parallel()
	const whole = "k-" + serviceID + "-" + secretID
	_, err := notify.ParseKey(whole[2:])
	require.ErrorContains(t, err, "the part before the service id) is missing", "long enough, and without a name")
	_, err = notify.ParseKey(whole[3:])
	require.ErrorContains(t, err, "too short")
	for i := range len(whole) {
		if i > 0 {
			_, err := notify.ParseKey(whole[i:])
			require.Error(t, err, i)
		}
		_, err := notify.ParseKey(whole[:i])
		require.Error(t, err, i)
		for _, other := range "0afAFgG/:@`_-" {
			if byte(other) == whole[i] || i == 0 {
				continue
			}
			_, err := notify.ParseKey(whole[:i] + string(other) + whole[i+1:])
			digit := strings.ContainsRune("0afAF", other)
			if whole[i] != '-' && digit {
				require.NoError(t, err, "%d %c", i, other)
			} else {
				require.Error(t, err, "%d %c", i, other)
			}
		}
	}
}
