package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// maxHead is how long a caller may take to send the head of a request.
	maxHead = 10 * time.Second
	// maxExchange limits a whole exchange; half of it is for reading. It is meant for other handlers: the simulator has
	// limits of its own.
	maxExchange = 2 * time.Minute
	// maxIdle is how long a connection is kept between two requests.
	maxIdle = 2 * time.Minute
	// maxGrace is how long requests in flight may take to finish once the server is told to stop.
	maxGrace = 5 * time.Second
)

// Serve answers the requests that arrive at l, until ctx is done. Then it lets requests in flight finish, for five
// seconds at most, closes l and all connections, and returns nil; a connection that hangs is not an error. If it can't
// accept connections it returns the error. h is a [Simulator], or a handler that wraps one.
//
// Unlike a plain [http.Server] it passes on two kinds of request that Go refuses and Notify's server does not: a path
// with a percent sign that escapes nothing, and OPTIONS *. It limits the time to send the head of a request (10
// seconds), to send all of it (1 minute) and to read the response (2 minutes), and closes connections that were idle
// for 2 minutes. Like http.Server it logs panics of h to the standard logger. The connections of l may be encrypted, as
// those of [tls.NewListener] are; they carry HTTP/1.1 only.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c, ok := r.Context().Value(connKey{}).(*conn); ok {
				c.between.Store(false)
				c.tellTLS(r)
			}
			h.ServeHTTP(w, r)
		}),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ConnState: func(c net.Conn, state http.ConnState) {
			if c, ok := c.(*conn); ok && state == http.StateIdle {
				c.between.Store(true)
			}
		},
		ReadHeaderTimeout: maxHead, ReadTimeout: maxExchange / 2, WriteTimeout: maxExchange, IdleTimeout: maxIdle,
		DisableGeneralOptionsHandler: true,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener{l}) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxGrace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // requests that hang have had their time
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type connKey struct{}

// listener wraps the connections of another listener in a conn.
type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: accepted}
	c.between.Store(true)
	return c, nil
}

// conn mends the first line of a request on its way to the server. The server tells it when a connection is idle, and
// so where a request begins: it can't mend a request that arrives in one packet with the one before.
type conn struct {
	net.Conn
	between atomic.Bool // between two requests
	rest    []byte      // was read and mended, but not passed on yet
}

// Read waits for the whole first line of a request.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.rest) > 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	if len(p) < 2 || !c.between.Load() { // the server reads one byte ahead while it handles a request
		return c.Conn.Read(p)
	}
	n, err := c.firstLine(p)
	if n == 0 {
		return 0, err
	}
	c.between.Store(false)
	mended := mendTarget(p[:n])
	n = copy(p, mended)
	c.rest = mended[n:]
	return n, nil // an error comes again with the next read
}

// tellTLS sets the TLS field of a request, which the server can't, because it does not know what c wraps.
func (c *conn) tellTLS(r *http.Request) {
	if encrypted, ok := c.Conn.(*tls.Conn); ok {
		state := encrypted.ConnectionState()
		r.TLS = &state
	}
}

// firstLine reads up to the end of a line, or as much as there is if the line has no end or does not fit into p.
func (c *conn) firstLine(p []byte) (n int, err error) {
	for {
		read, err := c.Conn.Read(p[n:])
		if n == 0 && read > 0 {
			_ = c.SetReadDeadline(time.Now().Add(maxHead)) // no longer idle, but the server does not know yet
		}
		ended := bytes.IndexByte(p[n:n+read], '\n') >= 0
		n += read
		if err != nil || ended || n == len(p) {
			return n, err
		}
	}
}

// CloseWrite lets the server close its half of the connection first when the caller is still sending.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// mendTarget escapes the percent signs that escape nothing in the path of a request's first line. It leaves everything
// after the line as it is, and a line that does not begin a request. The first byte of the line may be missing.
func mendTarget(head []byte) []byte {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version, _ := bytes.Cut(rest, []byte(" "))
	path, _, _ := bytes.Cut(target, []byte("?"))
	is := bytes.HasPrefix(path, []byte("/")) && bytes.HasPrefix(version, []byte("HTTP/"))
	if !is || bytes.IndexByte(path, '%') < 0 {
		return head
	}
	mended := append(make([]byte, 0, len(head)+2*bytes.Count(path, []byte("%"))), head[:len(method)+1]...)
	for i, c := range path {
		mended = append(mended, c)
		if c == '%' && (i+2 >= len(path) || !isHex(path[i+1]) || !isHex(path[i+2])) {
			mended = append(mended, "25"...)
		}
	}
	return append(mended, head[len(method)+1+len(path):]...)
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
