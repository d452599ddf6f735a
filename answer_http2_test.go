package notify_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/notifykit/notify"
)

// stalling speaks HTTP/2. It answers as soon as a request begins, and reads nothing more of it, so that the client's
// write stops for good, and with it everything that waits for that write.
func stalling(t *testing.T, status string) (
	base string, trusted *x509.CertPool, answered chan struct{}, release func(),
) {
	t.Helper()
	answered = make(chan struct{})
	server := httptest.NewTLSServer(http.NotFoundHandler())
	trusted = x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	certificates := server.TLS.Certificates
	server.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	over := make(chan struct{})
	ended := make(chan struct{})
	accepted := make(chan net.Conn, 1)
	go func() {
		defer close(ended)
		raw, err := l.Accept()
		if err != nil {
			return
		}
		defer raw.Close()
		accepted <- raw
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
				close(answered)
				<-over
				return
			}
		}
	}()
	return "https://" + l.Addr().String(), trusted, answered, func() {
		close(over)
		_ = l.Close()
		select {
		case raw := <-accepted:
			_ = raw.Close() // it may be waiting for a client that sends nothing
		default:
		}
		<-ended
	}
}

// The rule behind 101: whatever answers, reading it ends with the context.
func TestStalledHTTP2EndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"201", "500"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			base, trusted, answered, release := stalling(t, status)
			defer release() // before the client closes its connections, which waits for the write as well
			transport := &http.Transport{
				TLSClientConfig:   &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
				ForceAttemptHTTP2: true,
			}
			c := clientAt(t, base, notify.WithHTTPClient(&http.Client{Transport: transport}), notify.WithTimeout(time.Minute))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			returned := make(chan error, 1)
			go func() {
				_, err := c.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
					Reference: "r", Content: io.MultiReader(bytes.NewReader(make([]byte, 5_000_000))),
				})
				returned <- err
			}()
			select {
			case <-answered:
				time.Sleep(100 * time.Millisecond) // so that the client reads
				cancel()
			case err := <-returned:
				t.Fatal(err)
			}
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
