package simulator_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// transport is a function that makes requests.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func panicking(v any) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { panic(v) } //nolint:forbidigo // a broken handler
}

func sleeping(d time.Duration) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) { time.Sleep(d) }
}

func goexit(http.ResponseWriter, *http.Request) { runtime.Goexit() }

func respond(status int, location string) (*http.Response, error) {
	header := http.Header{}
	if location != "" {
		header.Set("Location", location)
	}
	return &http.Response{StatusCode: status, Header: header, Body: http.NoBody}, nil
}

// tryOnce posts a received text once, and returns what came of it.
func tryOnce(t *testing.T, c simulator.Callback) simulator.CallbackAttempt {
	t.Helper()
	w := setup(t, simulator.ServiceConfig{ReceivedTextNumber: "07700900880"})
	c.BearerToken = callbackToken
	require.NoError(t, w.svc.SetCallback(simulator.CallbackKindReceivedText, c))
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(t, err)
	w.sim.Advance(0)
	require.Len(t, w.svc.Callbacks(), 1)
	require.NoError(t, w.svc.SetCallback(simulator.CallbackKindReceivedText, simulator.Callback{}))
	return w.svc.Callbacks()[0]
}

// TestCallbackResults: what counts as a success, what is tried again, and what is lost.
func TestCallbackResults(t *testing.T) {
	t.Parallel()
	status := func(s int) http.HandlerFunc { return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(s) } }
	const delivered, retrying, refused = simulator.CallbackResultDelivered, simulator.CallbackResultRetrying,
		simulator.CallbackResultRefused
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		status  int
		result  simulator.CallbackResult
		problem string
		panic   string
	}{
		"nothing written": {func(http.ResponseWriter, *http.Request) {}, 200, delivered, "", ""},
		"204":             {status(204), 204, delivered, "", ""},
		"302 to nowhere":  {status(302), 302, delivered, "", ""},
		"399":             {status(399), 399, delivered, "", ""},
		"400":             {status(400), 400, refused, "", ""},
		"401":             {status(401), 401, refused, "", ""},
		"404":             {status(404), 404, refused, "", ""},
		"428":             {status(428), 428, refused, "", ""},
		"429":             {status(429), 429, retrying, "", ""},
		"430":             {status(430), 430, refused, "", ""},
		"499":             {status(499), 499, refused, "", ""},
		"500":             {status(500), 500, retrying, "", ""},
		"599":             {status(599), 599, retrying, "", ""},
		"impossible":      {status(0), 0, retrying, "the handler wrote the status 0", ""},
		"not final": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(102)
			w.WriteHeader(403)
		}, 403, refused, "", ""},
		"written first": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(nil)
			w.WriteHeader(403)
		}, 200, delivered, "", ""},
		"panic":            {panicking("oh"), 0, retrying, "the handler panicked: oh", "oh"},
		"broken off":       {panicking(http.ErrAbortHandler), 0, retrying, "the handler broke the connection", ""},
		"end of goroutine": {goexit, 0, retrying, "the handler ended its goroutine, as t.FailNow does", ""},
		"panic too late": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "0")
			w.WriteHeader(403)
			_ = http.NewResponseController(w).Flush()
			panicking("oh")(w, r)
		}, 403, refused, "", "oh"},
		"slow":     {sleeping(5*time.Second - 1), 200, delivered, "", ""},
		"too slow": {sleeping(5*time.Second + 1), 0, retrying, "no response within 5 seconds", ""},
		"waits for the end": {func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, 0, retrying, "no response within 5 seconds", ""},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Redirect(w, r, "/login", http.StatusFound)
			}
		}, 200, delivered, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := tryOnce(t, simulator.Callback{Handler: c.handler})
				require.Equal(t, c.result, a.Result)
				require.Equal(t, c.status, a.Status)
				require.Equal(t, c.problem, a.Error)
				require.Equal(t, c.panic, a.Panic)
				require.Equal(t, c.result == retrying, !a.RetryAt.IsZero())
				time.Sleep(time.Second) // the handler that was too slow ends
			})
		})
	}
}

// TestCallbackRequest: what a handler sees is what a server sees, and both are what python-requests sends.
func TestCallbackRequest(t *testing.T) {
	t.Parallel()
	seen := map[string]*http.Request{}
	for _, way := range []string{"handler", "server"} {
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || int64(len(body)) != r.ContentLength {
				runtime.Goexit() // the test fails over it
			}
			r.Header.Set("Body", string(body[44:])) // what follows the id
			seen[way] = r
		})
		c := simulator.Callback{Handler: h}
		if way == "server" {
			server := httptest.NewServer(h)
			t.Cleanup(server.Close)
			c = simulator.Callback{URL: server.URL + "/receipts?a=b"}
		} else {
			c.URL = "http://127.0.0.1/receipts?a=b"
		}
		require.Empty(t, tryOnce(t, c).Error)
	}
	require.Equal(t, seen["server"].Header, seen["handler"].Header)
	require.Equal(t, http.Header{
		"User-Agent": {"python-requests/2.34.2"}, "Accept-Encoding": {"gzip, deflate"}, "Accept": {"*/*"},
		"Connection": {"keep-alive"}, "Content-Type": {"application/json"}, "Authorization": {"Bearer " + callbackToken},
		"Content-Length": {seen["handler"].Header.Get("Content-Length")}, "Body": seen["handler"].Header["Body"],
	}, seen["handler"].Header)
	for _, r := range seen {
		require.Equal(t, "/receipts?a=b", r.RequestURI)
		require.Equal(t, "/receipts", r.URL.Path)
		require.Empty(t, r.URL.Host)
		require.True(t, strings.HasPrefix(r.Host, "127.0.0.1"), r.Host)
		require.Equal(t, "HTTP/1.1", r.Proto)
	}
}

