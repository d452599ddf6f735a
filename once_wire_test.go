package notify_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

var wireSends = flag.Int("once.wire", 300, "how many messages TestExactlyOnceOnTheWire sends by each protocol")

// TestExactlyOnceOnTheWire is TestExactlyOnce with what net/http does between the client and the network: its
// connections, its HTTP/1.1 and HTTP/2, and the requests that it sends again by itself. Every third exchange is
// spoilt. Many more of them:
//
//	go test -run '^TestExactlyOnceOnTheWire$' . -v -once.wire 20000
func TestExactlyOnceOnTheWire(t *testing.T) {
	t.Parallel()
	for _, protocol := range []struct {
		name  string
		serve func(*testing.T, *badWire) (*http.Transport, func())
	}{
		{"HTTP1", serveHTTP1},
		{"HTTP2", serveHTTP2},
		{"HTTP2 by frames", serveFrames},
	} {
		for _, way := range []struct {
			name  string
			send  func(context.Context, *notify.Client, notify.Message) error
			exact bool
		}{
			{"once", sendImpatiently, true},
			{"tried again without Once", sendAgain, false},
			{"given up without Once", sendAndGiveUp, false},
		} {
			t.Run(protocol.name+" "+way.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					sim, service := proofService(t)
					b := &badWire{sim: sim, conns: make(chan net.Conn)}
					transport, stop := protocol.serve(t, b)
					c := wireClient(t, service.Key(simulator.KeyTypeTest), "http://notify.test", transport)
					p := sendProofs(t, c, *wireSends, way.send)
					p.calls, p.spoilt = int(b.exchanges.Load()), int(b.spoilt.Load())
					p.count(service)
					transport.CloseIdleConnections()
					stop()
					t.Log(p)
					require.Positive(t, p.spoilt)
					if !way.exact {
						require.Positive(t, p.lost+p.doubled)
						return
					}
					require.Zero(t, p.lost, "lost")
					require.Zero(t, p.doubled, "sent twice")
				})
			})
		}
	}
}

// sendImpatiently is sendSurely after a first try, of every third message, whose context ends early.
func sendImpatiently(ctx context.Context, c *notify.Client, m notify.Message) error {
	if rand.IntN(3) > 0 {
		return sendSurely(ctx, c, m)
	}
	short, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(3000))*time.Millisecond)
	defer cancel()
	if _, err := c.Send(short, m, notify.Once()); notify.OutcomeOf(err) != notify.OutcomeUnknown {
		if err == nil {
			return nil
		}
		return sendSurely(ctx, c, m)
	}
	for {
		_, err := c.Send(ctx, m, notify.Resume(time.Now()))
		if err == nil {
			return nil
		}
		if notify.OutcomeOf(err) == notify.OutcomeRefused {
			return err
		}
	}
}

// A badWire leads to the simulator by connections in memory, and spoils every third exchange.
type badWire struct {
	sim               *simulator.Simulator
	conns             chan net.Conn
	dials             atomic.Int64
	exchanges, spoilt atomic.Int64
}

// spoils counts an exchange, and reports whether it is to be spoilt.
func (b *badWire) spoils() bool {
	if b.exchanges.Add(1)%3 != 0 {
		return false
	}
	b.spoilt.Add(1)
	return true
}

// dial connects, but for one time in ten.
func (b *badWire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if b.dials.Add(1)%10 == 0 {
		return nil, errDial
	}
	here, there := net.Pipe()
	select {
	case b.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A pipeListener makes the connections a net.Listener.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l pipeListener) Close() error   { close(l.done); return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }

// serveWith runs net/http's server over the connections. stop ends all of it.
func (b *badWire) serveWith(protocols *http.Protocols, handler http.HandlerFunc) (*http.Transport, func()) {
	l := pipeListener{b.conns, make(chan struct{})}
	server := &http.Server{Handler: handler, Protocols: protocols}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(l) }()
	return &http.Transport{DialContext: b.dial, MaxIdleConnsPerHost: 100, Protocols: protocols}, func() {
		_ = server.Close()
		<-served
	}
}

// take has the simulator handle a request, whatever became of its client.
func (b *badWire) take(req *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	b.sim.ServeHTTP(rec, req.WithContext(context.WithoutCancel(req.Context())))
	return rec
}

// takeLate does so at some time until the service would give up on it.
func (b *badWire) takeLate(req *http.Request) {
	time.Sleep(time.Duration(rand.IntN(29_500)) * time.Millisecond)
	b.take(req)
}

// page is an answer that is not the service's, after it took the request or without.
func (b *badWire) page(req *http.Request, taken bool, status int) *httptest.ResponseRecorder {
	if taken {
		b.take(req)
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "text/html")
	rec.WriteHeader(status)
	_, _ = rec.WriteString("<html>")
	return rec
}

// somePage is one of those that proxies answer with.
func (b *badWire) somePage(req *http.Request) *httptest.ResponseRecorder {
	pages := []struct {
		taken  bool
		status int
	}{{true, 500}, {true, 502}, {false, 502}, {false, 429}, {true, 200}, {true, 504}, {false, 408}}
	one := pages[rand.IntN(len(pages))]
	return b.page(req, one.taken, one.status)
}

// write sends an answer, or so many bytes of its body, to a client that expects all of it.
func write(w http.ResponseWriter, rec *httptest.ResponseRecorder, most int) {
	body := rec.Body.Bytes()
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body[:min(most, len(body))])
	_ = http.NewResponseController(w).Flush()
}

// A cutConn breaks off while it is written to: one time in so many, with all, half or nothing of the bytes gone.
type cutConn struct {
	net.Conn
	oneIn int
	cut   func() // counts it
}

func (c *cutConn) Write(p []byte) (int, error) {
	if rand.IntN(c.oneIn) > 0 {
		return c.Conn.Write(p)
	}
	c.cut()
	n := 0
	if written := len(p) * rand.IntN(3) / 2; written > 0 {
		n, _ = c.Conn.Write(p[:written])
	}
	_ = c.Close()
	return n, &net.OpError{Op: "write", Net: "tcp", Err: syscall.ECONNRESET}
}
