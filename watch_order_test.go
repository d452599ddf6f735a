package notify_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// What an attempt's Begin returns is what the transport gets, and what it returns for the call is above that.
func TestObserverContexts(t *testing.T) {
	t.Parallel()
	var order []string
	named := func(name string) notify.Observer {
		return notify.Observer{
			Begin: func(ctx context.Context, e notify.Event) context.Context {
				order = append(order, fmt.Sprint("begin ", name, e.Attempt))
				if e.Attempt == 0 && name == "b" {
					return nil // nothing to add
				}
				path, _ := ctx.Value(depthKey{}).(string)
				return context.WithValue(ctx, depthKey{}, path+fmt.Sprint(name, e.Attempt))
			},
			End: func(ctx context.Context, e notify.Event) {
				order = append(order, fmt.Sprint("end ", name, e.Attempt, " in ", ctx.Value(depthKey{})))
				require.NoError(t, ctx.Err(), "time limits are below")
			},
		}
	}
	transport := roundTripper(func(req *http.Request) (*http.Response, error) {
		order = append(order, fmt.Sprint("sent in ", req.Context().Value(depthKey{})))
		return newStub(201, smsAnswer).RoundTrip(req)
	})
	c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: transport}),
		notify.WithObserver(named("a")), notify.WithObserver(named("b")))
	require.NoError(t, err)
	_, err = c.SendSMS(t.Context(), sms())
	require.NoError(t, err)
	require.Equal(t, []string{
		"begin a0", "begin b0", "begin a1", "begin b1",
		"sent in a0a1b1",
		"end b1 in a0a1b1", "end a1 in a0a1", "end b0 in a0", "end a0 in a0",
	}, order)
}

// A call that panics, or ends its goroutine, has an end all the same, and so has its attempt.
func TestObserverOfAPanic(t *testing.T) {
	t.Parallel()
	var seen tree
	transport := roundTripper(func(*http.Request) (*http.Response, error) {
		panic("transport") //nolint:forbidigo // on purpose
	})
	c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: transport}),
		notify.WithObserver(seen.observer()))
	require.NoError(t, err)
	for _, call := range []func(){
		func() { _, _ = c.SendSMS(t.Context(), sms()) },
		func() { _, _ = c.Send(t.Context(), privateSMS(), notify.Once()) },
	} {
		seen.lines = nil
		require.PanicsWithValue(t, "transport", call)
		seen.require(t,
			"SendSMS: begin",
			"  attempt 1: begin",
			"  attempt 1: end unknown Panic",
			"SendSMS: end unknown Panic",
		)
	}
}

// The panic of an observer goes to the caller, and leaves the client as it was.
func TestObserverThatPanics(t *testing.T) {
	t.Parallel()
	calls := 0
	c, _ := scripted(t, []step{{status: 201, body: smsAnswer}, {status: 201, body: smsAnswer}},
		notify.WithObserver(notify.Observer{End: func(context.Context, notify.Event) {
			if calls++; calls == 1 {
				panic("observer") //nolint:forbidigo // on purpose
			}
		}}))
	require.PanicsWithValue(t, "observer", func() { _, _ = c.SendSMS(t.Context(), sms()) })
	require.Equal(t, 2, calls, "the call has ended too")
	_, err := c.SendSMS(t.Context(), sms())
	require.NoError(t, err)
}

func TestObserverWithoutFunctions(t *testing.T) {
	t.Parallel()
	_, err := notify.New(testKey, notify.WithObserver(notify.Observer{}))
	require.ErrorContains(t, err, "no function")
}

func TestObserverOfReads(t *testing.T) {
	t.Parallel()
	var seen tree
	c, _ := scripted(t, []step{{status: 200, body: oneNote}, {status: 503}, {status: 404}},
		notify.WithObserver(seen.observer()), notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
	_, err := c.Notification(t.Context(), notificationID)
	require.NoError(t, err)
	_, err = c.Template(t.Context(), templateID)
	require.ErrorIs(t, err, notify.ErrNotFound)
	seen.require(t,
		"Notification: begin",
		"  attempt 1: begin",
		"  attempt 1: end 200",
		"Notification: end 200",
		"Template: begin",
		"  attempt 1: begin",
		"  attempt 1: end 503 503 again",
		"  attempt 2: begin",
		"  attempt 2: end 404 404",
		"Template: end 404 404",
	)
	require.Equal(t, notificationID, seen.events[1].MessageID)
	require.Equal(t, templateID, seen.events[4].TemplateID)
	require.Equal(t, "/v2/template/{id}", seen.events[4].Route)
}

// The lines of the log have the context that other observers made.
func TestLoggingInTheContextOfObservers(t *testing.T) {
	t.Parallel()
	var seen tree
	var buf bytes.Buffer
	h := contextHandler{slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug})}
	c, _ := scripted(t, []step{{err: io.EOF}}, notify.WithLogger(slog.New(h)), notify.WithObserver(seen.observer()))
	_, err := c.SendSMS(t.Context(), sms())
	require.Error(t, err)
	require.Contains(t, buf.String(), "class=ConnectionError")
	require.Contains(t, buf.String(), "depth=2")
}

type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	r.AddAttrs(slog.Int("depth", depth(ctx)))
	return h.Handler.Handle(ctx, r)
}

// Status and trace id of a call are those of its last attempt. An error's trace id that repeats something of the
// message is not told, whatever it looks like.
func TestObserverOfTraceIDs(t *testing.T) {
	t.Parallel()
	const good = "463ac35c9f6413ad48485a3953bb6124"
	for name, tc := range map[string]struct {
		answers []string // status and trace id; empty for none
		status  int      // of the call
		traces  []string // of attempts, and of the call
	}{
		"accepted":         {[]string{"201 " + good}, 201, []string{good, good}},
		"no trace id":      {[]string{"201 07900900123"}, 201, []string{"", ""}},
		"refused":          {[]string{"400 " + good}, 400, []string{good, good}},
		"a phone number":   {[]string{"400 0000007900900123"}, 400, []string{"", ""}},
		"at last, nothing": {[]string{"429 " + good, ""}, 0, []string{good, "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen tree
			n := -1
			transport := roundTripper(func(req *http.Request) (*http.Response, error) {
				n++
				status, trace, ok := strings.Cut(tc.answers[n], " ")
				if !ok {
					return nil, io.EOF
				}
				code, err := strconv.Atoi(status)
				require.NoError(t, err)
				stub := newStub(code, smsAnswer)
				stub.header.Set("X-B3-TraceId", trace)
				return stub.RoundTrip(req)
			})
			c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: transport}),
				notify.WithObserver(seen.observer()), notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
			require.NoError(t, err)
			_, _ = c.SendSMS(t.Context(), sms())
			var traces []string
			for _, e := range seen.events {
				traces = append(traces, e.TraceID)
			}
			require.Equal(t, tc.traces, traces)
			require.Equal(t, tc.status, seen.events[len(seen.events)-1].Status)
		})
	}
}
