package store_test

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/notifykit/notify/bulk/internal/postgrestest"
	"github.com/notifykit/notify/bulk/internal/store"
)

func TestMain(m *testing.M) {
	m.Run()
	postgrestest.Stop()
}

// onBoth runs a test with empty tables in both databases.
func onBoth(t *testing.T, test func(t *testing.T, tx store.Tx)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "store.db")+"?_pragma=journal_mode(WAL)")
		require.NoError(t, err)
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		tx := store.SQLTx(db, store.SQLite)
		require.NoError(t, store.Create(t.Context(), tx))
		test(t, tx)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		pool, err := pgxpool.New(t.Context(), postgrestest.New(t))
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		tx := store.PgxTx(pool)
		require.NoError(t, store.Create(t.Context(), tx))
		require.NoError(t, store.Create(t.Context(), tx), "again")
		test(t, tx)
	})
}

// A full bucket gives its burst at once, and then one token an interval.
func TestBucket(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, tx store.Tx) {
		b := store.Bucket{Interval: time.Second, Burst: 10}
		for n := range 5 {
			got, err := b.Take(t.Context(), tx, 2, time.Minute)
			require.NoError(t, err)
			require.False(t, got.Refused)
			require.LessOrEqual(t, got.First+time.Second, time.Duration(0), n) // the second of the two can be spent too
		}
		got, err := b.Take(t.Context(), tx, 3, time.Minute)
		require.NoError(t, err)
		require.InDelta(t, 1, got.First.Seconds(), 0.5)
		got, err = b.Take(t.Context(), tx, 1, time.Minute)
		require.NoError(t, err)
		require.InDelta(t, 4, got.First.Seconds(), 0.5)

		got, err = b.Take(t.Context(), tx, 1, 2*time.Second)
		require.NoError(t, err)
		require.True(t, got.Refused)
		require.InDelta(t, 5, got.First.Seconds(), 0.5)
		got, err = b.Take(t.Context(), tx, 1, time.Minute)
		require.NoError(t, err)
		require.InDelta(t, 5, got.First.Seconds(), 0.5, "a refusal takes nothing")
	})
}

// Many that take at once get what one would have got.
func TestBucketShared(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, tx store.Tx) {
		b := store.Bucket{Interval: time.Hour, Burst: 100}
		var all sync.WaitGroup
		granted := make(chan int, 1000)
		for range 8 {
			all.Go(func() {
				for range 20 {
					got, err := b.Take(t.Context(), tx, 3, -2*time.Hour) // only if all three can be spent
					if err == nil && !got.Refused {
						granted <- 3
					}
				}
			})
		}
		all.Wait()
		close(granted)
		sum := 0
		for n := range granted {
			sum += n
		}
		require.Equal(t, 99, sum)
	})
}

func TestPushBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, tx store.Tx) {
		b := store.Bucket{Interval: time.Millisecond, Burst: 100}
		require.NoError(t, b.PushBack(t.Context(), tx, 20*time.Second))
		require.NoError(t, b.PushBack(t.Context(), tx, 10*time.Second), "no way back")
		got, err := b.Take(t.Context(), tx, 1, time.Second)
		require.NoError(t, err)
		require.True(t, got.Refused)
		require.InDelta(t, 20, got.First.Seconds(), 1)
		require.NoError(t, b.PushBack(t.Context(), tx, time.Hour))
		got, err = b.Take(t.Context(), tx, 1, time.Minute+time.Second)
		require.NoError(t, err)
		require.False(t, got.Refused)
		require.InDelta(t, 60, got.First.Seconds(), 1, "a minute at most")
	})
}

// A clock that was a day ahead, and was put right, stops nobody.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, tx store.Tx) {
		_, err := tx.Exec(t.Context(), "UPDATE notify_store SET full_at = $1", time.Now().Add(24*time.Hour).UnixMicro())
		require.NoError(t, err)
		b := store.Bucket{Interval: time.Second, Burst: 10}
		got, err := b.Take(t.Context(), tx, 1, time.Second)
		require.NoError(t, err)
		require.False(t, got.Refused)
		require.LessOrEqual(t, got.First, time.Duration(0))
		got, err = b.Take(t.Context(), tx, 9, time.Second)
		require.NoError(t, err)
		require.False(t, got.Refused)
	})
}
