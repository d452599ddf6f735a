package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
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

// read takes the whole answer. Its error means that the answer was lost on the way.
func (x *call) read(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode < http.StatusOK {
		// What follows is no body: after 101 net/http hands out the connection itself, which no context ends.
		x.refused(resp, nil, "")
		return nil
	}
	if !x.client.standard {
		// net/http ends a body with the request's context. Others need not, and are made to.
		defer context.AfterFunc(x.ending(), func() { _ = resp.Body.Close() })()
	}
	if resp.StatusCode > 299 {
		// The status is the news; a body that breaks off only shortens it.
		body, _ := x.readAll(io.LimitReader(resp.Body, mostOfRefusal), -1, mostOfRefusal)
		x.refused(resp, body, "")
		return nil
	}
	body, err := x.readAll(resp.Body, resp.ContentLength, x.op.most)
	switch {
	case int64(len(body)) > x.op.most:
		x.refused(resp, body[:min(len(body), mostOfRefusal)], "an end within "+strconv.FormatInt(x.op.most, 10)+" bytes")
		return nil
	case err != nil:
		return err
	}
	if missing := x.accept(resp.StatusCode, body); missing != "" {
		x.refused(resp, body[:min(len(body), mostOfRefusal)], missing)
		return nil
	}
	x.done, x.outcome = true, nil
	return nil
}

// refused notes an answer that is not the one asked for; missing is what a 2xx lacks.
func (x *call) refused(resp *http.Response, body []byte, missing string) {
	x.last = x.newError(resp, body)
	x.last.Missing = missing
	private := x.private()
	x.last.withheld = private.in(x.last.class())
	x.last.text = x.last.describe(private)
	x.outcome = x.last
}

// accept decodes the body of a 2xx answer and says what it lacks to be the one asked for.
func (x *call) accept(status int, body []byte) (missing string) {
	if status == http.StatusPartialContent {
		return "the rest of it" // nobody asked for a part
	}
	if raw, ok := x.out.(*[]byte); ok {
		*raw = body
	} else if json.Unmarshal(body, x.out) != nil {
		return "JSON of the form that was expected" // the decoder's error quotes the answer
	}
	return x.lacks()
}

// ending is the context that ends when the attempt has to.
func (x *call) ending() context.Context {
	if x.limit != nil {
		return x.limit
	}
	return x
}

// readAll is io.ReadAll with a limit, and with one allocation if the length is announced truthfully. Of what is longer
// it returns one byte more than the limit.
func (x *call) readAll(r io.Reader, announced, most int64) ([]byte, error) {
	var buf bytes.Buffer
	if announced > 0 && announced <= mostOfRefusal {
		buf.Grow(int(announced) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	x.reader = io.LimitedReader{R: r, N: most + 1}
	_, err := buf.ReadFrom(&x.reader)
	return buf.Bytes(), err
}

// What makes an answer the one that was asked for. Each of these returns what is missing, or nothing.

func lacksID(id string) string {
	if !isUUID(id) {
		return "an id"
	}
	return ""
}

// lacksSent wants the reference of the message back: a peer that answers twice, or a proxy that mixes up its
// connections, would otherwise report one message as another.
func lacksSent(id, reference, want string) string {
	if reference != asSent(want) {
		return "the reference that was sent"
	}
	return lacksID(id)
}

func lacksAskedID(id, want string) string {
	if !strings.EqualFold(id, want) {
		return "the id that was asked for"
	}
	return ""
}

// lacksList wants a list, which may be empty, of things with an id: the next page is asked for by it.
func lacksList[T any](list []*T, of string, id func(*T) string) string {
	if list == nil {
		return "a list of " + of
	}
	for _, item := range list {
		if item == nil || !isUUID(id(item)) {
			return "an id for each of the " + of
		}
	}
	return ""
}

// lacksPDF allows for some bytes before the header, as readers of PDF do ("PDF Reference, version 1.7", implementation
// note 13).
func lacksPDF(body []byte) string {
	if !bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF")) {
		return "a PDF"
	}
	return ""
}
