package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/bulk/internal/postgrestest"
	"github.com/notifykit/notify/bulk/outbox"
	"github.com/notifykit/notify/simulator"
)

var transactions = flag.Int("outbox.transactions", 300, "transactions of which a third is rolled back")

func TestMain(m *testing.M) {
	m.Run()
	postgrestest.Stop()
}

const templateID = "f33517ff-2a88-4f6e-b855-c550268ce08a"

func setup(t testing.TB) (*simulator.Service, *notify.Client) {
	t.Helper()
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Shop", AnyTemplate: true, RateLimit: 600_000,
		Keys: []simulator.KeyConfig{{Name: "outbox-test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithoutRateLimit(),
		notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	return service, client
}

func order(n int) notify.Email {
	return notify.Email{EmailAddress: "a@dept.gov.uk", TemplateID: templateID, Reference: fmt.Sprintf("order-%d", n)}
}

// A begin runs something in a transaction, which is rolled back if that fails.
type begin func(ctx context.Context, do func(enqueue func(...notify.Message) error) error) error

// store opens a store, and begins transactions on the same database with one of the three functions.
func store(t testing.TB, kind string, client *notify.Client) (*bulk.Job, begin) {
	t.Helper()
	source := filepath.Join(t.TempDir(), "outbox.db")
	if kind != "sqlite" {
		source = postgrestest.New(t)
	}
	job, err := bulk.Open(t.Context(), source, client)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, job.Close()) })
	if kind == "pgx" {
		pool, err := pgxpool.New(t.Context(), source)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		return job, func(ctx context.Context, do func(func(...notify.Message) error) error) error {
			return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
				return do(func(m ...notify.Message) error { return outbox.Enqueue(ctx, tx, m...) })
			})
		}
	}
	driver, name, enqueue := "pgx", source, outbox.EnqueueSQL
	if kind == "sqlite" {
		driver, name = "sqlite", "file:"+source+"?_pragma=busy_timeout(10000)&_txlock=immediate"
		enqueue = outbox.EnqueueSQLite
	}
	db, err := sql.Open(driver, name)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return job, func(ctx context.Context, do func(func(...notify.Message) error) error) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // does nothing after the commit
		if err := do(func(m ...notify.Message) error { return enqueue(ctx, tx, m...) }); err != nil {
			return err
		}
		return tx.Commit()
	}
}

var kinds = []string{"pgx", "sql", "sqlite"}

// What is committed is sent, and nothing else, while the sender runs beside the transactions.
func TestOutbox(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			service, client := setup(t)
			job, begin := store(t, kind, client)
			ctx, stop := context.WithCancel(t.Context())
			ran := make(chan error, 1)
			go func() { ran <- job.Run(ctx, bulk.Forever(), bulk.RateLimit(600_000)) }()

			errRolledBack := errors.New("the order was not stored")
			for n := range *transactions {
				err := begin(t.Context(), func(enqueue func(...notify.Message) error) error {
					require.NoError(t, enqueue(order(n)))
					if n%3 == 0 {
						return errRolledBack
					}
					return nil
				})
				if n%3 == 0 {
					require.ErrorIs(t, err, errRolledBack)
				} else {
					require.NoError(t, err)
				}
			}
			stop()
			require.ErrorIs(t, <-ran, context.Canceled)
			require.NoError(t, job.Run(t.Context(), bulk.RateLimit(600_000)))

			sent := map[string]int{}
			for _, m := range service.TestMessages() {
				sent[m.Reference]++
			}
			want := map[string]int{}
			for n := range *transactions {
				if n%3 != 0 {
					want[order(n).Reference] = 1
				}
			}
			require.Equal(t, want, sent)
			t.Logf("%d transactions, %d committed, %d messages sent", *transactions, len(want), len(service.TestMessages()))
		})
	}
}

// The same reference is the same message. One without a reference is a message of its own each time.
func TestReferences(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			service, client := setup(t)
			job, begin := store(t, kind, client)
			for range 2 {
				require.NoError(t, begin(t.Context(), func(enqueue func(...notify.Message) error) error {
					return enqueue(order(1), order(1), notify.Email{EmailAddress: "b@dept.gov.uk", TemplateID: templateID})
				}))
			}
			require.NoError(t, job.Run(t.Context()))
			require.Len(t, service.TestMessages(), 3)
		})
	}
}

// A message that no client would send doesn't end the transaction.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			service, client := setup(t)
			job, begin := store(t, kind, client)
			require.NoError(t, begin(t.Context(), func(enqueue func(...notify.Message) error) error {
				wrong := order(2)
				wrong.Personalisation = notify.Personalisation{"when": struct{ secret string }{"personal"}}
				err := enqueue(order(1), wrong)
				require.ErrorIs(t, err, notify.ErrInvalidRequest)
				require.ErrorContains(t, err, "outbox: message 2: ")
				require.NotContains(t, err.Error(), "personal\"")
				require.ErrorIs(t, enqueue(nil), notify.ErrInvalidRequest)
				require.NoError(t, enqueue())
				return enqueue(order(3))
			}))
			require.NoError(t, job.Run(t.Context()))
			require.Len(t, service.TestMessages(), 1)
		})
	}
}

// One message in a transaction of its own, which is what an outbox costs.
func BenchmarkEnqueue(b *testing.B) {
	for _, kind := range kinds {
		b.Run(kind, func(b *testing.B) {
			_, client := setup(b)
			_, begin := store(b, kind, client)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				require.NoError(b, begin(b.Context(), func(enqueue func(...notify.Message) error) error {
					return enqueue(order(n))
				}))
			}
		})
	}
}
