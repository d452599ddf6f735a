package simulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// inProcess makes requests to a handler, as a server of net/http would.
type inProcess struct{ handler http.Handler }

// handlerPanic is the value that a handler panicked with.
type handlerPanic struct{ value string }

func (p *handlerPanic) Error() string { return "the handler panicked: " + p.value }

var errHandlerAborted = errors.New("the handler broke the connection")

func (t inProcess) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	in := r.Clone(r.Context())
	in.Proto, in.ProtoMajor, in.ProtoMinor = "HTTP/1.1", 1, 1
	in.RequestURI, in.RemoteAddr, in.GetBody = r.URL.RequestURI(), "192.0.2.1:1234", nil
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	in.URL.Scheme, in.URL.Host, in.URL.User = "", "", nil
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := &answerWriter{header: http.Header{}}
	defer func() {
		switch v := recover(); {
		case v == nil:
		case v == any(http.ErrAbortHandler):
			resp, err = nil, errHandlerAborted
		case w.arrived():
			if resp, err = w.response(r); err == nil { //nolint:bodyclose // it has no body, and is read by the caller
				resp.Body = panicked{http.NoBody, fmt.Sprint(v)}
			}
		default:
			resp, err = nil, &handlerPanic{fmt.Sprint(v)}
		}
	}()
	t.handler.ServeHTTP(w, in)
	return w.response(r)
}

// panicked is the empty body of a response that had arrived when its handler panicked.
type panicked struct {
	io.ReadCloser
	value string
}

// answerWriter takes a handler's response. Its body is dropped, because nobody looks at it.
type answerWriter struct {
	header  http.Header
	begun   bool // the status is written
	status  int
	written int // bytes of the body
	flushed bool
}

func (w *answerWriter) Header() http.Header { return w.header }

func (w *answerWriter) WriteHeader(status int) {
	if !w.begun && (status < 100 || status >= 200) { // those between are not final
		w.begun, w.status, w.header = true, status, w.header.Clone()
	}
}

func (w *answerWriter) Write(b []byte) (int, error) {
	w.WriteHeader(200)
	w.written += len(b)
	return len(b), nil
}

// Flush is for handlers that want to be sure that their response goes out.
func (w *answerWriter) Flush() {
	w.WriteHeader(200)
	w.flushed = true
}

// arrived reports whether the whole response has gone out before the handler returns.
func (w *answerWriter) arrived() bool {
	return w.flushed && w.header.Get("Content-Length") == strconv.Itoa(w.written)
}

func (w *answerWriter) response(r *http.Request) (*http.Response, error) {
	w.WriteHeader(200) // if nothing was written
	if w.status < 100 || w.status > 999 {
		return nil, errors.New("the handler wrote the status " + strconv.Itoa(w.status))
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: http.NoBody, Request: r}, nil
}
