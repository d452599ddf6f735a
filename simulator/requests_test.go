package simulator_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// last is the newest request.
func (w town) last(t testing.TB) simulator.Request {
	t.Helper()
	all := w.sim.Requests()
	require.NotEmpty(t, all)
	return all[len(all)-1]
}

// TestRequests: the log shows a request, its answer and what became of it, over every transport.
func TestRequests(t *testing.T) {
	t.Parallel()
	for transport, open := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			w := setup(t, simulator.ServiceConfig{}, simulator.WithClock(func() time.Time { return now }))
			client, base := open(t, w.sim)

			_, _, body := w.post(t, client, base)
			r := w.last(t)
			require.Positive(t, r.Duration)
			require.Equal(t, now, r.At)
			require.Equal(t, "POST /v2/notifications/sms 201", r.String())
			require.Equal(t, simulator.OperationSendSMS, r.Operation)
			require.Equal(t, [...]string{w.svc.ID(), "Town Council", "test", "test"},
				[...]string{r.ServiceID, r.ServiceName, r.KeyName, string(r.KeyType)})
			require.Equal(t, "Bearer [redacted]", r.Header.Get("Authorization"))
			require.JSONEq(t, fmt.Sprintf(`{"personalisation":{"name":"Jo"},"phone_number":"07900900123","reference":"r-1",`+
				`"template_id":%q}`, w.sms), string(r.Body))
			require.Len(t, r.Body, r.BodySize)
			require.Equal(t, body, string(r.Answer))
			require.Len(t, r.Answer, r.AnswerSize)
			require.Equal(t, "application/json", r.AnswerHeader.Get("Content-Type"))
			require.Equal(t, w.svc.TestMessages()[0].ID, r.NotificationID)
			require.Equal(t, simulator.EndingDelivered, r.Ending)
			require.Empty(t, r.Errors)
			require.Empty(t, r.Fault)

			for _, c := range []struct {
				fault    simulator.Fault
				line     string
				accepted bool
			}{
				{simulator.LoseRequest(), ", lost (any send: request lost)", false},
				{simulator.LoseAnswer(), " 201, lost (any send: answer lost)", true},
				{simulator.CutAnswer(), " 201, cut (any send: answer cut)", true},
				{simulator.StallAnswer(), " 201, stalled (any send: answer stalled)", true},
				{simulator.StallRequest(), ", stalled (any send: request stalled)", false},
				{simulator.DelayAnswer(time.Hour), " 201, given up (any send: answer delayed by 1h0m0s)", true},
				{simulator.DelayRequest(time.Hour), " 499 The request was given up before it was answered., given up " +
					"(any send: request delayed by 1h0m0s)", false},
				{simulator.AfterHandling(simulator.ProxyPage(simulator.ProxyNginx, 504)),
					" 504 (any send: after handling: 504 by nginx)", true},
				{simulator.Refuse(500, "E", "no"), " 500 E no (any send: refused with 500 E)", false},
			} {
				client.Timeout = time.Second
				before := len(w.sim.Requests())
				w.sim.Inject(simulator.OnSend(), c.fault).Times(1)
				w.post(t, client, base)
				require.Len(t, w.sim.Requests(), before+1)
				// Over a port the handler finds out a little later that the caller has gone.
				require.Eventually(t, func() bool { return w.last(t).String() == "POST /v2/notifications/sms"+c.line },
					5*time.Second, time.Millisecond, c.line+" <> "+w.last(t).String())
				r := w.last(t)
				require.Equal(t, c.accepted, r.NotificationID != "")
				if c.accepted {
					_, ok := w.svc.Notification(r.NotificationID)
					require.True(t, ok)
				}
			}
		})
	}
}

