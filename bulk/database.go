package bulk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the embedded database

	"github.com/notifykit/notify/bulk/internal/queue"
	"github.com/notifykit/notify/bulk/internal/store"
)

// A database is one of the two, with River on top.
type database interface {
	// any runs single statements.
	any() store.Tx
	// add adds messages with their jobs in one transaction.
	add(ctx context.Context, messages []store.Message) ([]store.Added, error)
	// complete records something in the transaction that completes the job.
	complete(ctx context.Context, job *river.Job[queue.Args], record func(store.Tx) error) error
	// workers makes what works the jobs.
	workers(config *river.Config) (workers, error)
	migrate(ctx context.Context) error
	close() error
}

// workers are what is used of a river.Client.
type workers interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	QueuePause(ctx context.Context, name string, opts *river.QueuePauseOpts) error
	QueueResume(ctx context.Context, name string, opts *river.QueuePauseOpts) error
}

// riverOn is River on a database whose transactions are of type T.
type riverOn[T any] struct {
	driver   riverdriver.Driver[T]
	pool     store.Tx
	begin    func(ctx context.Context, do func(T) error) error
	rows     func(T) store.Tx
	insert   func(ctx context.Context, tx T, messages []store.Message) ([]store.Added, error)
	finish   func(ctx context.Context, tx T, job *river.Job[queue.Args]) error
	shutdown func() error
}

func (r *riverOn[T]) any() store.Tx { return r.pool }
func (r *riverOn[T]) close() error  { return r.shutdown() }

func (r *riverOn[T]) add(ctx context.Context, messages []store.Message) (added []store.Added, err error) {
	err = r.begin(ctx, func(tx T) error {
		added, err = r.insert(ctx, tx, messages)
		return err
	})
	return added, err
}

func (r *riverOn[T]) complete(ctx context.Context, job *river.Job[queue.Args], record func(store.Tx) error) error {
	return r.begin(ctx, func(tx T) error {
		if err := record(r.rows(tx)); err != nil {
			return err
		}
		// A job that was taken for stuck and given to another worker isn't there; that one will see the record.
		if err := r.finish(ctx, tx, job); !errors.Is(err, rivertype.ErrNotFound) {
			return err
		}
		return nil
	})
}

func (r *riverOn[T]) workers(config *river.Config) (workers, error) {
	return river.NewClient(r.driver, config)
}

func (r *riverOn[T]) migrate(ctx context.Context) error {
	m, err := rivermigrate.New(r.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return r.begin(ctx, func(tx T) error { return store.Create(ctx, r.rows(tx)) })
}

func openPostgres(ctx context.Context, source string) (database, error) {
	pool, err := pgxpool.New(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("bulk: %w", err)
	}
	return &riverOn[pgx.Tx]{
		driver: riverpgxv5.New(pool),
		pool:   store.PgxTx(pool),
		rows:   func(tx pgx.Tx) store.Tx { return store.PgxTx(tx) },
		insert: queue.AddPgx,
		begin: func(ctx context.Context, do func(pgx.Tx) error) error {
			return pgx.BeginFunc(ctx, pool, do)
		},
		finish: func(ctx context.Context, tx pgx.Tx, job *river.Job[queue.Args]) error {
			_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
			return err
		},
		shutdown: func() error {
			pool.Close()
			return nil
		},
	}, nil
}

func openSQLite(_ context.Context, path string) (database, error) {
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("bulk: %w", err)
	}
	// A transaction that begins to write only later would fail if another process wrote meanwhile, so all begin as
	// writers. With NORMAL a power cut can undo the last transactions, but breaks nothing, and what was sent and is
	// forgotten is looked up: see [notify.Resume]. FULL keeps to what was promised to the caller of Add. What is deleted
	// is overwritten, because it is personal data.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=secure_delete(ON)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("bulk: %w", err)
	}
	db.SetMaxOpenConns(1) // SQLite has one writer, and River asks for it
	return &riverOn[*sql.Tx]{
		driver: riversqlite.New(db),
		pool:   store.SQLTx(db, store.SQLite),
		rows:   func(tx *sql.Tx) store.Tx { return store.SQLTx(tx, store.SQLite) },
		insert: queue.AddSQLite,
		begin: func(ctx context.Context, do func(*sql.Tx) error) error {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			defer tx.Rollback() //nolint:errcheck // does nothing after the commit
			if err := do(tx); err != nil {
				return err
			}
			return tx.Commit()
		},
		finish: func(ctx context.Context, tx *sql.Tx, job *river.Job[queue.Args]) error {
			_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, tx, job)
			return err
		},
		shutdown: db.Close,
	}, nil
}

// makePrivate creates the file so that only its owner can read it: it holds personal data. SQLite gives the files that
// it puts beside it the same mode.
func makePrivate(path string) error {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
