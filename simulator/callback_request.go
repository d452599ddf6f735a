package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// callbackTimeout is how long Notify waits for the connection, and then for each part of the response.
	callbackTimeout = 5 * time.Second
	// maxRedirects is where python-requests gives up.
	maxRedirects = 30
	// maxCallbackResponse is how much of a response is read, in bytes. Nobody looks at it.
	maxCallbackResponse = 1 << 20
)

var (
	errCallbackTimeout  = errors.New("no response within 5 seconds")
	errTooManyRedirects = errors.New("more than 30 redirects")
	errRedirectedAway   = errors.New("redirected to something other than HTTP")
)

// reply is what came of a request.
type reply struct {
	status   int    // 0: none
	problem  string // why there is none
	panicked string
}

// send posts the callback once, and follows redirects as python-requests does. The handler or the transport may hang,
// panic or end its goroutine: the attempt then has failed.
func (p *post) send() reply {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	timer := time.AfterFunc(callbackTimeout, func() { cancel(errCallbackTimeout) })
	defer timer.Stop()
	progress := func() { timer.Reset(callbackTimeout) }
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { progress() },
	})

	transport := p.to.Transport
	switch {
	case p.to.Handler != nil:
		transport = inProcess{p.to.Handler}
	case transport == nil:
		own := &http.Transport{Protocols: new(http.Protocols)}
		own.Protocols.SetHTTP1(true)
		defer own.CloseIdleConnections()
		transport = own
	}
	over := make(chan reply, 1)
	go func() {
		got := reply{problem: "the handler ended its goroutine, as t.FailNow does"}
		defer func() {
			if v := recover(); v != nil {
				got = noReply(&handlerPanic{fmt.Sprint(v)})
			}
			over <- got
		}()
		got = p.exchange(ctx, transport, progress)
	}()
	select {
	case got := <-over:
		return got
	case <-ctx.Done():
		return noReply(context.Cause(ctx))
	}
}

// noReply is the reply of a request without a response.
func noReply(err error) reply {
	got := reply{problem: err.Error()}
	var p *handlerPanic
	if errors.As(err, &p) {
		got.panicked = p.value
	}
	return got
}

// exchange makes the request, and those it is redirected to.
func (p *post) exchange(ctx context.Context, transport http.RoundTripper, progress func()) reply {
	r, err := p.request(ctx)
	for range maxRedirects + 1 {
		var resp *http.Response
		if err == nil {
			resp, err = transport.RoundTrip(r)
		}
		if err == nil {
			progress()
			_, err = io.Copy(io.Discard, io.LimitReader(progressing{resp.Body, progress}, maxCallbackResponse))
			_ = resp.Body.Close()
		}
		switch {
		case err != nil:
			return noReply(cmp.Or(context.Cause(ctx), err)) // the cause says why the request was given up
		case !isRedirect(resp):
			got := reply{status: resp.StatusCode}
			if late, ok := resp.Body.(panicked); ok {
				got.panicked = late.value
			}
			return got
		}
		r, err = redirected(r, resp)
	}
	return noReply(errTooManyRedirects)
}

// progressing is a body of which each part may take its time.
type progressing struct {
	body     io.Reader
	progress func()
}

func (b progressing) Read(into []byte) (int, error) {
	n, err := b.body.Read(into)
	b.progress()
	return n, err
}

// request is the request as Notify's worker makes it, with python-requests.
func (p *post) request(ctx context.Context) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, cmp.Or(p.to.URL, callbackURL), strings.NewReader(p.body))
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{
		"User-Agent":      {"python-requests/2.34.2"},
		"Accept-Encoding": {"gzip, deflate"},
		"Accept":          {"*/*"},
		"Connection":      {"keep-alive"},
		"Content-Type":    {"application/json"},
		"Authorization":   {"Bearer " + p.token},
		"Content-Length":  {strconv.Itoa(len(p.body))},
	}
	return r, nil
}

// isRedirect reports whether python-requests follows the response somewhere else.
func isRedirect(resp *http.Response) bool {
	switch resp.StatusCode {
	case 301, 302, 303, 307, 308:
		return resp.Header.Get("Location") != ""
	}
	return false
}

// redirected is the request that follows on a redirect. As with python-requests, it is a GET after 301, 302 and 303,
// and has its Authorization on the same host and port only; net/http's client also shows that to subdomains.
func redirected(r *http.Request, resp *http.Response) (*http.Request, error) {
	to, err := r.URL.Parse(resp.Header.Get("Location"))
	switch {
	case err != nil:
		return nil, err
	case to.Host == "" || to.Scheme != "https" && to.Scheme != "http":
		return nil, errRedirectedAway
	}
	next := r.Clone(r.Context())
	next.URL, next.Host = to, ""
	if !keepsAuthorization(r.URL, to) {
		next.Header.Del("Authorization")
	}
	if resp.StatusCode < 307 {
		next.Method, next.Body, next.GetBody, next.ContentLength = http.MethodGet, nil, nil, 0
		next.Header.Del("Content-Length")
		next.Header.Del("Content-Type")
	}
	if next.GetBody != nil {
		next.Body, err = next.GetBody()
	}
	return next, err
}

// keepsAuthorization reports whether python-requests shows its Authorization to where a redirect leads. The step from
// http to https on the usual ports is harmless.
func keepsAuthorization(from, to *url.URL) bool {
	usual := usualPort(from) && usualPort(to)
	switch {
	case !strings.EqualFold(from.Hostname(), to.Hostname()):
		return false
	case from.Scheme == "http" && to.Scheme == "https" && usual:
		return true
	}
	return from.Scheme == to.Scheme && (from.Port() == to.Port() || usual)
}

func usualPort(u *url.URL) bool {
	switch u.Port() {
	case "":
		return true
	case "80":
		return u.Scheme == "http"
	case "443":
		return u.Scheme == "https"
	}
	return false
}
