package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/notifykit/notify"
)

// An answer of two bytes a thing must not take a kilobyte of memory for each. Not parallel: it counts what is
// allocated.
func TestListsOfNothingTakeNoMemory(t *testing.T) { //nolint:paralleltest // see above
	nothing := strings.Repeat("{},", 1_400_000) + "{}"
	for name, field := range map[string]string{
		"Notifications": "notifications", "Templates": "templates", "ReceivedTexts": "received_text_messages",
	} {
		c := stubbed(t, 200, `{"`+field+`":[`+nothing+`]}`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := apiCalls()[name].call(t.Context(), c)
		runtime.ReadMemStats(&after)
		require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), name)
	}
	c := stubbed(t, 400, `{"errors":[`+nothing[:900_000]+`{}]}`)
	_, err := c.SendSMS(t.Context(), sms())
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Errors, 100)
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	one := `{"id":"` + notificationID + `"}`
	for n, want := range map[int]error{1000: nil, 1001: notify.ErrUnexpectedAnswer} {
		page := `{"notifications":[` + strings.Repeat(one+",", n-1) + one + `]}`
		got, err := stubbed(t, 200, page).NotificationsPage(t.Context(), notify.NotificationFilter{})
		require.ErrorIs(t, err, want, n)
		if want == nil {
			require.Len(t, got.Notifications, n)
		}
	}
}

// Nobody says how long this answer is, so half a PDF looks like a whole one.
func TestPDFWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]error{
		"%PDF-1.7 half of i": notify.ErrUnexpectedAnswer, "%PDF-1.7 whole\n%%EOF\n": nil,
	} {
		base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
			if take(r) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"+body)
			}
		})
		_, err := clientAt(t, base).LetterPDF(t.Context(), notificationID)
		require.ErrorIs(t, err, want)
	}
}

// stalling speaks HTTP/2. It answers as soon as a request begins, and reads nothing more of it, so that the client's
// write stops for good, and with it everything that waits for that write.
func stalling(t *testing.T, status string) (base string, trusted *x509.CertPool, release func()) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	trusted = x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	certificates := server.TLS.Certificates
	server.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		raw, err := l.Accept()
		if err != nil {
			return
		}
		defer raw.Close()
		_ = raw.(*net.TCPConn).SetReadBuffer(128 << 10)
		conn := tls.Server(raw, &tls.Config{
			Certificates: certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
		})
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		framer := http2.NewFramer(conn, conn)
		_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
		_ = framer.WriteWindowUpdate(0, 1<<30)
		for {
			frame, err := framer.ReadFrame()
			if err != nil {
				return
			}
			if headers, ok := frame.(*http2.HeadersFrame); ok {
				time.Sleep(300 * time.Millisecond) // until the client's write has filled what lies between
				var block bytes.Buffer
				_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: status})
				_ = framer.WriteHeaders(http2.HeadersFrameParam{
					StreamID: headers.StreamID, BlockFragment: block.Bytes(), EndHeaders: true,
				})
				for range 4 {
					_ = framer.WriteData(headers.StreamID, false, make([]byte, 8<<10))
				}
				<-over
				return
			}
		}
	}()
	return "https://" + l.Addr().String(), trusted, func() { close(over); _ = l.Close(); <-ended }
}

// The rule behind 101: whatever answers, reading it ends with the context.
func TestStalledHTTP2EndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"201", "500"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			base, trusted, release := stalling(t, status)
			defer release() // before the client closes its connections, which waits for the write as well
			transport := &http.Transport{
				TLSClientConfig:   &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
				ForceAttemptHTTP2: true,
			}
			c := clientAt(t, base, notify.WithHTTPClient(&http.Client{Transport: transport}), notify.WithTimeout(time.Minute))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			returned := make(chan error, 1)
			go func() {
				_, err := c.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
					Reference: "r", Content: io.MultiReader(bytes.NewReader(make([]byte, 5_000_000))),
				})
				returned <- err
			}()
			select {
			case err := <-returned:
				require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
			case <-time.After(30 * time.Second):
				t.Fatal("the send outlives its context")
			}
		})
	}
}

func TestAnswersOverHTTP2(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" ", 300<<10)
	answer := smsAnswer
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Error("not HTTP/2")
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, answer)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := clientAt(t, server.URL, notify.WithHTTPClient(server.Client()))
	out, err := c.SendSMS(t.Context(), sms())
	require.NoError(t, err)
	require.Equal(t, "Hello Amala", out.Content.Body)
	answer += long
	_, err = c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
	require.ErrorContains(t, err, "lacks an end within 262144 bytes")
}