// TestRequestsOfOthers: what was refused is there as well.
func TestRequestsOfOthers(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	w.do(t, "", "GET", "/nowhere?a=b", nil)
	w.do(t, "", "POST", "/v2/notifications/sms", fields{})
	w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", fields{"phone_number": "1"})
	w.do(t, w.svc.Key(simulator.KeyTypeLive), "GET", "//v2//templates", nil)
	w.do(t, w.svc.Key(simulator.KeyTypeLive), "GET", "/v2/templates", nil)
	var lines []string
	for _, r := range w.sim.Requests() {
		lines = append(lines, string(r.Operation)+" "+string(r.KeyType)+": "+r.String())
	}
	require.Equal(t, []string{
		"other : GET /nowhere?a=b 404 The requested URL was not found on the server. If you entered the URL manually " +
			"please check your spelling and try again.",
		"send-sms : POST /v2/notifications/sms 401 AuthError Unauthorized: authentication token must be provided",
		"send-sms test: POST /v2/notifications/sms 400 ValidationError phone_number Number is not valid – double check the " +
			"phone number you entered ValidationError template_id is a required property",
		"other : GET //v2//templates 308",
		"templates live: GET /v2/templates 200",
	}, lines)
	require.Equal(t, "https://notify.test/v2/templates", w.sim.Requests()[3].AnswerHeader.Get("Location"))
	require.Equal(t, map[simulator.Operation]map[int]int{
		simulator.OperationOther: {404: 1, 308: 1}, simulator.OperationSendSMS: {400: 1, 401: 1},
		simulator.OperationTemplates: {200: 1},
	}, w.sim.Counts())
}

// TestRequestsHoldNoSecret: wherever a caller puts a key or a token, the log does not show it.
func TestRequestsHoldNoSecret(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	foreign := "live-6e2f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e11-7f3f3c1e-8b1f-4a4e-9c53-2d0f6a1b7e12" // no key of ours
	key := w.svc.Key(simulator.KeyTypeLive)
	secret := key[len(key)-36:]
	token := strings.TrimPrefix(w.bearer(key), "Bearer ")
	signature := token[strings.LastIndexByte(token, '.')+1:]
	for i, s := range []string{
		key, secret, token, "Bearer " + token, strings.ToUpper(secret), strings.ReplaceAll(secret, "-", ""), foreign,
		url.QueryEscape(strings.ReplaceAll(key, "-", "%2D")), strings.ReplaceAll(key, "-", "%2D"),
		base64.StdEncoding.EncodeToString([]byte("user:" + key)), base64.URLEncoding.EncodeToString([]byte(secret)),
	} {
		inBody := s
		if i > 6 { // a body that hides a key behind an encoding is not searched
			inBody = secret
		}
		for _, path := range []string{
			"/v2/templates", "/v2/template/" + url.PathEscape(s), "/nowhere/" + url.PathEscape(s) + "/x",
			"/v2/notifications/sms?" + url.QueryEscape(s), "/_status?a&key=" + url.QueryEscape(s), "/x?a=b&" + s + "=c&d",
			"/x?a=" + s, "/x?%zz&a=" + url.QueryEscape(s),
		} {
			r := w.request(t, key, "POST", path, nil)
			r.Body = io.NopCloser(strings.NewReader(`{"reference":"` + inBody + `","phone_number":"` + inBody + `"}`))
			for _, name := range []string{"X-Api-Key", "Cookie", "Proxy-Authorization", "User-Agent", "X-" + secret} {
				r.Header.Set(name, s)
			}
			r.Header.Add("Authorization", s)
			w.answerTo(t, r)
			r.Header.Set("Authorization", "ApiKey "+s)
			r.Body = http.NoBody
			w.answerTo(t, r)
			r.Header.Set("Authorization", w.bearer(key))
			r.Body = io.NopCloser(strings.NewReader(`{"reference":"` + inBody + `","phone_number":"` + inBody + `"}`))
			w.answerTo(t, r)
		}
		fault := w.sim.Inject(simulator.OnSend().Reference(inBody), simulator.Refuse(500, inBody, inBody)).Times(1)
		w.do(t, key, "POST", "/v2/notifications/sms", fields{"reference": inBody})
		require.Equal(t, 1, fault.Hits())
	}
	shown := fmt.Sprintf("%s", w.sim.Requests()) // Stringer
	for _, r := range w.sim.Requests() {
		shown += fmt.Sprintf("%q %q %q %q %q %q %q %q %q %s %s\n", r.Method, r.Path, r.Query, r.KeyName, r.ServiceName,
			r.Header, r.AnswerHeader, r.Errors, r.Fault, r.Body, r.Answer)
	}
	require.Greater(t, len(w.sim.Requests()), 200)
	lower := strings.ToLower(shown)
	for _, s := range []string{
		secret, strings.ReplaceAll(secret, "-", ""), strings.ReplaceAll(secret, "-", "%2d"), foreign[5:], foreign[42:],
		strings.ReplaceAll(secret, "-", "%252d"),
	} {
		at := strings.Index(lower, strings.ToLower(s))
		require.Negative(t, at, "%.300s", lower[max(0, at-100):])
	}
	at := strings.Index(shown, signature)
	require.Negative(t, at, "%.300s", shown[max(0, at-200):])
	for _, whole := range []string{"user:" + key, secret} {
		at := strings.Index(shown, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(whole)), "="))
		require.Negative(t, at, "%.300s", shown[max(0, at-200):])
	}
	require.Contains(t, shown, "[redacted]")
}

