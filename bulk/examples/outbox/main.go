// Command outbox takes orders and sends a receipt for each that is stored, and for no other. It needs Postgres:
//
//	NOTIFY_API_KEY=… RECEIPT_TEMPLATE=… outbox postgres://…
//
// Post an order to http://localhost:8080/orders, with email and item as form values, and see the queue at
// http://localhost:8080/queue/.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"riverqueue.com/riverui"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/bulk/outbox"
	"github.com/notifykit/notify/recipients"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	err := start(ctx, os.Args[1:], logger)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		logger.Error("outbox", slog.Any("error", err))
		os.Exit(1)
	}
}

func start(ctx context.Context, args []string, logger *slog.Logger) error {
	if len(args) != 1 {
		return errors.New("usage: outbox postgres://…")
	}
	var opts []notify.Option
	if base := os.Getenv("NOTIFY_BASE_URL"); base != "" { // such as a simulator at http://127.0.0.1:6011
		opts = append(opts, notify.WithBaseURL(base))
	}
	client, err := notify.New(os.Getenv("NOTIFY_API_KEY"), opts...)
	if err != nil {
		return err
	}
	job, err := bulk.Open(ctx, args[0], client, bulk.WithLogger(logger)) // makes the tables of the queue
	if err != nil {
		return err
	}
	defer job.Close()
	pool, err := pgxpool.New(ctx, args[0])
	if err != nil {
		return err
	}
	defer pool.Close()
	handler, err := newHandler(ctx, pool, os.Getenv("RECEIPT_TEMPLATE"), logger)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: "localhost:8080", Handler: handler, ReadTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	go func() {
		<-ctx.Done()
		_ = server.Close() // the orders are in the database, or are not
	}()
	// Senders can as well be programs of their own, on any number of machines. With a live key, add bulk.Live().
	err = job.Run(ctx, bulk.Forever(), bulk.Retain(30*24*time.Hour))
	select {
	case f := <-failed:
		return errors.Join(err, f)
	default:
		return err
	}
}

// newHandler takes orders, and shows the queue. The queue's pages are for those who run it: in a real program, ask who
// it is.
func newHandler(ctx context.Context, pool *pgxpool.Pool, template string, logger *slog.Logger) (http.Handler, error) {
	const table = "CREATE TABLE IF NOT EXISTS orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), item text NOT NULL" +
		" CHECK (item <> ''))"
	if _, err := pool.Exec(ctx, table); err != nil {
		return nil, err
	}
	queue, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: logger}) // which works nothing
	if err != nil {
		return nil, err
	}
	pages, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(queue, nil), Logger: logger, Prefix: "/queue",
	})
	if err != nil {
		return nil, err
	}
	if err := pages.Start(ctx); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/queue/", pages)
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		email, err := recipients.ParseEmail(r.PostFormValue("email"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		id, err := order(r.Context(), pool, template, email.String(), r.PostFormValue("item"))
		if err != nil {
			http.Error(w, "the order was not taken", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, id) //nolint:gosec // the database made it
	})
	return mux, nil
}

// order stores an order and the receipt that is to be sent, both or neither.
func order(ctx context.Context, pool *pgxpool.Pool, template, email, item string) (id string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		row := tx.QueryRow(ctx, "INSERT INTO orders (item) VALUES ($1) RETURNING id", item)
		if err := row.Scan(&id); err != nil {
			return err
		}
		return outbox.Enqueue(ctx, tx, notify.Email{
			EmailAddress: email, TemplateID: template, Reference: "order-" + id,
			Personalisation: notify.Personalisation{"item": item},
		})
	})
	return id, err
}
