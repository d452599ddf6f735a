package simulator_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestRoundTripHonoursTheContext(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := w.request(t, key, "POST", "/v2/notifications/sms", fields{
		"phone_number": "07900900123", "template_id": w.sms, "personalisation": fields{"name": "Jo"},
	})
	_, err := w.sim.RoundTrip(r.WithContext(ctx)) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, w.svc.Dashboard(), "nothing was accepted")
}

// blockingBody blocks until it is closed.
type blockingBody struct{ closed chan struct{} }

func (b blockingBody) Read([]byte) (int, error) { <-b.closed; return 0, errors.New("closed") }
func (b blockingBody) Close() error             { close(b.closed); return nil }

func TestRoundTripHonoursTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", nil).WithContext(ctx)
		var once sync.Once
		body := blockingBody{make(chan struct{})}
		r.Body = struct {
			io.Reader
			io.Closer
		}{body, closer(func() error { once.Do(func() { _ = body.Close() }); return nil })}
		_, err := w.sim.RoundTrip(r) //nolint:bodyclose // there is no response
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}

type closer func() error

func (c closer) Close() error { return c() }

func TestSimulatorsAreIndependent(t *testing.T) {
	t.Parallel()
	a, b := setup(t, simulator.ServiceConfig{}), setup(t, simulator.ServiceConfig{})
	key := a.svc.Key(simulator.KeyTypeLive)
	require.Equal(t, 201, a.sendSMS(t, key, "07900900123").status)
	b.sms = a.sms
	require.Equal(t, "Invalid token: service not found", b.sendSMS(t, key, "07900900123").message())
	require.Empty(t, b.svc.Dashboard())
}

// TestManyAtOnce is for the race detector. It also checks that no message is lost or doubled.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(time.Millisecond))
	key := w.svc.Key(simulator.KeyTypeLive)
	var wg sync.WaitGroup
	const senders, each = 8, 40
	for range senders {
		wg.Go(func() {
			for i := range each {
				switch a := w.sendSMS(t, key, "07900900123"); i % 4 {
				case 0:
					w.status(t, key, a.id())
				case 1:
					w.do(t, key, "GET", "/v2/notifications?status=delivered", nil)
				case 2:
					w.svc.Usage()
				case 3:
					_ = w.svc.UpdateTemplate(w.email, simulator.TemplateVersion{Subject: "s", Body: "b"})
				}
			}
		})
	}
	wg.Wait()
	board := w.svc.Dashboard()
	require.Len(t, board, senders*each)
	times, ids := map[time.Time]bool{}, map[string]bool{}
	for _, n := range board {
		times[n.CreatedAt], ids[n.ID] = true, true
	}
	require.Len(t, times, len(board), "no two messages are made at the same time")
	require.Len(t, ids, len(board))
}

// TestPaging reads all pages and finds each message once.
func TestPaging(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	const sent = 620
	for range sent {
		require.Equal(t, 201, w.sendEmail(t, key, "someone@example.com").status)
	}
	seen := map[string]bool{}
	path := "/v2/notifications?template_type=email"
	for pages := 0; ; pages++ {
		page := w.do(t, key, "GET", path, nil)
		list := page.body["notifications"].([]any)
		next, more := page.body["links"].(fields)["next"].(string)
		require.Equal(t, len(list) > 0, more, "only an empty page is the last")
		if !more {
			require.Equal(t, 3, pages)
			break
		}
		for _, n := range list {
			seen[n.(fields)["id"].(string)] = true
		}
		path = strings.TrimPrefix(next, "https://notify.test")
	}
	require.Len(t, seen, sent)
	require.Empty(t, w.do(t, w.svc.Key(simulator.KeyTypeLive), "GET", "/v2/notifications", nil).body["notifications"],
		"another type of key sees none of them")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "GET", "/v2/templates", nil)
	r.Header.Set("X-Amzn-Trace-Id", "trace")
	resp, err := w.sim.RoundTrip(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "trace", resp.Header.Get("X-B3-TraceId"))
	require.Regexp(t, "^self-[0-9a-f]{16}$", resp.Header.Get("X-B3-SpanId"))
	require.Equal(t, strconv.FormatInt(resp.ContentLength, 10), resp.Header.Get("Content-Length"))
	require.Empty(t, resp.Header.Get("Retry-After"))
}

func TestRange(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	r := w.request(t, key, "GET", "/v2/notifications/"+w.sendLetter(t, key).id()+"/pdf", nil)
	r.Header.Set("Range", "bytes=1-3")
	resp, err := w.sim.RoundTrip(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	part, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "PDF", string(part))
	require.Equal(t, http.StatusPartialContent, resp.StatusCode)
	require.Contains(t, resp.Header.Get("Content-Range"), "bytes 1-3/")
}

func TestStatus(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	require.Equal(t, "ok", w.do(t, "", "GET", "/_status", nil).body["status"])
	require.Equal(t, "{\"status\":\"ok\"}\n", w.do(t, "", "POST", "/_status?simple=1", nil).raw)
	require.EqualValues(t, 1, w.do(t, "", "GET", "/_status/live-service-and-organisation-counts", nil).body["services"])
	w.svc.SetTrialMode(true)
	require.EqualValues(t, 0, w.do(t, "", "GET", "/_status/live-service-and-organisation-counts", nil).body["services"])
}

func TestTooLargeABody(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	r := w.request(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/sms", nil)
	r.Body = io.NopCloser(io.LimitReader(zeros{}, 65<<20))
	resp, err := w.sim.RoundTrip(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestBrokenBody: a request that is not valid HTTP must not be accepted.
func TestBrokenBody(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	server := httptest.NewServer(w.sim)
	defer server.Close()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	bearer := w.bearer(w.svc.Key(simulator.KeyTypeTest))
	head := "POST /v2/notifications/sms HTTP/1.1\r\nHost: x\r\nAuthorization: " + bearer
	_, err = io.WriteString(conn, head+"\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

func TestNilOptions(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, nil, simulator.WithClock(nil), simulator.WithOutcomes(nil))
	require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeLive), "07900900123").status)
}