// TestRequestsAreBounded: in number and in memory, and what is cut says so.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	w := setup(t, unlimited())
	key := w.svc.Key(simulator.KeyTypeTest)
	send := func(size int) {
		w.do(t, key, "POST", "/v2/notifications/sms", fields{
			"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"}, "reference": "r",
			"x": strings.Repeat("y", size),
		})
	}
	send(100_000)
	r := w.last(t)
	require.Len(t, r.Body, 64<<10)
	require.Greater(t, r.BodySize, 100_000)
	require.Less(t, cap(r.Body), 66<<10)

	for range 200 {
		send(60_000)
	}
	all, held := w.sim.Requests(), 0
	for _, r := range all {
		held += len(r.Body) + len(r.Answer)
		require.Greater(t, r.BodySize, 60_000)
		require.Equal(t, 400, r.Status)
	}
	require.Len(t, all, 201)
	require.Empty(t, all[0].Body)
	require.NotEmpty(t, all[200].Body)
	require.Less(t, held, 8<<20)
	require.Greater(t, held, 7<<20)

	for i := range 1_000 {
		w.do(t, "", "GET", fmt.Sprintf("/%d", i), nil)
	}
	all = w.sim.Requests()
	require.Len(t, all, 1_000)
	require.Equal(t, "/0", all[0].Path)
	require.Equal(t, "/999", all[999].Path)
	require.Equal(t, 201, w.sim.Counts()[simulator.OperationSendSMS][400])

	r = simulatedHead(t, w, strings.Repeat("z", 1<<20))
	require.Equal(t, "[1048576 bytes]", r.Header.Get("X-Long"))
	require.Equal(t, "[1048577 bytes]", r.Path)
}

// simulatedHead asks with a long path and header.
func simulatedHead(t *testing.T, w town, long string) simulator.Request {
	t.Helper()
	r := w.request(t, "", "GET", "/"+long, nil)
	r.Header.Set("X-Long", long)
	w.answerTo(t, r)
	return w.last(t)
}

func TestWithRequestLog(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{-1: 0, 0: 0, 1: 1, 3: 3, 10: 5} {
		w := setup(t, simulator.ServiceConfig{}, simulator.WithRequestLog(n))
		for i := range 5 {
			w.do(t, "", "GET", fmt.Sprintf("/%d", i), nil)
		}
		all := w.sim.Requests()
		require.Len(t, all, want)
		if want > 0 {
			require.Equal(t, "/4", all[want-1].Path)
		}
		require.Equal(t, 5, w.sim.Counts()[simulator.OperationOther][404], "counts go on")
	}
}

