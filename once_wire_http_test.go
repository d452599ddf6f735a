package notify_test

import (
	"context"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serveHTTP1 serves by HTTP/1.1, each request on a connection of its own or on one that was idle.
func serveHTTP1(t *testing.T, b *badWire) (*http.Transport, func()) {
	t.Helper()
	return b.serveOverNetHTTP(t, 9, func(p *http.Protocols) { p.SetHTTP1(true) })
}

// serveHTTP2 serves by HTTP/2, all requests on one connection until it breaks.
func serveHTTP2(t *testing.T, b *badWire) (*http.Transport, func()) {
	t.Helper()
	return b.serveOverNetHTTP(t, 300, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })
}

// serveOverNetHTTP serves by connections of which one write in so many breaks one off.
func (b *badWire) serveOverNetHTTP(t *testing.T, oneIn int, choose func(*http.Protocols)) (*http.Transport, func()) {
	t.Helper()
	protocols := &http.Protocols{}
	choose(protocols)
	transport, stop := b.serveWith(protocols, b.handle)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := b.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &cutConn{conn, oneIn, func() { b.exchanges.Add(1); b.spoilt.Add(1) }}, nil
	}
	return transport, stop
}

// handle answers a request, or does what a handler of net/http's can do instead.
func (b *badWire) handle(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the client broke off
	}
	req.Body = io.NopCloser(strings.NewReader(string(body)))
	if !b.spoils() {
		write(w, b.take(req), math.MaxInt)
		return
	}
	switch rand.IntN(9) {
	case 0: // the answer is lost: the connection is cut, or by HTTP/2 RST_STREAM with INTERNAL_ERROR
		b.take(req)
		panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
	case 1: // the request is
		panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
	case 2: // the answer breaks off
		write(w, b.take(req), 20)
		panic(http.ErrAbortHandler) //nolint:forbidigo // how a handler ends its connection
	case 3: // the answer comes too late
		rec := b.take(req)
		time.Sleep(6 * time.Second)
		write(w, rec, math.MaxInt)
	case 4, 5: // the service takes it long after the client has given up
		b.takeLate(req)
	case 6: // the server ends the connection, by HTTP/2 with GOAWAY
		w.Header().Set("Connection", "close")
		write(w, b.take(req), math.MaxInt)
	case 7: // the server ends the connection unannounced, just when it is idle
		write(w, b.take(req), math.MaxInt)
		if hijacker, ok := w.(http.Hijacker); ok {
			if conn, _, err := hijacker.Hijack(); err == nil {
				_ = conn.Close()
			}
		}
	default:
		write(w, b.somePage(req), math.MaxInt)
	}
}
