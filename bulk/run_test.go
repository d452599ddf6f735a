package bulk_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/bulk"
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
