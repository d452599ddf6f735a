// Command mailout sends a text message for each row of a CSV file, once. Stop it any time, and start it again: it goes
// on, and adding the same file again adds nothing.
//
//	NOTIFY_API_KEY=… mailout TEMPLATE_ID people.csv
//
// It sends to NOTIFY_BASE_URL if that is set, such as a simulator at http://127.0.0.1:6011.
//
// It keeps its messages in mailout.db. With MAILOUT_STORE=postgres://… it does so in Postgres, and can be started on
// several machines at once.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := start(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: mailout TEMPLATE_ID FILE")
	}
	var opts []notify.Option
	if base := os.Getenv("NOTIFY_BASE_URL"); base != "" {
		opts = append(opts, notify.WithBaseURL(base))
	}
	client, err := notify.New(os.Getenv("NOTIFY_API_KEY"), opts...)
	if err != nil {
		return err
	}
	return mailOut(ctx, cmp.Or(os.Getenv("MAILOUT_STORE"), "mailout.db"), client, args[0], args[1], os.Stderr, os.Stdout)
}

// mailOut sends, and writes what became of each row.
func mailOut(
	ctx context.Context, store string, client *notify.Client, template, path string, progress, results io.Writer,
) error {
	job, err := bulk.Open(ctx, store, client)
	if err != nil {
		return err
	}
	defer job.Close()
	file, err := os.Open(path) //nolint:gosec // the path is the user's
	if err != nil {
		return err
	}
	defer file.Close()
	added, err := job.AddCSV(ctx, file, bulk.SMS(template))
	if wrong, ok := errors.AsType[*bulk.RowsError](err); ok {
		for _, row := range wrong.Rows {
			fmt.Fprintln(progress, row)
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d new messages, %d known\n", added.New, added.Known)
	// With a live key, add bulk.Live().
	if err := job.Run(ctx, bulk.Progress(progress), bulk.Retain(30*24*time.Hour)); err != nil {
		return err
	}
	if _, err := job.Refresh(ctx); err != nil {
		return err
	}
	return job.WriteCSV(ctx, results)
}
