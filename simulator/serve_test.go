package simulator_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// caller is one connection to a simulator that Serve runs on a listener in memory.
type caller struct {
	net.Conn
	in *bufio.Reader
}

// call serves w until the test ends, and returns a function that opens connections to it.
func (w town) call(t *testing.T) func() caller {
	t.Helper()
	l := newPipeListener()
	serve(t, l, w.sim, nil)
	return func() caller {
		c, err := l.dial(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return caller{c, bufio.NewReader(c)}
	}
}

func (c caller) send(t *testing.T, format string, args ...any) {
	t.Helper()
	_, err := fmt.Fprintf(c, format, args...)
	require.NoError(t, err)
}

// sendAside sends while the test reads, because a connection in memory has no buffer.
func (c caller) sendAside(parts ...string) {
	go func() {
		for _, part := range parts {
			_, _ = io.WriteString(c, part) // the connection may be closed before everything was read
		}
	}()
}

// reply is a response that came over a connection.
type reply struct {
	status int
	header http.Header
	last   bool // the connection is closed after it
	body   string
}

// answer reads one response.
func (c caller) answer(t *testing.T, method string) reply {
	t.Helper()
	resp, err := http.ReadResponse(c.in, &http.Request{Method: method})
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return reply{status: resp.StatusCode, header: resp.Header, last: resp.Close, body: string(body)}
}

// ended reads until the simulator closes the connection, and returns what it read.
func (c caller) ended(t *testing.T) string {
	t.Helper()
	rest, err := io.ReadAll(c.in)
	require.NoError(t, err)
	return string(rest)
}

const postSMS = "POST /v2/notifications/sms HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n"

// TestBodyThatNeverEnds: a caller without a valid token is refused at once, and one with a token after the real
// service's timeout. Neither keeps the connection open for longer.
func TestBodyThatNeverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		dial := w.call(t)
		for _, head := range []string{
			fmt.Sprintf(postSMS, "Bearer x", 1000),
			"POST /v2/nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
			"GET /v2/templates HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n",
			"POST /_status HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
		} {
			c, start := dial(), time.Now()
			c.send(t, "%s%s", head, "{")
			resp := c.answer(t, "POST")
			require.Contains(t, []int{200, 401, 403, 404}, resp.status, resp.body)
			require.Zero(t, time.Since(start), head)
			require.True(t, resp.last)
			require.Empty(t, c.ended(t))
			require.LessOrEqual(t, time.Since(start), 6*time.Second, head)
		}

		c, start := dial(), time.Now()
		c.send(t, postSMS+"{", w.bearer(w.svc.Key(simulator.KeyTypeTest)), 1000)
		resp := c.answer(t, "POST")
		require.Equal(t, 29500*time.Millisecond, time.Since(start))
		require.Equal(t, 504, resp.status)
		require.Equal(t, `{"errors":[{"error":"SoftEventletTimeout","message":"Timeout serving request"}],`+
			`"status_code":504}`+"\n", resp.body)
		c.ended(t)
		require.Equal(t, 29500*time.Millisecond, time.Since(start))
	})
}

// TestHeadThatNeverEnds: the head of a request may take ten seconds, whether it is the first of its connection or not.
func TestHeadThatNeverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dial := setup(t, simulator.ServiceConfig{}).call(t)
		for _, part := range []string{"G", "GET /_status HTTP/1.1\r\nHost: "} {
			c, start := dial(), time.Now()
			c.send(t, "%s", part)
			c.ended(t)
			require.Equal(t, 10*time.Second, time.Since(start), part)

			c = dial()
			c.send(t, "GET /_status HTTP/1.1\r\nHost: x\r\n\r\n")
			c.answer(t, "GET")
			time.Sleep(time.Minute)
			start = time.Now()
			c.send(t, "%s", part)
			c.ended(t)
			require.LessOrEqual(t, time.Since(start), 20*time.Second, part)
		}
		c, start := dial(), time.Now()
		c.send(t, "GET /_status HTTP/1.1\r\nHost: x\r\n\r\n")
		c.answer(t, "GET")
		c.ended(t)
		require.Equal(t, 2*time.Minute, time.Since(start), "idle")
	})
}

// TestRefusedWithItsBody: if a refused request has a small body the connection stays open, and if it has a large one
// the response still arrives, even if the caller reads nothing before it has sent everything.
func TestRefusedWithItsBody(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	serve(t, l, w.sim, nil)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	c := caller{conn, bufio.NewReader(conn)}
	for range 3 {
		c.send(t, postSMS+"{}", "Bearer x", 2)
		resp := c.answer(t, "POST")
		require.Equal(t, 403, resp.status, resp.body)
		require.False(t, resp.last)
	}
	large := strings.Repeat("x", 8<<20)
	c.send(t, postSMS+"%s", "Bearer x", len(large), large)
	resp := c.answer(t, "POST")
	require.Equal(t, 403, resp.status, resp.body)
	require.True(t, resp.last)
	c.ended(t)
}

