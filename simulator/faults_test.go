package simulator_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// transports are the ways to a simulator.
var transports = map[string]func(*testing.T, http.Handler) (client *http.Client, base string){
	"in process": func(_ *testing.T, h http.Handler) (*http.Client, string) {
		return &http.Client{Transport: h.(http.RoundTripper)}, "https://notify.test"
	},
	"HTTP/1.1": func(t *testing.T, h http.Handler) (*http.Client, string) {
		t.Helper()
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.Client(), server.URL
	},
	"HTTP/2": func(t *testing.T, h http.Handler) (*http.Client, string) {
		t.Helper()
		server := httptest.NewUnstartedServer(h)
		server.EnableHTTP2 = true
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.Client(), server.URL
	},
	"a port": func(t *testing.T, h http.Handler) (*http.Client, string) {
		t.Helper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(context.Background()) //nolint:usetesting // the test's ends before its clean-up
		ended := make(chan error, 1)
		go func() { ended <- simulator.Serve(ctx, l, h) }()
		transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
		t.Cleanup(func() {
			transport.CloseIdleConnections()
			stop()
			require.NoError(t, <-ended)
		})
		return &http.Client{Transport: transport}, "http://" + l.Addr().String()
	},
}

// post sends a text with that client, and tells in a word or two what came of it.
func (w town) post(t testing.TB, client *http.Client, base string) (came string, header http.Header, body string) {
	t.Helper()
	r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", fields{
		"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"}, "reference": "r-1",
	})
	url, err := r.URL.Parse(base + r.URL.Path)
	require.NoError(t, err)
	r.URL, r.Host = url, url.Host
	resp, err := client.Do(r)
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout", nil, ""
	case err != nil: // HTTP/2 has an error of its own
		require.True(t, errors.Is(err, io.EOF) || strings.Contains(err.Error(), "stream error"), err)
		return "broken", nil, ""
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		require.True(t, errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "stream error"), err)
		return "cut", resp.Header, string(raw)
	}
	return resp.Status, resp.Header, string(raw)
}

