// Package bulk sends many messages by GOV.UK Notify, each of them once, however often the program is stopped.
//
//	job, err := bulk.Open(ctx, "mailout.db", client)
//	…
//	defer job.Close()
//	added, err := job.Add(ctx, messages...)
//	err = job.Run(ctx) // stop it any time; run it again, and it goes on
//
// The messages wait in a database: in a file, which needs nothing installed, or in Postgres, from which any number of
// machines can send. The queue is River's (https://riverqueue.com), whose tools can be used with it.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/store"
)

// ErrAnotherKey is returned by [Open] for a store that holds messages of another service, or of a key of another type:
// what was sent with a test key would be taken for sent with a live one.
var ErrAnotherKey = store.ErrAnotherKey

// A Job is the messages in a store, those that wait and those that were sent. It is safe for concurrent use.
type Job struct {
	client *notify.Client
	db     database
	logger *slog.Logger
	// working has a channel for each message that a worker of this process deals with, closed when that is done.
	working sync.Map
	// unscrubbed: personal data was deleted, of which there can be copies in the file.
	unscrubbed atomic.Bool
}

// An Option changes how [Open] opens a store.
type Option func(*settings) error

type settings struct {
	logger  *slog.Logger
	migrate bool
}

// WithLogger has the job log what happens to all messages alike: a channel that is parked, a database that is away. No
// line holds recipients, references or personalisation. Defaults to no logging.
func WithLogger(l *slog.Logger) Option {
	return func(s *settings) error {
		if l == nil {
			return errors.New("bulk: the logger is nil")
		}
		s.logger = l
		return nil
	}
}

// WithoutMigration has [Open] leave the tables as they are. See [Migrate].
func WithoutMigration() Option {
	return func(s *settings) error {
		s.migrate = false
		return nil
	}
}

// Open opens a store of messages, and creates it if it isn't there. The source is the path of a file, or a URL that
// begins with sqlite: or with postgres:. A Postgres URL with search_path=name keeps the tables in that schema, which
// must exist.
//
// The store belongs to the service and the type of key of the client that opened it first: see [ErrAnotherKey]. Close
// it in the end.
func Open(ctx context.Context, source string, client *notify.Client, opts ...Option) (*Job, error) {
	if client.KeyType() == "" {
		return nil, errors.New("bulk: the client is not one that package notify made")
	}
	s := settings{logger: slog.New(slog.DiscardHandler), migrate: true}
	for _, opt := range opts {
		if err := opt(&s); err != nil {
			return nil, err
		}
	}
	db, err := openDatabase(ctx, source)
	if err != nil {
		return nil, err
	}
	if s.migrate {
		err = db.migrate(ctx)
	}
	if err == nil {
		err = store.Claim(ctx, db.any(), client.Key().ServiceID(), string(client.KeyType()))
	}
	if err != nil {
		_ = db.close()
		return nil, fmt.Errorf("bulk: cannot open the store: %w", err)
	}
	return &Job{client: client, db: db, logger: s.logger}, nil
}

// Migrate creates or changes the tables in a store: River's and those of this module. [Open] does the same unless it is
// told not to, which is for programs whose role in the database may not.
func Migrate(ctx context.Context, source string) error {
	db, err := openDatabase(ctx, source)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // what matters was committed
	if err := db.migrate(ctx); err != nil {
		return fmt.Errorf("bulk: cannot migrate the store: %w", err)
	}
	return nil
}

// Close closes the store. Call it when Run has returned.
func (j *Job) Close() error { return j.db.close() }

// Path names a file that is read when its message is sent: as a value of an email's Personalisation, where a
// [notify.File] would be stored whole, or as the Content of a [notify.PrecompiledLetter]. The file has to be there,
// unchanged, for every machine that sends.
type Path = message.Path

func openDatabase(ctx context.Context, source string) (database, error) {
	if strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://") {
		return openPostgres(ctx, source)
	}
	return openSQLite(ctx, strings.TrimPrefix(source, "sqlite:"))
}
