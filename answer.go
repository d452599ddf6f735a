package notify

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
)

// The most that is read of an answer, in bytes, by what it holds. The real service writes a character beyond ASCII as
// six bytes or twelve, and an email may hold 2,000,000 bytes, three times over if its values were disarmed.
const (
	mostOfRefusal = 1 << 20   // an answer that reports an error: more is cut off
	mostOfText    = 256 << 10 // a text message, or less
	mostOfMessage = 32 << 20  // an email or letter with what it says
	mostOfPDF     = 64 << 20
	mostOfList    = 128 << 20 // a page of 250 messages, or all templates
)

// An answer is what the body of a 2xx is read into.
type answer interface {
	// accept takes the body and says what it lacks to be the answer that was asked for, or nothing.
	accept(resp *http.Response, body []byte) (missing string)
}

// read takes the whole answer. Its error means that the answer was lost on the way.
func (x *call) read(resp *http.Response) error {
	if resp.StatusCode < http.StatusOK {
		// What follows is no body: after 101 net/http hands out the connection itself, which no context ends.
		defer resp.Body.Close()
		x.refused(resp, nil, "")
		return nil
	}
	if resp.StatusCode > 299 {
		// The status is the news; a body that breaks off only shortens it.
		body, _ := x.take(resp, mostOfRefusal)
		x.refused(resp, body, "")
		return nil
	}
	body, err := x.take(resp, x.most)
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
		x.refused(resp, body, missing)
		return nil
	}
	x.outcome = nil
	return nil
}

// take reads the body, of a longer one a byte more than the limit, and closes it. The body is gone afterwards, also for
// the engine, which would read on in what is left of it.
func (x *call) take(resp *http.Response, most int64) ([]byte, error) {
	from := resp.Body
	resp.Body = http.NoBody
	if resp.ProtoMajor < 2 {
		if !x.client.standard {
			// net/http ends a body with the request's context. Others need not, and are made to.
			defer context.AfterFunc(x.limit, func() { _ = from.Close() })()
		}
		defer from.Close()
		x.reader = io.LimitedReader{R: from, N: most + 1}
		body, _, err := readAll(&x.reader, resp.ContentLength)
		return body, err
	}
	// A body of HTTP/2 may wait for a lock that a write holds which does not get on, and so may closing it.
	type result struct {
		body []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		body, ended, err := readAll(&io.LimitedReader{R: from, N: most + 1}, resp.ContentLength)
		if ended {
			_ = from.Close()
		}
		read <- result{body, err}
		if !ended {
			_ = from.Close()
		}
	}()
	ctx := x.limit
	select {
	case r := <-read:
		return r.body, r.err
	case <-ctx.Done():
		go func() { _ = from.Close() }()
		return nil, context.Cause(ctx)
	}
}

// refused notes an answer that is not the one asked for; missing is what a 2xx lacks.
func (x *call) refused(resp *http.Response, body []byte, missing string) {
	if len(body) > mostOfRefusal || cap(body) > 2*len(body) {
		body = bytes.Clone(body[:min(len(body), mostOfRefusal)]) // an error may be kept, and with it what it was cut from
	}
	x.last = x.newError(resp, body)
	x.last.Missing = missing
	private := x.private()
	x.last.withheld = !knownClasses[x.last.class()] && private.in(x.last.class())
	x.last.text = x.last.describe(private)
	x.outcome = x.last
}

// readAll is io.ReadAll with a limit, and with one allocation if the length is announced truthfully. It tells whether
// it came to the end before the limit.
func readAll(r *io.LimitedReader, announced int64) (body []byte, ended bool, err error) {
	var buf bytes.Buffer
	if announced > 0 && announced <= mostOfRefusal {
		buf.Grow(int(announced) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	_, err = buf.ReadFrom(r)
	return buf.Bytes(), err == nil && r.N > 0, err
}