// TestFaults: every fault is the same over every transport, and what it says of the message being accepted is true.
func TestFaults(t *testing.T) {
	t.Parallel()
	type header = map[string]string
	for name, c := range map[string]struct {
		faults   []simulator.Fault
		came     string
		accepted bool
		header   header
		body     string // part of it
	}{
		"none": {nil, "201 Created", true, header{"Server": "gunicorn", "Content-Type": "application/json"}, `"id"`},
		"error": {
			[]simulator.Fault{simulator.Refuse(500, "SQLAlchemyError", "Internal server error")},
			"500 Internal Server Error", false, header{"Server": "gunicorn"},
			`{"errors":[{"error":"SQLAlchemyError","message":"Internal server error"}],"status_code":500}` + "\n",
		},
		"rate limit": {
			[]simulator.Fault{simulator.RateLimited()}, "429 Too Many Requests", false, header{"Retry-After": ""},
			"Exceeded rate limit for key type TEST of 3000 requests per 60 seconds",
		},
		"rate limit of a proxy": {
			[]simulator.Fault{simulator.RateLimited(), simulator.SetHeader("retry-after", "3")},
			"429 Too Many Requests", false, header{"Retry-After": "3"}, "RateLimitError",
		},
		"nginx": {
			[]simulator.Fault{simulator.ProxyPage(simulator.ProxyNginx, 502)}, "502 Bad Gateway", false,
			header{"Server": "nginx", "Content-Type": "text/html", "X-B3-Traceid": ""}, "<center>nginx</center>",
		},
		"AWS": {
			[]simulator.Fault{simulator.ProxyPage(simulator.ProxyAWS, 503)}, "503 Service Unavailable", false,
			header{"Server": "awselb/2.0"}, "<h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>",
		},
		"AWS, too early": {
			[]simulator.Fault{simulator.AfterHandling(simulator.ProxyPage(simulator.ProxyAWS, 504))}, "504 Gateway Timeout",
			true, header{"Server": "awselb/2.0"}, "<title>504 Gateway Time-out</title>",
		},
		"another answer": {
			[]simulator.Fault{simulator.Respond(200, "text/plain", "")}, "200 OK", false,
			header{"Content-Type": "text/plain", "Content-Length": "0"}, "",
		},
		"impossible status": {
			[]simulator.Fault{simulator.Respond(0, "text/plain", "")}, "500 Internal Server Error", false, nil, "",
		},
		"no content": {
			[]simulator.Fault{simulator.Respond(204, "text/plain", "x")}, "204 No Content", false, nil, "",
		},
		"request lost":  {[]simulator.Fault{simulator.LoseRequest()}, "broken", false, nil, ""},
		"answer lost":   {[]simulator.Fault{simulator.LoseAnswer()}, "broken", true, nil, ""},
		"lost and cut":  {[]simulator.Fault{simulator.LoseRequest(), simulator.CutAnswer()}, "broken", false, nil, ""},
		"cut":           {[]simulator.Fault{simulator.CutAnswer()}, "cut", true, nil, `{"content":{"body":"Hello Jo"`},
		"stalled":       {[]simulator.Fault{simulator.StallRequest()}, "timeout", false, nil, ""},
		"stalled later": {[]simulator.Fault{simulator.StallAnswer()}, "timeout", true, nil, ""},
		"slow":          {[]simulator.Fault{simulator.DelayRequest(time.Hour)}, "timeout", false, nil, ""},
		"slow answer":   {[]simulator.Fault{simulator.DelayAnswer(time.Hour)}, "timeout", true, nil, ""},
		"slow and broken": {
			[]simulator.Fault{simulator.DelayRequest(time.Millisecond), simulator.LoseAnswer()}, "broken", true, nil, "",
		},
		"wrong type": {
			[]simulator.Fault{simulator.SetHeader("Content-Type", "text/html")}, "201 Created", true,
			header{"Content-Type": "text/html", "Server": "gunicorn"}, `"id"`,
		},
		"replaced": {[]simulator.Fault{simulator.ReplaceAnswer("{}")}, "201 Created", true, nil, "{}"},
		"emptied":  {[]simulator.Fault{simulator.ReplaceAnswer("")}, "201 Created", true, header{"Content-Length": "0"}, ""},
		"clock": {
			[]simulator.Fault{simulator.SkewClock(-time.Minute)}, "403 Forbidden", false, nil,
			"Error: Your system clock must be accurate to within 30 seconds",
		},
		"clock, a little": {[]simulator.Fault{simulator.SkewClock(20 * time.Second)}, "201 Created", true, nil, `"id"`},
		"zero":            {[]simulator.Fault{{}, simulator.AfterHandling(simulator.Fault{})}, "201 Created", true, nil, ""},
	} {
		for transport, open := range transports {
			t.Run(name+"/"+transport, func(t *testing.T) {
				t.Parallel()
				w := setup(t, simulator.ServiceConfig{})
				client, base := open(t, w.sim)
				if c.came == "timeout" {
					client.Timeout = time.Second
				}
				fault := w.sim.Inject(simulator.OnSend().To("+44 7900 900 123"), c.faults...).Times(1)
				came, header, body := w.post(t, client, base)
				require.Equal(t, c.came, came)
				require.Contains(t, body, c.body)
				for name, value := range c.header {
					require.Equal(t, value, header.Get(name), name)
				}
				accepted := 0
				if c.accepted {
					accepted = 1
				}
				require.Len(t, w.svc.TestMessages(), accepted)
				require.Equal(t, 1, fault.Hits())

				client.Timeout = 0
				came, _, _ = w.post(t, client, base)
				require.Equal(t, "201 Created", came, "the fault is used up")
				require.Equal(t, 1, fault.Hits())
			})
		}
	}
}

