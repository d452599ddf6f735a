package notify

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// In the package, because no way leads from outside to a request for another host: that is what is guarded.

func newSigner(t *testing.T, next http.RoundTripper) *signer {
	t.Helper()
	key, err := ParseKey("test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	require.NoError(t, err)
	return &signer{next: next, scheme: "https", host: "api.example", timeout: time.Second, key: key}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

type closeCounter struct {
	io.Reader
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func TestSignerKeepsTheTokenAtHome(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"https://api.example/v2":      true,
		"http://api.example/v2":       false,
		"https://api.example:8443/v2": false,
		"https://evil.example/v2":     false,
		"https://api.example.evil/v2": false,
	} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			sent := 0
			s := newSigner(t, transportFunc(func(req *http.Request) (*http.Response, error) {
				sent++
				require.NotEmpty(t, req.Header.Get("Authorization"))
				return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
			}))
			body := &closeCounter{Reader: bytes.NewReader(nil)}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
			require.NoError(t, err)
			resp, err := s.RoundTrip(req)
			require.Empty(t, req.Header, "the request given is not changed")
			if want {
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				require.Equal(t, 1, sent)
				return
			}
			require.ErrorIs(t, err, errForeignHost)
			require.Zero(t, sent)
			require.Equal(t, 1, body.closed)
		})
	}
}

func TestTokenIsMadeOnceASecond(t *testing.T) {
	t.Parallel()
	s := newSigner(t, nil)
	token := func(second int64) string {
		header, err := s.authorisation(second)
		require.NoError(t, err)
		require.Len(t, header, 1)
		return header[0]
	}
	first := token(1000)
	made := s.current.Load()
	require.Equal(t, first, token(1000))
	require.Same(t, made, s.current.Load(), "not signed again")
	require.NotEqual(t, first, token(1001))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", made, *made, made), first[len("Bearer "):])
}

func TestFilesDoNotPrintTheirContent(t *testing.T) {
	t.Parallel()
	f := FileFromBytes("a.csv", []byte("secret"))
	text := fmt.Sprintf("%v %+v %#v %s", f, &f, f, Personalisation{"f": f})
	require.NotContains(t, text, "secret")
	require.NotContains(t, text, "115 101 99") // its bytes
}
