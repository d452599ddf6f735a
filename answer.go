package notify

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
)

// The most that is read of an answer, in bytes. The real service writes a character beyond ASCII as six bytes or
// twelve, and an email may hold 2,000,000 bytes, three times over if its values were disarmed.
const (
	mostOfError   = 1 << 20   // an answer that reports an error: more is cut off
	mostOfShort   = 256 << 10 // a text message, or less
	mostOfMessage = 32 << 20  // an email or letter with what it says
	mostOfPDF     = 64 << 20
	mostOfList    = 128 << 20 // a page of 250 messages, or all templates
)

// An answer is what the body of a 2xx is read into.
type answer interface {
	// accept takes the body and says what it lacks to be the answer that was asked for, or nothing.
	accept(resp *http.Response, body []byte) (missing string)
}

// read reads the whole answer, and notes what it says. Its error means that the answer was lost on the way.
func (x *call) read(resp *http.Response) error {
	if resp.StatusCode < http.StatusOK {
		// What follows is no body: after 101 net/http hands out the connection itself, which no context ends.
		defer resp.Body.Close()
		x.noteError(resp, nil, "")
		return nil
	}
	if resp.StatusCode > 299 {
		// The status is what matters; a body that breaks off only shortens it.
		body, _ := x.readBody(resp, mostOfError)
		x.noteError(resp, body, "")
		return nil
	}
	body, err := x.readBody(resp, x.most)
	if int64(len(body)) <= x.most && err != nil {
		return err
	}
	var missing string
	switch {
	case int64(len(body)) > x.most:
		missing = "an end within " + strconv.FormatInt(x.most, 10) + " bytes"
	case resp.StatusCode == http.StatusPartialContent:
		missing = "the rest of it" // nobody asked for a part
	default:
		missing = x.answer.accept(resp, body)
	}
	if missing != "" {
		x.noteError(resp, body, missing)
		return nil
	}
	x.outcome = nil
	return nil
}

// readBody reads the body, of a longer one a byte more than the most allowed, and closes it. It leaves an empty one in
// its place, because the engine would read on in what is left.
func (x *call) readBody(resp *http.Response, most int64) ([]byte, error) {
	from := resp.Body
	resp.Body = http.NoBody
	if resp.ProtoMajor > 1 {
		return readHTTP2(x.limit, &io.LimitedReader{R: from, N: most + 1}, from, resp.ContentLength)
	}
	if !x.client.standard {
		// net/http ends a body with the request's context. Others need not, and are made to.
		defer context.AfterFunc(x.limit, func() { _ = from.Close() })()
	}
	defer from.Close()
	x.reader = io.LimitedReader{R: from, N: most + 1}
	body, _, err := readAll(&x.reader, resp.ContentLength)
	return body, err
}

// readHTTP2 reads and closes a body of HTTP/2 in a goroutine of its own: both may wait for a lock that is held by a
// write which makes no progress.
func readHTTP2(ctx context.Context, r *io.LimitedReader, c io.Closer, announced int64) ([]byte, error) {
	type result struct {
		body []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		body, ended, err := readAll(r, announced)
		if ended {
			_ = c.Close()
		}
		read <- result{body, err}
		if !ended {
			_ = c.Close()
		}
	}()
	select {
	case r := <-read:
		return r.body, r.err
	case <-ctx.Done():
		go func() { _ = c.Close() }()
		return nil, context.Cause(ctx)
	}
}

// noteError notes an answer that is not the one asked for; missing is what a 2xx lacks.
func (x *call) noteError(resp *http.Response, body []byte, missing string) {
	if len(body) > mostOfError || cap(body) > 2*len(body) {
		body = bytes.Clone(body[:min(len(body), mostOfError)]) // an error may be kept, and would keep what this is part of
	}
	x.last = x.newError(resp, body)
	x.last.Missing = missing
	private := x.privateStrings()
	x.last.withheld = !knownClasses[x.last.class()] && private.in(x.last.class())
	x.last.noTrace = private.in(x.last.TraceID)
	x.last.says = x.last.describe(private)
	x.outcome = x.last
}

// readAll is io.ReadAll with a limit, and with one allocation if the length is announced truthfully. It reports whether
// it came to the end before the limit.
func readAll(r *io.LimitedReader, announced int64) (body []byte, ended bool, err error) {
	var buf bytes.Buffer
	if announced > 0 && announced <= mostOfError {
		buf.Grow(int(announced) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	_, err = buf.ReadFrom(r)
	return buf.Bytes(), err == nil && r.N > 0, err
}
