package simulator

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// fated returns a simulator whose responses all have that fate.
func fated(f fate) *Simulator {
	s := New()
	decide := func(s *Simulator, x *exchange, rest chain) {
		rest.proceed(s, x)
		x.fate = f
	}
	s.chain = append(chain{decide}, s.chain...)
	return s
}

// statusPath needs no token.
const statusPath = "/_status?simple=1"

// brokenOff requests the status, and returns the part of the body that arrives before the connection breaks: nothing,
// or half of it after the head.
func brokenOff(t *testing.T, client *http.Client, base string) (arrived string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+statusPath, nil)
	require.NoError(t, err)
	resp, err := client.Do(r)
	if err != nil {
		require.ErrorIs(t, err, io.EOF)
		return ""
	}
	defer resp.Body.Close()
	require.Equal(t, 200, resp.StatusCode)
	body, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, int64(2*len(body)), resp.ContentLength)
	return string(body)
}

// TestFates: a response breaks off in the same way in process and over a connection.
func TestFates(t *testing.T) {
	t.Parallel()
	whole := `{"status":"ok"}` + "\n"
	for name, c := range map[string]struct {
		ending ending
		want   string
	}{"cut": {endCut, whole[:len(whole)/2]}, "lost": {endLost, ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fated(fate{ending: c.ending})
			require.Equal(t, c.want, brokenOff(t, &http.Client{Transport: s}, "http://notify.test"))
			server := httptest.NewServer(s)
			defer server.Close()
			require.Equal(t, c.want, brokenOff(t, server.Client(), server.URL))
		})
	}
}

// TestDelayedAnswer: a delay goes by the caller's clock, and ends when its context is done.
func TestDelayedAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fated(fate{delay: time.Minute})
		start := time.Now()
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, statusPath, nil))
		require.Equal(t, time.Minute, time.Since(start))
		require.Equal(t, 200, recorder.Code)

		client := &http.Client{Transport: s, Timeout: time.Second}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://notify.test"+statusPath, nil)
		require.NoError(t, err)
		_, err = client.Do(r) //nolint:bodyclose // there is no response
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute+time.Second, time.Since(start))
	})
}

// TestLinksInTurn: a link sees the request before the links after it do, and the response after they do.
func TestLinksInTurn(t *testing.T) {
	t.Parallel()
	s := New()
	var seen []string
	note := func(name string) link {
		return func(s *Simulator, x *exchange, rest chain) {
			seen = append(seen, name+" "+x.path)
			rest.proceed(s, x)
			seen = append(seen, name+" "+http.StatusText(x.answer.status))
		}
	}
	s.chain = append(chain{note("outer"), note("inner")}, s.chain...)
	r, err := http.NewRequestWithContext(t.Context(), strings.ToLower(http.MethodGet), "http://notify.test/_status", nil)
	require.NoError(t, err)
	resp, err := s.RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, []string{
		"outer /_status", "inner /_status", "inner Bad Request", "outer Bad Request",
	}, seen, "what the server in front refuses passes by the links as well")
}
