package notify_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// serveFrames serves by HTTP/2, and can do what net/http's server doesn't.
func serveFrames(t *testing.T, b *badWire) (*http.Transport, func()) {
	t.Helper()
	return b.serveByFrames(b.playFrames)
}

// serveByFrames leaves what is done with each request to a function.
func (b *badWire) serveByFrames(play func(*framedConn, uint32, *http.Request)) (*http.Transport, func()) {
	var running sync.WaitGroup
	done := make(chan struct{})
	running.Go(func() {
		var conns []net.Conn
		for {
			select {
			case conn := <-b.conns:
				f := &framedConn{conn: conn, play: play, toWrite: make(chan []byte, 1000), ended: make(chan struct{})}
				f.framer = http2.NewFramer(&f.written, conn)
				running.Go(func() { f.serve(); close(f.ended); f.requests.Wait() })
				running.Go(f.writeAll)
				conns = append(conns, conn)
			case <-done:
				for _, conn := range conns {
					_ = conn.Close()
				}
				return
			}
		}
	})
	protocols := &http.Protocols{}
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{DialContext: b.dial, Protocols: protocols}
	return transport, func() { close(done); running.Wait() }
}

// A framedConn is the server's end of one connection.
type framedConn struct {
	conn     net.Conn
	play     func(f *framedConn, stream uint32, req *http.Request)
	requests sync.WaitGroup

	mu      sync.Mutex // for writing
	framer  *http2.Framer
	written bytes.Buffer
	toWrite chan []byte // nil ends the connection
	ended   chan struct{}
}

// writeAll writes aside, because a connection in memory has no buffer, and the client may be writing too.
func (f *framedConn) writeAll() {
	for {
		select {
		case frames := <-f.toWrite:
			if frames == nil {
				_ = f.conn.Close()
			} else {
				_, _ = f.conn.Write(frames) // the client may have gone
			}
		case <-f.ended:
			return
		}
	}
}

// serve reads requests until the connection ends.
func (f *framedConn) serve() {
	defer f.conn.Close()
	if _, err := io.ReadFull(f.conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f.write(func(w *http2.Framer) { _ = w.WriteSettings() })
	f.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	requests, bodies := map[uint32]*http.Request{}, map[uint32]*bytes.Buffer{}
	for {
		frame, err := f.framer.ReadFrame()
		if err != nil {
			return
		}
		id := frame.Header().StreamID
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				f.write(func(w *http2.Framer) { _ = w.WriteSettingsAck() })
			}
		case *http2.PingFrame:
			data := frame.Data
			f.write(func(w *http2.Framer) { _ = w.WritePing(true, data) })
		case *http2.MetaHeadersFrame:
			requests[id], bodies[id] = requestOf(frame), &bytes.Buffer{}
		case *http2.DataFrame:
			if length := frame.Length; length > 0 {
				bodies[id].Write(frame.Data())
				f.write(func(w *http2.Framer) { _ = w.WriteWindowUpdate(0, length) })
			}
		default:
			continue
		}
		if req := requests[id]; req != nil && frame.Header().Flags.Has(http2.FlagDataEndStream) {
			req.ContentLength = int64(bodies[id].Len())
			req.Body = io.NopCloser(bodies[id])
			delete(requests, id)
			f.requests.Go(func() { f.play(f, id, req) })
		}
	}
}

func (f *framedConn) write(frames func(*http2.Framer)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	frames(f.framer)
	f.queue(bytes.Clone(f.written.Bytes()))
	f.written.Reset()
}

// queue has something written after what waits already.
func (f *framedConn) queue(frames []byte) {
	select {
	case f.toWrite <- frames:
	case <-f.ended:
	}
}

// close ends the connection.
func (f *framedConn) close() { f.queue(nil) }

func requestOf(frame *http2.MetaHeadersFrame) *http.Request {
	req := httptest.NewRequestWithContext(context.Background(), frame.PseudoValue("method"),
		"http://notify.test"+frame.PseudoValue("path"), nil)
	for _, field := range frame.RegularFields() {
		req.Header.Add(field.Name, field.Value)
	}
	return req
}

// answer sends an answer, or so many bytes of its body.
func (f *framedConn) answer(id uint32, rec *httptest.ResponseRecorder, most int) {
	body := rec.Body.Bytes()
	var block bytes.Buffer
	fields := hpack.NewEncoder(&block)
	fields.SetMaxDynamicTableSizeLimit(0) // so that the blocks of all streams stand alone
	_ = fields.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(rec.Code)})
	_ = fields.WriteField(hpack.HeaderField{Name: "content-length", Value: strconv.Itoa(len(body))})
	_ = fields.WriteField(hpack.HeaderField{Name: "date", Value: time.Now().UTC().Format(http.TimeFormat)})
	for name, values := range rec.Header() {
		if name != "Date" && name != "Content-Length" {
			_ = fields.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: values[0]})
		}
	}
	f.write(func(w *http2.Framer) {
		_ = w.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes(), EndHeaders: true})
		if len(body) > most {
			_ = w.WriteData(id, false, body[:most])
			return
		}
		for ; len(body) > 16<<10; body = body[16<<10:] {
			_ = w.WriteData(id, false, body[:16<<10])
		}
		_ = w.WriteData(id, true, body)
	})
}

// reset ends one stream.
func (f *framedConn) reset(id uint32, code http2.ErrCode) {
	f.write(func(w *http2.Framer) { _ = w.WriteRSTStream(id, code) })
}

// goAway says which streams the server still has answers for.
func (f *framedConn) goAway(last uint32, code http2.ErrCode) {
	f.write(func(w *http2.Framer) { _ = w.WriteGoAway(last, code, nil) })
}

const wholeBody = 1 << 30

// playFrames answers a request, or does what it may meet with on the way.
func (b *badWire) playFrames(f *framedConn, id uint32, req *http.Request) {
	if !b.spoils() {
		f.answer(id, b.take(req), wholeBody)
		return
	}
	codes := []http2.ErrCode{http2.ErrCodeCancel, http2.ErrCodeInternal, http2.ErrCodeProtocol, http2.ErrCodeNo}
	code := codes[rand.IntN(len(codes))]
	switch rand.IntN(12) {
	case 0: // refused, which promises that nothing was done
		f.reset(id, http2.ErrCodeRefusedStream)
	case 1: // the request is lost
		f.reset(id, code)
	case 2, 3: // the answer is
		b.take(req)
		f.reset(id, code)
	case 4: // the answer breaks off
		f.answer(id, b.take(req), 20)
		f.reset(id, code)
	case 5: // a graceful end, with an answer to this one and those before
		f.goAway(id, http2.ErrCodeNo)
		f.answer(id, b.take(req), wholeBody)
	case 6: // a graceful end, which promises that nothing was done with this one
		f.goAway(id-2, http2.ErrCodeNo)
	case 7: // an abrupt end, after it was taken
		b.take(req)
		f.goAway(1<<31-1, http2.ErrCodeInternal)
		f.close()
	case 8: // the connection is lost, with all that is under way
		if rand.IntN(2) == 0 {
			b.take(req)
		}
		f.close()
	case 9: // the service takes it long after the client has given up
		b.takeLate(req)
	case 10: // the answer comes too late
		rec := b.take(req)
		time.Sleep(6 * time.Second)
		f.answer(id, rec, wholeBody)
	default:
		f.answer(id, b.somePage(req), wholeBody)
	}
}
