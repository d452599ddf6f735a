package notify_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// mostConnections is what the default transport opens at most, as WithHTTPClient says.
const mostConnections = 100

// A burst of sends queues for a bounded number of connections. Each send without an idle connection opening one of its
// own would run the process out of descriptors, and Notify's proxies out of patience.
//
// Not parallel: it uses many of the descriptors of the process.
func TestBurstOpensFewConnections(t *testing.T) { //nolint:paralleltest // see above
	sends := 10_000
	if testing.Short() || raceEnabled {
		sends = 1000
	}
	var mu sync.Mutex
	opened, open, most, taken := 0, 0, 0, 0
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			opened, open = opened+1, open+1
			most = max(most, open)
			mu.Unlock()
			served.Go(func() {
				in := bufio.NewReader(conn)
				for {
					req, err := http.ReadRequest(in)
					if err != nil {
						break
					}
					_, _ = io.Copy(io.Discard, req.Body)
					mu.Lock()
					taken++
					mu.Unlock()
					reply(conn, 201, goodAnswer(notificationID, ""))
				}
				_ = conn.Close()
				mu.Lock()
				open--
				mu.Unlock()
			})
		}
	})

	// So long that it never ends an attempt, however busy the machine.
	c, err := notify.New(testKey, notify.WithBaseURL("http://"+l.Addr().String()), notify.WithTimeout(5*time.Minute),
		notify.WithoutRateLimit())
	require.NoError(t, err)
	begin := make(chan struct{})
	errs := make(chan error, sends)
	for range sends {
		go func() {
			<-begin
			_, err := c.SendSMS(t.Context(), sms())
			errs <- err
		}()
	}
	close(begin)
	failed := map[string]int{}
	for range sends {
		if err := <-errs; err != nil {
			failed[strings.ReplaceAll(err.Error(), l.Addr().String(), "it")]++
		}
	}
	c.CloseIdleConnections()
	require.NoError(t, l.Close())
	served.Wait()
	t.Logf("%d sends at once: %d connections opened, %d at a time", sends, opened, most)
	require.Empty(t, failed)
	require.Equal(t, sends, taken)
	// The server learns late of a connection that the client closed. A busy machine makes that a few at a time.
	require.LessOrEqual(t, most, 2*mostConnections)
}
