package notify_test

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func wireClient(t *testing.T, key, base string, transport http.RoundTripper) *notify.Client {
	t.Helper()
	c, err := notify.New(key, notify.WithTimeout(5*time.Second), notify.WithBaseURL(base), notify.WithInsecureHTTP(),
		notify.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	return c
}

// TestExactlyOnceOverTCP loses answers in the kernel's own ways. A message that was accepted is found at once, so that
// the real clock does for this.
func TestExactlyOnceOverTCP(t *testing.T) {
	t.Parallel()
	const sends = 90
	sim, service := proofService(t)
	b := &badWire{sim: sim}
	var sent atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		rec := b.take(req)
		n := sent.Load()
		if req.Method == http.MethodPost {
			n = sent.Add(1)
		}
		if req.Method != http.MethodPost || n%3 != 0 {
			write(w, rec, math.MaxInt)
			return
		}
		if n%2 == 0 {
			write(w, rec, 20)
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if n%4 < 2 {
			_ = conn.(*net.TCPConn).SetLinger(0) // RST instead of FIN
		}
		_ = conn.Close()
	}))
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := wireClient(t, service.Key(simulator.KeyTypeTest), server.URL, transport)
	var recovered atomic.Int64
	var workers sync.WaitGroup
	for worker := range 10 {
		workers.Go(func() {
			for i := range sends / 10 {
				s, err := c.Send(t.Context(), notify.SMS{
					PhoneNumber: "07900 900456", TemplateID: templateID, Reference: fmt.Sprintf("tcp+%d/%d", worker, i),
				}, notify.Once())
				if err != nil {
					t.Error(err)
				} else if s.Recovered {
					recovered.Add(1)
				}
			}
		})
	}
	workers.Wait()
	accepted := map[string]bool{}
	for _, n := range service.TestMessages() {
		accepted[n.Reference] = true
	}
	require.Len(t, service.TestMessages(), sends, "sent twice, or lost")
	require.Len(t, accepted, sends)
	require.EqualValues(t, sends/3, recovered.Load())
}
