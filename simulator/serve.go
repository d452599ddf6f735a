package simulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

const (
	// maxBody is the largest request body read, in bytes. The real application sets no limit of its own; the servers in
	// front of it do.
	maxBody = 64 << 20
	// maxBodies is how much memory, in bytes, the bodies of all connections may take at one time. Those up to smallBody
	// don't count.
	maxBodies = 256 << 20
	smallBody = 64 << 10
	firstRead = 4 << 10
	// maxServing is how long the real service works on a request, including the wait for its body.
	maxServing = 29500 * time.Millisecond
	// maxDraining is how long a caller that has its response may go on sending.
	maxDraining = 5 * time.Second
)

// ServeHTTP answers one request as the real service would. A caller without a valid token is refused before the body of
// the request is read. The response is 504 if the body takes longer than 29.5 seconds, as on the real service, 413 if
// it is larger than 64 MiB, and 503 if there is no room for it while others are being read.
//
// A server of package net/http refuses some requests that the real service would answer; [Serve] lets them through.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	up := &upload{from: r.Body, length: r.ContentLength, control: http.NewResponseController(w), held: &s.bodies}
	defer up.release()
	x := &exchange{
		incoming: r, ctx: r.Context(), method: r.Method, base: scheme + "://" + r.Host, header: r.Header,
		receive: up.receive, unhurry: up.unhurry,
	}
	x.path, x.rawQuery = withoutFragment(r.URL)
	s.chain.proceed(s, x)
	up.release() // nothing holds the body any more
	gone := pause(x.ctx, x.fate.delay) != nil
	if !gone && x.fate.ending == endStalled {
		<-x.ctx.Done()
		gone = true
	}
	if gone {
		s.log.giveUp(x)
	}
	if gone || x.fate.ending == endLost {
		breakOff()
	}
	x.answer.setHeaders(w.Header(), x.header, s)
	switch {
	case x.answer.bare:
		w.Header()["Date"] = nil
	case x.skew != 0: // otherwise net/http writes the time
		w.Header()["Date"] = []string{time.Now().Add(x.skew).UTC().Format(http.TimeFormat)}
	}
	finished := up.finished(r)
	if !finished {
		w.Header().Set("Connection", "close")
	}
	w.WriteHeader(x.answer.status)
	switch {
	case r.Method == http.MethodHead:
	case x.fate.ending == endCut:
		_, _ = w.Write(half(x.answer.body))
		_ = up.control.Flush()
		breakOff()
	default:
		_, _ = w.Write(x.answer.body) // it fails if the caller has gone
	}
	if !finished {
		up.abandon(r)
	}
}

// breakOff breaks the connection of the request being served, in any version of HTTP. It does not return.
func breakOff() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's own way, which it does not log
}

// upload is the body of a request while it comes over a connection.
type upload struct {
	from    io.Reader
	length  int64 // as the caller said, or -1
	control *http.ResponseController
	held    *atomic.Int64 // the memory of all uploads
	mine    int64         // this one's part of held
	begun   bool
	whole   bool // all of it was read
	broken  bool // the rest can't be read
}

// receive reads the whole body. The memory it takes grows with what arrives, not with what was announced.
func (u *upload) receive() ([]byte, *wire.Failure) {
	u.begun = true
	if u.from == nil || u.length == 0 {
		return nil, nil
	}
	most := maxBody
	if u.length >= 0 {
		most = int(min(u.length, maxBody))
	}
	u.within(maxServing)
	var body []byte
	for {
		if len(body) == cap(body) {
			size := max(2*cap(body), firstRead)
			if len(body) <= most {
				size = min(size, most+1) // one byte more, to see that nothing follows
			}
			if !u.hold(int64(size)) {
				return nil, wire.BodiesTooMany
			}
			body = append(make([]byte, 0, size), body...)
		}
		n, err := u.from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > maxBody:
			return nil, wire.BodyTooLarge
		case err == nil:
			continue
		}
		if errors.Is(err, io.EOF) {
			u.whole = true
			u.within(0)
			return body, nil
		}
		u.broken = true
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, wire.BodyTooSlow
		default: // the caller has gone, or does not keep to HTTP
			return nil, wire.BodyBroken
		}
	}
}

// hold reserves memory for a body, and reports whether there is room for it.
func (u *upload) hold(size int64) bool {
	if size <= smallBody+1 {
		return true
	}
	more := size - u.mine
	if u.held.Add(more) > maxBodies {
		u.held.Add(-more)
		return false
	}
	u.mine = size
	return true
}

func (u *upload) release() {
	u.held.Add(-u.mine)
	u.mine = 0
}

// past makes within read only what has arrived already.
const past = -time.Second

// within limits the time for reading; 0 lifts the limit. Without a connection, as in tests, it has no effect.
func (u *upload) within(d time.Duration) {
	var at time.Time
	if d != 0 {
		at = time.Now().Add(d)
	}
	_ = u.control.SetReadDeadline(at)
}

// unhurry lifts the time limits on reading and on the response, when that is to take long.
func (u *upload) unhurry() {
	u.within(0)
	_ = u.control.SetWriteDeadline(time.Time{})
}

// finished reports whether all of the body was read, so that the connection can be used again. It does not wait: most
// unread bodies are small, and arrived together with their headers.
func (u *upload) finished(r *http.Request) bool {
	switch {
	case u.length == 0 || u.from == nil:
		return true
	case u.begun || u.length < 0 || expectsContinue(r): // a body in chunks can't be read on after a timeout
		return u.whole
	}
	u.within(past)
	if _, err := io.CopyN(io.Discard, u.from, smallBody); !errors.Is(err, io.EOF) {
		return false
	}
	u.within(0)
	return true
}

// abandon lets the caller finish sending after the response is written, because many callers read no response before
// that. It discards what comes, and then reads no more.
func (u *upload) abandon(r *http.Request) {
	if !u.broken && !expectsContinue(r) && u.control.Flush() == nil {
		u.within(maxDraining)
		_, _ = io.CopyN(io.Discard, u.from, maxBody)
	}
	u.within(past) // otherwise the server waits for the rest
}

// expectsContinue reports whether the caller sends its body only when told to. Reading the body tells it to.
func expectsContinue(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Expect"), "100-continue")
}