// TestRequestsAreCopies: what is done to a result, or to a request that was answered, does not change the log.
func TestRequestsAreCopies(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	w.sim.Inject(simulator.On(), simulator.SetHeader("Retry-After", "1"))
	r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", fields{"template_id": "1"})
	r.Header["X-Mine"] = []string{"a"}
	w.answerTo(t, r)
	before := w.last(t)
	r.Header["X-Mine"][0] = "b"
	r.Header.Set("X-Other", "c")
	got := w.last(t)
	require.Equal(t, before, got)
	require.Equal(t, "1", got.AnswerHeader.Get("Retry-After"))
	clear(got.Header["X-Mine"])
	clear(got.Header)
	clear(got.AnswerHeader["Retry-After"])
	clear(got.Body)
	clear(got.Answer)
	clear(got.Errors)
	require.Equal(t, before, w.last(t))
}

// TestRequestUnderWay: a function that the simulator calls sees the request that it is called for.
func TestRequestUnderWay(t *testing.T) {
	t.Parallel()
	var w town
	w = setup(t, simulator.ServiceConfig{}, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
		require.Equal(t, "POST /v2/notifications/sms, under way", w.last(t).String())
		require.Equal(t, simulator.OperationSendSMS, w.last(t).Operation)
		require.Empty(t, w.sim.Counts())
		return ""
	}))
	w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123")
	require.Equal(t, "POST /v2/notifications/sms 201", w.last(t).String())
}

// TestRequestsWhileSending: looking and sending go together.
func TestRequestsWhileSending(t *testing.T) {
	t.Parallel()
	w := setup(t, unlimited(), simulator.WithRequestLog(50))
	key := w.svc.Key(simulator.KeyTypeTest)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 30 {
				r := w.request(t, key, "POST", "/v2/notifications/sms", fields{"phone_number": "1"})
				w.answerTo(t, r)
				r.Header.Set("Authorization", "Bearer x") // as a client does that tries again
				for _, r := range w.sim.Requests() {
					_ = r.String()
				}
			}
		})
	}
	all.Wait()
	require.Len(t, w.sim.Requests(), 50)
	require.Equal(t, 240, w.sim.Counts()[simulator.OperationSendSMS][400])
}

// TestDurations are those of the caller.
func TestDurations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		client := &http.Client{Transport: w.sim, Timeout: time.Minute}
		for fault, want := range map[*simulator.Fault]time.Duration{
			new(simulator.DelayRequest(time.Second)): time.Second, new(simulator.DelayAnswer(3 * time.Second)): 3 * time.Second,
			new(simulator.StallAnswer()): time.Minute, new(simulator.DelayAnswer(time.Hour)): time.Minute,
			new(simulator.DelayRequest(time.Hour)): time.Minute, new(simulator.Fault{}): 0,
		} {
			w.sim.Inject(simulator.On(), *fault).Times(1)
			w.post(t, client, "https://notify.test")
			require.Equal(t, want, w.last(t).Duration, fault)
		}
	})
}

// BenchmarkRequests reads a full log.
func BenchmarkRequests(b *testing.B) {
	w := setup(b, unlimited())
	key := w.svc.Key(simulator.KeyTypeTest)
	body := fmt.Appendf(nil, `{"phone_number":"07900900123","template_id":%q,"personalisation":{"name":"Jo"}}`, w.sms)
	for range 1_000 {
		send(b, w, key, "/v2/notifications/sms", body)
	}
	b.ReportAllocs()
	for b.Loop() {
		if all := w.sim.Requests(); len(all) != 1_000 || !bytes.Equal(all[0].Body, body) {
			b.Fatal(len(all))
		}
	}
}