// TestCallbackRedirects: redirects are followed as python-requests follows them.
func TestCallbackRedirects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from     string
		status   int
		location string
		want     string // method, URL and whether it has a body and a token
	}{
		"301":             {"https://a.test/x", 301, "/y", "GET https://a.test/y token"},
		"302":             {"https://a.test/x", 302, "y?z=1", "GET https://a.test/y?z=1 token"},
		"303":             {"https://a.test/x", 303, "https://a.test/y", "GET https://a.test/y token"},
		"307":             {"https://a.test/x", 307, "/y", "POST https://a.test/y body token"},
		"308":             {"https://a.test/x", 308, "//a.test/y", "POST https://a.test/y body token"},
		"another host":    {"https://a.test/x", 307, "https://b.test/", "POST https://b.test/ body"},
		"a subdomain":     {"https://a.test/x", 307, "https://b.a.test/", "POST https://b.a.test/ body"},
		"to https":        {"http://a.test/x", 307, "https://A.test/", "POST https://A.test/ body token"},
		"to https, ports": {"http://a.test:80/x", 307, "https://a.test:443/", "POST https://a.test:443/ body token"},
		"to http":         {"https://a.test/x", 307, "http://a.test/", "POST http://a.test/ body"},
		"usual port":      {"https://a.test/x", 307, "https://a.test:443/", "POST https://a.test:443/ body token"},
		"another port":    {"https://a.test/x", 307, "https://a.test:8443/", "POST https://a.test:8443/ body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen string
			a := tryOnce(t, simulator.Callback{URL: c.from, Transport: transport(func(r *http.Request) (*http.Response, error) {
				if r.URL.String() == c.from {
					return respond(c.status, c.location)
				}
				seen = r.Method + " " + r.URL.String()
				if r.Body != nil {
					seen += " body"
				}
				if r.Header.Get("Authorization") != "" {
					seen += " token"
				}
				if has := r.Body != nil; has != (r.Header.Get("Content-Type") != "") {
					seen += " the wrong headers"
				}
				return respond(403, "")
			})})
			require.Equal(t, c.want, seen)
			require.Equal(t, 403, a.Status, a.Error)
		})
	}
}

// TestCallbackWithoutResponse: whatever a transport does, it is an attempt that failed.
func TestCallbackWithoutResponse(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]transport{
		"no route": func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") },
		"no response within 5 seconds": func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Minute)
			return respond(200, "")
		},
		"the handler panicked: oh": func(*http.Request) (*http.Response, error) {
			panicking("oh")(nil, nil)
			return nil, nil
		},
		"runtime error": func(*http.Request) (*http.Response, error) { return nil, nil },
		"no response within 5 seconds.": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(hangingReader{})}, nil
		},
		"more than 30 redirects": func(*http.Request) (*http.Response, error) { return respond(302, "/") },
		"redirected to something other than HTTP": func(*http.Request) (*http.Response, error) {
			return respond(302, "mailto:jo@example.gov.uk")
		},
		"unexpected EOF": func(*http.Request) (*http.Response, error) {
			body := io.NopCloser(io.MultiReader(strings.NewReader("half"), brokenReader{}))
			return &http.Response{StatusCode: 200, Body: body}, nil
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := tryOnce(t, simulator.Callback{URL: "https://a.test", Transport: f})
				require.Contains(t, a.Error, strings.TrimSuffix(want, "."))
				require.Zero(t, a.Status)
				require.Equal(t, simulator.CallbackResultRetrying, a.Result)
				time.Sleep(time.Minute) // the transport that was too slow ends
			})
		})
	}
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	require.Contains(t, tryOnce(t, simulator.Callback{URL: server.URL}).Error, "refused")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestSlowButSteady: each part of a response has 5 seconds of its own.
func TestSlowButSteady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		a := tryOnce(t, simulator.Callback{URL: "https://a.test", Transport: transport(
			func(*http.Request) (*http.Response, error) {
				time.Sleep(4 * time.Second)
				return &http.Response{StatusCode: 204, Body: io.NopCloser(&slowReader{3})}, nil
			},
		)})
		require.Equal(t, 204, a.Status, a.Error)
		require.Equal(t, 16*time.Second, time.Since(begun))
	})
}

type hangingReader struct{}

func (hangingReader) Read([]byte) (int, error) {
	time.Sleep(time.Minute)
	return 0, io.EOF
}

type slowReader struct{ parts int }

func (r *slowReader) Read(into []byte) (int, error) {
	if r.parts == 0 {
		return 0, io.EOF
	}
	time.Sleep(4 * time.Second)
	r.parts--
	return 1, nil
}

// TestAdvanceWhileHandlerSleeps: who waits for a handler in a bubble does not keep the bubble's time from moving.
func TestAdvanceWhileHandlerSleeps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, simulator.ServiceConfig{})
		require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			time.Sleep(3 * time.Second)
		}), callbackToken))
		w.sendEmail(t, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk")
		time.Sleep(time.Second) // the handler sleeps
		w.sim.Advance(0)
		require.Equal(t, []string{"1 delivered"}, w.results())
	})
}
