package notify_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// net/http hands out the connection itself after 101, and nothing ends that.
func TestSwitchingProtocolsDoesNotHang(t *testing.T) {
	t.Parallel()
	base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		if take(r) {
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
			_, _ = r.ReadByte() // until the client hangs up
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	c := clientAt(t, base)
	_, err := c.SendSMS(ctx, sms())
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 101, e.StatusCode)
	require.Empty(t, e.Body)
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
	require.NoError(t, ctx.Err())
}

// A transport that is not net/http's may hand out a body that knows no context.
func TestBodyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 502} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			deaf := roundTripper(func(req *http.Request) (*http.Response, error) {
				_ = req.Body.Close()
				body, _ := io.Pipe()
				return &http.Response{StatusCode: status, Body: body, ContentLength: -1, Request: req}, nil
			})
			c, err := notify.New(testKey,
				notify.WithHTTPClient(&http.Client{Transport: deaf}),
				notify.WithTimeout(20*time.Millisecond))
			require.NoError(t, err)
			_, err = c.SendSMS(t.Context(), sms())
			require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
			if status == 201 {
				require.ErrorIs(t, err, context.DeadlineExceeded)
			}
		})
	}
}

func TestAnswersAreLimited(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int64{
		"SendSMS": 256 << 10, "SendPrecompiledLetter": 256 << 10,
		"SendEmail": 32 << 20, "Notification": 32 << 20,
		"LetterPDF": 64 << 20, "Notifications": 128 << 20,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := int64(0)
			endless := roundTripper(func(req *http.Request) (*http.Response, error) {
				body := readerFunc(func(p []byte) (int, error) {
					clear(p)
					read += int64(len(p))
					return len(p), nil
				})
				return &http.Response{StatusCode: 200, Body: io.NopCloser(body), ContentLength: -1, Request: req}, nil
			})
			c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: endless}))
			require.NoError(t, err)
			err = apiCalls()[name].call(t.Context(), c)
			require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
			require.ErrorContains(t, err, fmt.Sprintf("lacks an end within %d bytes", most))
			require.LessOrEqual(t, read, most+1)
			var e *notify.Error
			require.ErrorAs(t, err, &e)
			require.LessOrEqual(t, len(e.Body), 1<<20)
			require.LessOrEqual(t, cap(e.Body), 2<<20, "who keeps the error keeps no more")
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestGzipBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	_, err := io.CopyN(w, readerFunc(func(p []byte) (int, error) { clear(p); return len(p), nil }), 32<<20)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(bomb.Bytes())
	}))
	t.Cleanup(server.Close)
	_, err = clientAt(t, server.URL).SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
}

func TestAnErrorThatBreaksOffKeepsItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 400, 403, 404, 429, 500, 502} {
		for name, body := range map[string]string{"nothing": "", "a part": `{"errors":[{"error":"KeyError","mess`} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
				c, _ := scripted(t, []step{{status: status, body: body, breaks: true}}, once)
				_, err := c.SendSMS(t.Context(), sms())
				var e *notify.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, status, e.StatusCode)
				require.Equal(t, body, string(e.Body))
				require.Equal(t, status >= 400 && status < 500, notify.SafeToRetry(err))
			})
		}
	}
}

// The buffers of net/http and bufio are 4 to 64 KiB.
func TestAnswersLargerThanABuffer(t *testing.T) {
	t.Parallel()
	for _, size := range []int{4 << 10, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300 << 10} {
		for _, announced := range []bool{true, false} {
			t.Run(fmt.Sprint(size, " ", announced), func(t *testing.T) {
				t.Parallel()
				long := strings.Repeat("é", size/2) // 6 bytes each as the real service writes them
				escaped := strings.ReplaceAll(long, "é", `\u00e9`)
				rt := roundTripper(func(req *http.Request) (*http.Response, error) {
					body := `{"body":"` + escaped + `"`
					resp, err := newStub(200, `{"id":"`+notificationID+`","content":`+body+`},`+body[1:]+`}`).RoundTrip(req)
					if !announced {
						resp.ContentLength = -1
					}
					return resp, err
				})
				c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: rt}))
				require.NoError(t, err)
				n, err := c.Notification(t.Context(), notificationID)
				require.NoError(t, err)
				require.Equal(t, long, n.Body)
				sent, err := c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@b.gov.uk", TemplateID: templateID})
				require.NoError(t, err)
				require.Equal(t, long, sent.Content.Body)
			})
		}
	}
}