// TestFaultsInABubble: waiting takes no time under synctest, ends with the caller's context and leaves nothing behind.
func TestFaultsInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		client := &http.Client{Transport: w.sim}
		for _, c := range []struct {
			fault    simulator.Fault
			came     string
			took     time.Duration
			accepted int
		}{
			{simulator.DelayRequest(20 * time.Second), "201 Created", 20 * time.Second, 1},
			{simulator.DelayRequest(time.Minute), "403 Forbidden", time.Minute, 1}, // the token is too old
			{simulator.DelayRequest(2 * time.Hour), "timeout", time.Hour, 1},
			{simulator.DelayAnswer(2 * time.Hour), "timeout", time.Hour, 2},
			{simulator.StallRequest(), "timeout", time.Hour, 2},
			{simulator.StallAnswer(), "timeout", time.Hour, 3},
		} {
			client.Timeout = time.Hour
			w.sim.Inject(simulator.On(), c.fault).Times(1)
			start := time.Now()
			came, _, _ := w.post(t, client, "https://notify.test")
			require.Equal(t, c.came, came, c.fault)
			require.Equal(t, c.took, time.Since(start), c.fault)
			require.Len(t, w.svc.TestMessages(), c.accepted, c.fault)
		}
	})
}

// TestFaultsAreCounted: of many requests at once exactly as many are hit as was said.
func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	w := setup(t, unlimited())
	client := &http.Client{Transport: w.sim}
	first := w.sim.Inject(simulator.OnSend(), simulator.Refuse(500, "A", "")).Skip(10).Times(1)
	second := w.sim.Inject(simulator.OnSend(), simulator.Refuse(501, "B", "")).Times(7)
	var fives, ones atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			switch came, _, _ := w.post(t, client, "https://notify.test"); came {
			case "500 Internal Server Error":
				fives.Add(1)
			case "501 Not Implemented":
				ones.Add(1)
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(1), fives.Load())
	require.Equal(t, int64(7), ones.Load())
	require.Equal(t, 1, first.Hits())
	require.Equal(t, 7, second.Hits())
	require.Len(t, w.svc.TestMessages(), 92)
}

// TestFaultsInTurn: a request meets the first fault that is for it and not used up.
func TestFaultsInTurn(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	client := &http.Client{Transport: w.sim}
	came := func() string {
		status, _, _ := w.post(t, client, "https://notify.test")
		return status[:3]
	}
	never := w.sim.Inject(simulator.OnSend(), simulator.Respond(599, "", "")).Times(0)
	skipping := w.sim.Inject(simulator.OnSend(), simulator.Respond(501, "", "")).Skip(1).Times(2)
	w.sim.Inject(simulator.OnSend(), simulator.Respond(502, "", "")).Times(1)
	last := w.sim.Inject(simulator.OnSend(), simulator.Respond(503, "", ""))
	require.Equal(t, []string{"502", "501", "501", "503", "503"}, []string{came(), came(), came(), came(), came()})
	require.Len(t, w.sim.Injections(), 4)
	last.Remove()
	last.Remove()
	require.Equal(t, "201", came())
	require.Equal(t, []int{0, 2}, []int{never.Hits(), skipping.Hits()})
	require.Equal(t, "any send: answered with 501, skipping 1, at most twice; happened twice", skipping.String())
	require.Len(t, w.sim.Injections(), 3)
	w.sim.RemoveFaults()
	require.Empty(t, w.sim.Injections())
}

// TestFaultFromWithin: a function of the test that the simulator calls can inject a fault.
func TestFaultFromWithin(t *testing.T) {
	t.Parallel()
	var w town
	w = setup(t, simulator.ServiceConfig{}, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
		require.True(t, w.sim.Unlocked())
		w.sim.Inject(simulator.On(simulator.OperationRead), simulator.Refuse(500, "E", "")).Times(1)
		return ""
	}))
	key := w.svc.Key(simulator.KeyTypeLive)
	w.sim.Inject(simulator.OnSend(), simulator.SkewClock(0))
	id := w.sendSMS(t, key, "07900900123").id()
	require.Equal(t, 500, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
	require.Equal(t, 200, w.do(t, key, "GET", "/v2/notifications/"+id, nil).status)
}
