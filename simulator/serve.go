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
	// maxBody is the largest request body read, in bytes. The real service sets no limit of its own; what stands in
	// front of it does.
	maxBody = 64 << 20
	// maxBodies is the memory, in bytes, that bodies over connections may take at one time, those up to smallBody not
	// counted.
	maxBodies = 256 << 20
	smallBody = 64 << 10
	firstRead = 4 << 10
	// maxServing is how long the real service works on a request, waiting for its body included.
	maxServing = 29500 * time.Millisecond
	// maxDraining is how long a caller that was answered already may go on to send.
	maxDraining = 5 * time.Second
)

// ServeHTTP answers one request as the real service would. Who has no right to send is answered before the body of
// the request is read. A body that takes longer than 29.5 seconds is answered 504, as by the real service, one of
// more than 64 MiB 413, and 503 one for which there is no room while others are being read.
//
// A server of package net/http refuses some requests by itself, which the real service would answer; [Serve] helps
// with those.
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
	x.answer.setHeaders(w.Header(), x.header)
	if x.answer.bare {
		w.Header()["Date"] = nil
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
		_, _ = w.Write(x.answer.body) // a caller that no longer listens needs no answer
	}
	if !finished {
		up.abandon(r)
	}
}

// breakOff breaks the connection of the request being served, of any version of HTTP. It does not return.
func breakOff() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's own way, which it does not log
}

// upload is the body of a request while it comes over a connection.
type upload struct {
	from    io.Reader
	length  int64 // as the caller said, or -1
	control *http.ResponseController
	held    *atomic.Int64 // by all uploads
	mine    int64         // of that, by this one
	begun   bool
	whole   bool // all of it was read
	broken  bool // no more of it can be
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
				size = min(size, most+1) // one more shows that nothing follows
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

// hold counts the memory of a body against what all may take, and reports whether there is room.
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

// past is no time at all, for within: only what has arrived is read.
const past = -time.Second

// within limits the time for reading; 0 lifts the limit. Where there is no connection there is nothing to limit.
func (u *upload) within(d time.Duration) {
	var at time.Time
	if d != 0 {
		at = time.Now().Add(d)
	}
	_ = u.control.SetReadDeadline(at)
}

// unhurry lifts the limits on the time for reading and for the answer, when that is to take long.
func (u *upload) unhurry() {
	u.within(0)
	_ = u.control.SetWriteDeadline(time.Time{})
}

// finished reports whether nothing is left of the body, so that the connection can be used further. It does not wait:
// most bodies that nobody wants are small, and came together with their headers.
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

// abandon lets the caller of a request that is answered finish sending, for many callers do not listen before, and
// then reads no more. Nothing is kept.
func (u *upload) abandon(r *http.Request) {
	if !u.broken && !expectsContinue(r) && u.control.Flush() == nil {
		u.within(maxDraining)
		_, _ = io.CopyN(io.Discard, u.from, maxBody)
	}
	u.within(past) // or the server waits for the rest
}

// expectsContinue tells of a caller that sends its body only when asked to, which reading it does.
func expectsContinue(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Expect"), "100-continue")
}
