package control_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var waits = flag.Int("control.waits", 50, "how many requests wait at a time in TestManyWait")

// TestManyWait: each of many requests that wait gets a message of its own, whether they share a service or not.
func TestManyWait(t *testing.T) {
	t.Parallel()
	for name, services := range map[string]int{"one service": 1, "a service each": *waits} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			worlds := make([]world, services)
			for i := range worlds {
				worlds[i] = w.service(t, nil)
			}
			var waiting atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				waiting.Add(1)
				w.api.ServeHTTP(rw, r)
			}))
			t.Cleanup(server.Close)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *waits}}
			t.Cleanup(client.CloseIdleConnections)
			before := heap()
			var all sync.WaitGroup
			codes := make(chan int, *waits)
			for i := range *waits {
				all.Go(func() {
					url := server.URL + worlds[i%services].url[len("http://localhost:6011"):] +
						"/messages/next?to=07900900123&wait=60s"
					r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
					if err != nil {
						return
					}
					resp, err := client.Do(r)
					if err != nil {
						return
					}
					codes <- resp.StatusCode
					_ = resp.Body.Close()
				})
			}
			for waiting.Load() < int64(*waits) {
				runtime.Gosched()
			}
			held := heap() - before
			began := time.Now()
			for i := range *waits {
				worlds[i%services].text(t, "07900900123", "482913")
			}
			all.Wait()
			t.Logf("%d requests waited: %d kB each, caller included; all had a message %v after the first was sent",
				*waits, held/1024/int64(*waits), time.Since(began).Round(time.Millisecond))
			require.Len(t, codes, *waits)
			for range *waits {
				require.Equal(t, http.StatusOK, <-codes)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
