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
			if resp, err = w.response(r); err == nil {
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
	status  int
	written int
	flushed bool
}

func (w *answerWriter) Header() http.Header { return w.header }

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && (status < 100 || status >= 200) { // those between are not final
		w.status = status
		w.header = w.header.Clone()
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

// guarded is a transport that may hang, panic or end its goroutine. The worst that comes of it is an error.
type guarded struct{ next http.RoundTripper }

var errGoexit = errors.New("the handler ended its goroutine, as t.FailNow does")

func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	type outcome struct {
		resp *http.Response
		err  error
	}
	over := make(chan outcome, 1)
	go func() {
		o := outcome{err: errGoexit}
		defer func() {
			if v := recover(); v != nil {
				o = outcome{err: &handlerPanic{fmt.Sprint(v)}}
			}
			over <- o
		}()
		o.resp, o.err = g.next.RoundTrip(r) //nolint:bodyclose // whoever asked for it closes it
	}()
	select {
	case o := <-over:
		return o.resp, o.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