// TestExpectContinue: a caller that asks before it sends its body is told to send it only if it will be read.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		dial := w.call(t)
		asking := strings.Replace(postSMS, "\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1)
		start := time.Now()
		c := dial()
		c.send(t, asking, "Bearer x", 2)
		resp := c.answer(t, "POST")
		require.Equal(t, 403, resp.status)
		require.Empty(t, c.ended(t))
		require.Zero(t, time.Since(start))

		c = dial()
		c.send(t, asking, w.bearer(w.svc.Key(simulator.KeyTypeTest)), 2)
		resp = c.answer(t, "POST")
		require.Equal(t, 100, resp.status)
		c.send(t, "{}")
		resp = c.answer(t, "POST")
		require.Equal(t, 400, resp.status)
		require.Contains(t, resp.body, "phone_number is a required property")
	})
}

// TestRoomForBodies: when bodies that are still arriving take all the memory they may, only small ones are accepted
// besides.
func TestRoomForBodies(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	c := w.call(t)()
	bearer := w.bearer(w.svc.Key(simulator.KeyTypeTest))
	large := `{"phone_number":"` + strings.Repeat("0", 1<<20) + `"}`
	ask := func(body string) int {
		c.send(t, postSMS+"%s", bearer, len(body), body)
		resp := c.answer(t, "POST")
		return resp.status
	}
	require.Equal(t, 400, ask(large))
	require.Zero(t, w.sim.HoldBodies(0), "it is given back")
	w.sim.HoldBodies(simulator.MaxBodies - 1<<20)
	require.Equal(t, 400, ask(large[:60<<10]))
	c.sendAside(fmt.Sprintf(postSMS+"%s", bearer, len(large), large))
	resp := c.answer(t, "POST")
	require.Equal(t, 503, resp.status, resp.body)
	require.Empty(t, c.ended(t))
	require.EqualValues(t, simulator.MaxBodies-1<<20, w.sim.HoldBodies(0))
}

// TestTooLargeABodyOverAConnection includes callers that announce no length.
func TestTooLargeABodyOverAConnection(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	dial := w.call(t)
	transport := &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return dial().Conn, nil },
	}
	defer transport.CloseIdleConnections()
	for _, length := range []int64{65 << 20, -1} {
		r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", nil)
		r.URL.Scheme, r.ContentLength = "http", length
		r.Body = io.NopCloser(io.LimitReader(zeros{}, 65<<20))
		resp, err := transport.RoundTrip(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
	}
	require.Zero(t, w.sim.HoldBodies(0))
}

// TestStopWithHangingCallers: requests that hang are cut off after five seconds, and Serve returns no error.
func TestStopWithHangingCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		l := newPipeListener()
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- simulator.Serve(ctx, l, w.sim) }()
		for _, part := range []string{fmt.Sprintf(postSMS, w.bearer(w.svc.Key(simulator.KeyTypeTest)), 10), "GET /"} {
			conn, err := l.dial(t.Context())
			require.NoError(t, err)
			t.Cleanup(func() { _ = conn.Close() })
			_, err = io.WriteString(conn, part)
			require.NoError(t, err)
		}
		synctest.Wait()
		start := time.Now()
		stop()
		require.NoError(t, <-served)
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}

// TestStopLetsFinish: requests in flight get their response.
func TestStopLetsFinish(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		l := newPipeListener()
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- simulator.Serve(ctx, l, w.sim) }()
		conn, err := l.dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		c := caller{conn, bufio.NewReader(conn)}
		c.send(t, postSMS+"{", w.bearer(w.svc.Key(simulator.KeyTypeTest)), 2)
		synctest.Wait()
		stop()
		time.Sleep(4 * time.Second)
		c.send(t, "}")
		resp := c.answer(t, "POST")
		require.Equal(t, 400, resp.status)
		require.NoError(t, <-served)
	})
}

// TestServeFails: a listener that can't accept is an error.
func TestServeFails(t *testing.T) {
	t.Parallel()
	l := newPipeListener()
	require.NoError(t, l.Close())
	require.ErrorIs(t, simulator.Serve(t.Context(), closed{l}, simulator.New()), net.ErrClosed)
}

// closed is a listener that can be closed twice.
type closed struct{ pipeListener }

func (closed) Close() error { return nil }
