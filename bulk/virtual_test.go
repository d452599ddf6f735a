package bulk_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
)

// A virtual job runs in a bubble of testing/synctest, where hours take no time.
type virtual struct {
	*bulk.Job
	db *sql.DB
}

// inBubble runs a test with a job in a file, in a bubble.
func inBubble(t *testing.T, client func(t *testing.T) *notify.Client, test func(t *testing.T, job virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "virtual.db")
		job, err := bulk.Open(t.Context(), path, client(t))
		require.NoError(t, err)
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_txlock=immediate")
		require.NoError(t, err)
		defer func() { // not by Cleanup: the bubble waits for what they run
			require.NoError(t, db.Close())
			require.NoError(t, job.Close())
		}()
		test(t, virtual{job, db})
	})
}

// add adds messages. River has SQLite say when, which knows nothing of the bubble.
func (v virtual) add(t *testing.T, messages ...notify.Message) {
	t.Helper()
	_, err := v.Add(t.Context(), messages...)
	require.NoError(t, err)
	_, err = v.db.ExecContext(t.Context(), "UPDATE river_job SET scheduled_at = '2000-01-01 00:00:00'"+
		" WHERE state = 'available'")
	require.NoError(t, err)
}

func (v virtual) run(ctx context.Context, opts ...bulk.RunOption) error {
	return v.Run(ctx, append(opts, bulk.ByGoTime())...)
}

func (v virtual) counts(t *testing.T) bulk.Counts {
	t.Helper()
	c, err := v.Counts(t.Context())
	require.NoError(t, err)
	return c
}
