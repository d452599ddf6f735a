// Package outbox sends a message if, and only if, a transaction is committed.
//
//	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
//		if err := orders.Store(ctx, tx, order); err != nil {
//			return err
//		}
//		return outbox.Enqueue(ctx, tx, notify.Email{
//			EmailAddress: order.Email, TemplateID: receipt, Reference: order.ID,
//		})
//	})
//
// A program that runs [bulk.Job.Run] with [bulk.Forever] on the same database sends what was committed, once. The
// tables have to be there: see [bulk.Migrate].
package outbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/queue"
	"github.com/notifykit/notify/bulk/internal/store"
)

// Path names a file that is read when its message is sent. See [bulk.Path].
type Path = message.Path

// Enqueue adds messages in a transaction of pgx. They are sent after it is committed, and never if it is rolled back.
//
// A message whose reference was enqueued before is not added again, whatever else it says, and that is no error. One
// without a reference gets a random one. The error matches [notify.ErrInvalidRequest] if no client would send a
// message; then nothing was added, and the transaction can go on. After any other error it can't.
func Enqueue(ctx context.Context, tx pgx.Tx, messages ...notify.Message) error {
	return enqueue(messages, func(rows []store.Message) error {
		_, err := queue.AddPgx(ctx, tx, rows)
		return err
	})
}

// EnqueueSQL is [Enqueue] in a transaction of database/sql on Postgres, whatever the driver.
func EnqueueSQL(ctx context.Context, tx *sql.Tx, messages ...notify.Message) error {
	return enqueue(messages, func(rows []store.Message) error {
		_, err := queue.AddPostgres(ctx, tx, rows)
		return err
	})
}

// EnqueueSQLite is [Enqueue] in a transaction of SQLite. Let the program have one connection to it
// (SetMaxOpenConns(1)), with a busy_timeout: the sender writes to the file too.
func EnqueueSQLite(ctx context.Context, tx *sql.Tx, messages ...notify.Message) error {
	return enqueue(messages, func(rows []store.Message) error {
		_, err := queue.AddSQLite(ctx, tx, rows)
		return err
	})
}

func enqueue(messages []notify.Message, add func([]store.Message) error) error {
	rows := make([]store.Message, len(messages))
	for i, m := range messages {
		row, err := message.Store(m, func([]byte) string { return rand.Text() })
		if err != nil {
			return fmt.Errorf("outbox: message %d: %w", i+1, err)
		}
		rows[i] = row
	}
	if err := add(rows); err != nil {
		return fmt.Errorf("outbox: cannot enqueue: %w", err)
	}
	return nil
}
