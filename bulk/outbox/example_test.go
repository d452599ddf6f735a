package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/bulk/outbox"
)

// The message is sent if, and only if, the order is stored. A program that runs bulk.Job.Run on the database sends it.
func ExampleEnqueue() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return
	}
	defer pool.Close()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO orders (id) VALUES ($1)", "1000"); err != nil {
			return err
		}
		return outbox.Enqueue(ctx, tx, notify.Email{
			EmailAddress: "ann@example.gov.uk", TemplateID: templateID, Reference: "order-1000",
		})
	})
	fmt.Println(err)
}

// The same with database/sql on Postgres, and a file that is read when the message is sent.
func ExampleEnqueueSQL() {
	ctx := context.Background()
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		return
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return
	}
	defer tx.Rollback() //nolint:errcheck // it fails after a commit
	if err := outbox.EnqueueSQL(ctx, tx, notify.Email{
		EmailAddress: "ann@example.gov.uk", TemplateID: templateID, Reference: "order-1000",
		Personalisation: notify.Personalisation{"receipt": outbox.Path("/srv/receipts/1000.pdf")},
	}); err != nil {
		return
	}
	fmt.Println(tx.Commit())
}

// The same on SQLite: what is rolled back is not sent.
func ExampleEnqueueSQLite() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outbox-example-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is an example's
	path := filepath.Join(dir, "shop.db")
	if err := bulk.Migrate(ctx, path); err != nil {
		panic(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, commit := range []bool{true, false} {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			panic(err)
		}
		err = outbox.EnqueueSQLite(ctx, tx, notify.SMS{PhoneNumber: "07900 900123", TemplateID: templateID})
		if err != nil {
			panic(err)
		}
		if commit {
			err = tx.Commit()
		} else {
			err = tx.Rollback()
		}
		if err != nil {
			panic(err)
		}
	}
	var waiting int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM notify_messages").Scan(&waiting); err != nil {
		panic(err)
	}
	fmt.Println(waiting, "message waits")
	// Output: 1 message waits
}
