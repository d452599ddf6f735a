// Package queue adds messages together with the jobs of River that send them.
package queue

import (
	"context"
	"database/sql"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/notifykit/notify/bulk/internal/store"
)

// Args are the arguments of a job: the message with this id is to be sent.
type Args struct {
	ID int64 `json:"id"`
}

// kind is what River calls these jobs.
const kind = "notify_message"

// maxAttempts is more than a job ever needs: an attempt is counted only if a process died of it or the database was
// away, and a message is not given up for either.
const maxAttempts = 30000

// Kind is the name of these jobs in River's table.
func (Args) Kind() string { return kind }

// InsertOpts are those of all these jobs.
func (Args) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: maxAttempts} }

// Channels have a queue each, because each has a daily limit of its own.
var Channels = [3]string{"sms", "email", "letter"}

// Name is the name of a channel's queue.
func Name(channel string) string { return "notify_" + channel }

// AddPgx adds messages in a transaction of pgx.
func AddPgx(ctx context.Context, tx pgx.Tx, messages []store.Message) ([]store.Added, error) {
	return add(ctx, tx, store.PgxTx(tx), riverpgxv5.New(nil), messages)
}

// AddSQLite adds messages in a transaction of SQLite.
func AddSQLite(ctx context.Context, tx *sql.Tx, messages []store.Message) ([]store.Added, error) {
	return add(ctx, tx, store.SQLTx(tx, store.SQLite), riversqlite.New(nil), messages)
}

func add[T any](
	ctx context.Context, tx T, rows store.Tx, driver riverdriver.Driver[T], messages []store.Message,
) ([]store.Added, error) {
	client, err := river.NewClient(driver, &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	added, err := store.Add(ctx, rows, messages)
	if err != nil {
		return nil, err
	}
	for start := 0; start < len(added); start += store.MostAtOnce {
		some := added[start:min(start+store.MostAtOnce, len(added))]
		if _, err := client.InsertManyTx(ctx, tx, params(some)); err != nil {
			return nil, err
		}
	}
	return added, nil
}

func params(added []store.Added) []river.InsertManyParams {
	all := make([]river.InsertManyParams, len(added))
	for i, a := range added {
		all[i] = river.InsertManyParams{Args: Args{a.ID}, InsertOpts: &river.InsertOpts{Queue: Name(a.Channel)}}
	}
	return all
}

// AddPostgres adds messages in a transaction of database/sql on Postgres, whatever the driver. River has no driver for
// it in this version, so that the jobs are inserted by SQL, as by its clients for other languages.
func AddPostgres(ctx context.Context, tx *sql.Tx, messages []store.Message) ([]store.Added, error) {
	rows := store.SQLTx(tx, store.Postgres)
	added, err := store.Add(ctx, rows, messages)
	if err != nil {
		return nil, err
	}
	for start := 0; start < len(added); start += store.MostAtOnce {
		var q strings.Builder
		q.WriteString("INSERT INTO river_job (kind, max_attempts, queue, args) VALUES ")
		for i, a := range added[start:min(start+store.MostAtOnce, len(added))] {
			if i > 0 {
				q.WriteString(", ")
			}
			q.WriteString("('" + kind + "', " + strconv.Itoa(maxAttempts) + ", '" + Name(a.Channel) + "', '{\"id\": " +
				strconv.FormatInt(a.ID, 10) + "}')")
		}
		if _, err := rows.Exec(ctx, q.String()); err != nil {
			return nil, err
		}
	}
	return added, nil
}
