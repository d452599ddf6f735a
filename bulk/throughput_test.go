package bulk_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/bulk"
)

var (
	throughputRows      = flag.Int("bulk.throughput.rows", 400, "messages, and empty jobs, of a measurement")
	throughputProcesses = flag.String("bulk.throughput.processes", "1,2", "numbers of processes to measure with")
	throughputSend      = flag.Duration("bulk.throughput.send", 20*time.Millisecond, "how long a send takes")
)

// The ways of childWorks.
const (
	workMessages = "messages"
	workEmpty    = "empty"
)

// childWorks works jobs on a Postgres until it is killed.
func childWorks(way, source string, send time.Duration) error {
	ctx := context.Background()
	if way == workMessages {
		client, err := newAcceptingClient(send)
		if err != nil {
			return err
		}
		job, err := bulk.Open(ctx, source, client, bulk.WithoutMigration())
		if err != nil {
			return err
		}
		return job.Run(ctx, bulk.RateLimit(60_000_000), bulk.Forever())
	}
	pool, err := pgxpool.New(ctx, source)
	if err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(context.Context, *river.Job[emptyArgs]) error { return nil }))
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Workers: workers, FetchCooldown: 10 * time.Millisecond,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}},
	})
	if err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	<-client.Stopped()
	return nil
}

type emptyArgs struct{}

func (emptyArgs) Kind() string { return "empty" }

// How many messages a second several processes send on Postgres, beside River with jobs that do nothing.
func TestThroughput(t *testing.T) { //nolint:paralleltest // it measures
	for n := range strings.SplitSeq(*throughputProcesses, ",") {
		processes, err := strconv.Atoi(n)
		require.NoError(t, err)
		messages, empty := measure(t, processes, workMessages), measure(t, processes, workEmpty)
		t.Logf("%d processes: %.0f messages a second of %v each; River with an empty job %.0f", processes, messages,
			*throughputSend, empty)
		require.Positive(t, messages)
		require.Positive(t, empty)
	}
}

func measure(t *testing.T, processes int, way string) float64 {
	t.Helper()
	source := postgres(t)
	pool, err := pgxpool.New(t.Context(), source)
	require.NoError(t, err)
	defer pool.Close()
	job := openAt(t, source, acceptingClient(t, 0))
	span := "SELECT count(*), coalesce(extract(epoch FROM max(finalized_at) - min(finalized_at)), 0)::float8" +
		" FROM river_job WHERE state = 'completed'"
	if way == workMessages {
		_, err := job.Add(t.Context(), texts(*throughputRows)...)
		require.NoError(t, err)
		span = "SELECT count(*), coalesce(max(done_at) - min(done_at), 0) / 1e6::float8 FROM notify_messages" +
			" WHERE state = 'sent'"
	} else {
		client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{})
		require.NoError(t, err)
		params := make([]river.InsertManyParams, *throughputRows)
		for i := range params {
			params[i].Args = emptyArgs{}
		}
		_, err = client.InsertManyFast(t.Context(), params)
		require.NoError(t, err)
	}
	for range processes {
		c := startChildOf(t, fmt.Sprint(way, " ", source, " ", *throughputSend))
		t.Cleanup(func() { kill(t, c) })
	}
	for {
		var done int
		var seconds float64
		require.NoError(t, pool.QueryRow(t.Context(), span).Scan(&done, &seconds))
		if done == *throughputRows {
			return float64(done-1) / seconds
		}
		wait(200, 201)
	}
}
