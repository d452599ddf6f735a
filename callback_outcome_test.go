package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// The function's context ends before Notify has given up, and what comes late is asked for again, even if the
// function says that it is done.
func TestCallbackTimeout(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  time.Duration
		want time.Duration
	}{"default": {0, 4 * time.Second}, "set": {time.Second, time.Second}} {
		for _, err := range []error{nil, errors.New("gave up")} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					h := callbackHandler(t, notify.Callbacks{
						Timeout: tc.set,
						DeliveryReceipt: func(ctx context.Context, _ notify.DeliveryReceipt) error {
							<-ctx.Done()
							return err
						},
					})
					require.Equal(t, 503, postBody(t, h, receiptBody))
					require.Equal(t, tc.want, time.Since(start))
				})
			})
		}
	}
}

// Reading counts: what arrived too late is not begun with.
func TestCallbackThatArrivesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got received
		h := callbackHandler(t, got.callbacks())
		slow := readerFunc(func(p []byte) (int, error) {
			time.Sleep(5 * time.Second)
			return copy(p, receiptBody), io.EOF
		})
		require.Equal(t, 503, post(t, h, "Bearer "+callbackToken, slow))
		require.Zero(t, got.count())
	})
}

// Nobody holds a connection for longer than a callback may take by not sending a body, whether it would be read by the
// handler or, as that of a stranger, by net/http.
func TestCallbackWhoseBodyDoesNotCome(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ token, body string }{
		"announced":             {callbackToken, "Content-Length: 500\r\n\r\n{"},
		"chunked":               {callbackToken, "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"},
		"a stranger, announced": {"wrong-token", "Content-Length: 500\r\n\r\n{"},
		"a stranger, chunked":   {"wrong-token", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got received
			callbacks := got.callbacks()
			callbacks.Timeout = 100 * time.Millisecond
			server := httptest.NewServer(callbackHandler(t, callbacks))
			defer server.Close()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+tc.token+"\r\n"+tc.body)
			require.NoError(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, 503, resp.StatusCode)
			require.Zero(t, got.count())
		})
	}
}

func TestCallbackWhenNotifyHangsUp(t *testing.T) {
	t.Parallel()
	ctx, hangUp := context.WithCancel(t.Context())
	h := callbackHandler(t, notify.Callbacks{DeliveryReceipt: func(ctx context.Context, _ notify.DeliveryReceipt) error {
		hangUp()
		return context.Cause(ctx)
	}})
	req := httptest.NewRequestWithContext(ctx, "POST", "/", strings.NewReader(receiptBody))
	req.Header.Set("Authorization", "Bearer "+callbackToken)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	require.Equal(t, 503, w.Code)
}

// Over a socket, a panic is answered before it goes on to net/http, which logs it.
func TestCallbackPanics(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	h := callbackHandler(t, notify.Callbacks{InboundText: func(context.Context, notify.InboundText) error {
		calls.Add(1)
		panic("out of ink") //nolint:forbidigo // a receiver with a mistake
	}})
	var lines bytes.Buffer
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&lines, nil), slog.LevelError)
	server.Start()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(textBody))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+callbackToken)
	resp, err := server.Client().Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 503, resp.StatusCode)
	require.Empty(t, body)
	server.Close()
	require.EqualValues(t, 1, calls.Load())
	require.Contains(t, lines.String(), "out of ink")
	require.NotContains(t, lines.String(), privateName)

	w := httptest.NewRecorder()
	inProcess := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(textBody))
	inProcess.Header.Set("Authorization", "Bearer "+callbackToken)
	require.PanicsWithValue(t, "out of ink", func() { h.ServeHTTP(w, inProcess) })
	require.Equal(t, 503, w.Code)
}

// What was seen is left out, what could not be asked is an error, and only what was received is noted.
func TestSkipSeen(t *testing.T) {
	t.Parallel()
	var got received
	noted := map[string]bool{}
	failure := errors.New("the database is away")
	var asking error
	receive := func(ctx context.Context, r notify.DeliveryReceipt) error {
		if err := got.callbacks().DeliveryReceipt(ctx, r); err != nil {
			return err
		}
		noted[r.Key()] = true
		return nil
	}
	h := callbackHandler(t, notify.Callbacks{DeliveryReceipt: notify.SkipSeen(
		func(_ context.Context, key string) (bool, error) { return noted[key], asking }, receive)})
	for _, step := range []struct {
		asking, receiving error
		body              string
		status, received  int
	}{
		{failure, nil, receiptBody, 503, 0},
		{nil, failure, receiptBody, 503, 1},
		{nil, nil, receiptBody, 200, 2},
		{nil, nil, receiptBody, 200, 2},
		{nil, nil, strings.Replace(receiptBody, "delivered", "temporary-failure", 1), 200, 3},
		{nil, nil, receiptBody, 200, 3},
	} {
		asking, got.err = step.asking, step.receiving
		require.Equal(t, step.status, postBody(t, h, step.body))
		require.Len(t, got.receipts, step.received)
	}
}
