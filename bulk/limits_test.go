package bulk_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

var (
	limitRows = flag.Int("bulk.limit.rows", 300, "messages that are sent against the simulator's limits")
	limitRate = flag.Int("bulk.limit.rate", 600, "requests a minute that the simulator takes")
	heapRows  = flag.Int("bulk.heap.rows", 3_000, "messages in the store when the heap is measured")
)

// counting counts the refusals for the rate limit.
type counting struct {
	next    http.RoundTripper
	refused atomic.Int64
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		c.refused.Add(1)
	}
	return resp, err
}

// Sending takes as long as Notify's limit demands, and is never refused for it.
func TestLimit(t *testing.T) {
	t.Parallel()
	count := &counting{}
	inBubble(t, func(t *testing.T) *notify.Client {
		t.Helper()
		sim := simulator.New(simulator.WithRequestLog(0))
		count.next = sim
		client, err := notify.New(addService(t, sim, *limitRate).Key(simulator.KeyTypeTest), notify.WithoutRateLimit(),
			notify.WithHTTPClient(&http.Client{Transport: count}))
		require.NoError(t, err)
		return client
	}, func(t *testing.T, job virtual) {
		for start := 0; start < *limitRows; start += 1000 {
			job.add(t, textsFrom(start, min(start+1000, *limitRows))...)
		}
		began := time.Now()
		require.NoError(t, job.run(t.Context(), bulk.RateLimit(*limitRate)))
		took := time.Since(began)
		burst := min((*limitRate+2)/3, 999)
		least := time.Duration(*limitRows-burst) * time.Minute / time.Duration(*limitRate)
		t.Logf("%d messages at %d a minute: %v, the bucket's own optimum %v (%+.2f %%), %d refused by 429",
			*limitRows, *limitRate, took.Round(time.Millisecond), least.Round(time.Millisecond),
			100*(took.Seconds()/least.Seconds()-1), count.refused.Load())
		require.Zero(t, count.refused.Load())
		require.Equal(t, *limitRows, job.counts(t).Sent)
		// Half of the burst is kept back, and the end is noticed within half a second.
		require.Less(t, took, least+time.Duration(burst/2+2)*time.Minute/time.Duration(*limitRate)+time.Second)
	})
}

// accepting accepts everything and keeps nothing, so that what grows is not the simulator.
type accepting struct{ delay time.Duration }

func (a accepting) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, after, _ := strings.Cut(string(body), `"reference":"`)
	reference, _, _ := strings.Cut(after, `"`)
	if a.delay > 0 {
		timer := time.NewTimer(a.delay)
		<-timer.C
	}
	return &http.Response{
		StatusCode: http.StatusCreated, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(fmt.Sprintf(`{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":%q,`+
			`"template":{"id":%q}}`, reference, templateID))),
	}, nil
}

// testKey is a key that no simulator knows.
const testKey = "bulk-test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"

func acceptingClient(t testing.TB, delay time.Duration) *notify.Client {
	t.Helper()
	client, err := newAcceptingClient(delay)
	require.NoError(t, err)
	return client
}

func newAcceptingClient(delay time.Duration) (*notify.Client, error) {
	return notify.New(testKey, notify.WithoutRateLimit(),
		notify.WithHTTPClient(&http.Client{Transport: accepting{delay}}))
}

// What the program holds does not grow with the messages in the store.
func TestHeap(t *testing.T) { //nolint:paralleltest // it measures the heap of the process
	few, many := heapWith(t, 1000), heapWith(t, *heapRows)
	t.Logf("heap in use at most: %.1f MB with 1,000 messages, %.1f MB with %d", few, many, *heapRows)
	require.Less(t, many, few+32)
}

// heapWith is the largest heap, in MB, while messages are added and for five seconds of sending them.
func heapWith(t *testing.T, rows int) float64 {
	t.Helper()
	job, err := bulk.Open(t.Context(), filepath.Join(t.TempDir(), "heap.db"), acceptingClient(t, 0))
	require.NoError(t, err)
	defer job.Close()
	most := uint64(0)
	measure := func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
	}
	for start := 0; start < rows; start += 1000 {
		_, err := job.Add(t.Context(), textsFrom(start, min(start+1000, rows))...)
		require.NoError(t, err)
		if start%50_000 == 0 {
			measure()
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- job.Run(ctx, bulk.RateLimit(6_000_000)) }()
	for {
		select {
		case err := <-done:
			if ctx.Err() == nil {
				require.NoError(t, err)
			}
			return float64(most) / (1 << 20)
		default:
			wait(100, 101)
			measure()
		}
	}
}

// A token that is far away has nobody look through the whole queue for a message that could be sent before.
func TestLowRate(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, _ *simulator.Service, job virtual) {
		job.add(t, texts(500)...)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, job.run(ctx, bulk.RateLimit(60)), context.DeadlineExceeded)
		var n int
		require.NoError(t, job.db.QueryRowContext(t.Context(), "SELECT sum(metadata ->> 'snoozes') FROM river_job").Scan(&n))
		require.Less(t, n, 1000)
	})
}
