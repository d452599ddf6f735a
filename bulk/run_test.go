package bulk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// Everything is sent once, and adding it again adds nothing.
func TestRun(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	job := open(t, client)
	added, err := job.Add(t.Context(), texts(300)...)
	require.NoError(t, err)
	require.Equal(t, bulk.Added{New: 300}, added)

	require.NoError(t, job.Run(t.Context(), bulk.RateLimit(60_000)))
	require.Len(t, service.TestMessages(), 300)
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, 300, counts.Sent)
	require.Zero(t, counts.Waiting)

	added, err = job.Add(t.Context(), texts(301)...)
	require.NoError(t, err)
	require.Equal(t, bulk.Added{New: 1, Known: 300}, added)
	require.NoError(t, job.Run(t.Context(), bulk.RateLimit(60_000)))
	require.Len(t, service.TestMessages(), 301)
}

// A job that is taken for stuck while its message is sent, because the clock was put forward or the machine slept,
// waits for what becomes of it.
func TestRescuedTooEarly(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		service.Simulator().Inject(simulator.OnSend(), simulator.DelayRequest(20*time.Second)).Times(1)
		job.add(t, texts(1)...)
		done := make(chan error)
		go func() { done <- job.run(t.Context()) }()
		time.Sleep(2 * time.Second)
		res, err := job.db.ExecContext(t.Context(), "UPDATE river_job SET state = 'available',"+
			" scheduled_at = '2000-01-01 00:00:00', errors = jsonb(?) WHERE state = 'running'", fmt.Sprintf(
			`[{"at":%q,"attempt":1,"error":"Stuck job rescued by JobRescuer","trace":""}]`, time.Now().Format(time.RFC3339)))
		require.NoError(t, err)
		affected, err := res.RowsAffected()
		require.NoError(t, err)
		require.Equal(t, int64(1), affected)
		require.NoError(t, <-done)
		require.Equal(t, map[string]int{"row-0": 1}, references(service))
	})
}
