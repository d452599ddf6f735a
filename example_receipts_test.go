package notify_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// orders is a service with a database, in which receipts (key) is a unique index.
type orders struct {
	db *sql.DB
}

// receiver is to be served at the URL that Notify knows.
func (o *orders) receiver(tokens ...string) (http.Handler, error) {
	return notify.NewCallbackHandler(notify.Callbacks{DeliveryReceipt: o.receipt}, tokens...)
}

// receipt notes the key in the transaction of the work: what comes twice changes nothing, also at the same time, and
// what fails is undone as a whole.
func (o *orders) receipt(ctx context.Context, r notify.DeliveryReceipt) error {
	tx, err := o.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	noted, err := tx.ExecContext(ctx, `INSERT INTO receipts (key) VALUES ($1) ON CONFLICT DO NOTHING`, r.Key())
	if err != nil {
		return err
	}
	if n, err := noted.RowsAffected(); err != nil || n == 0 {
		return err // it was here before
	}
	_, err = tx.ExecContext(ctx, `UPDATE orders SET status = $1 WHERE reference = $2`, r.Status, r.Reference)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// reconcile is for a start after an outage, and for once a night. It goes back as far as Notify may take to deliver.
func (o *orders) reconcile(ctx context.Context, client *notify.Client, outage time.Time) error {
	return client.Reconcile(ctx, outage.AddDate(0, 0, -4), o.receipt)
}

// A receipt that comes twice, and one that cannot be stored at first.
func ExampleDeliveryReceipt_Key() {
	table := &receiptsTable{keys: map[string]bool{}}
	service := &orders{db: sql.OpenDB(table)}
	defer service.db.Close()
	handler, err := service.receiver("callback-bearer-token")
	if err != nil {
		fmt.Println(err)
		return
	}
	table.away = errors.New("no connection")
	fmt.Println(examplePost(handler, "callback-bearer-token", exampleReceipt))
	table.away = nil
	fmt.Println(examplePost(handler, "callback-bearer-token", exampleReceipt))
	fmt.Println(examplePost(handler, "callback-bearer-token", exampleReceipt))
	// Output:
	// 503
	// order licence-4711 is delivered
	// 200
	// 200
}

// After an outage, what has become of the messages meanwhile goes to the function that the handler has.
func ExampleClient_Reconcile() {
	_, client := exampleService(simulator.KeyTypeTest)
	_, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "licence-4711",
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	service := &orders{db: sql.OpenDB(&receiptsTable{keys: map[string]bool{}})}
	defer service.db.Close()
	outage := time.Now()
	for range 2 {
		if err := service.reconcile(context.Background(), client, outage); err != nil {
			fmt.Println(err)
		}
	}
	// Output: order licence-4711 is delivered
}

// A receiptsTable stands in for a database: a unique index of keys, and transactions one after the other.
type receiptsTable struct {
	mu   sync.Mutex
	keys map[string]bool
	away error
}

func (t *receiptsTable) Connect(context.Context) (driver.Conn, error) {
	return &receiptsConn{table: t}, t.away
}
func (t *receiptsTable) Driver() driver.Driver { return nil }

type receiptsConn struct {
	table        *receiptsTable
	key, changed string // what is to be written
}

func (c *receiptsConn) Begin() (driver.Tx, error) {
	c.table.mu.Lock()
	c.key, c.changed = "", ""
	return c, nil
}

func (c *receiptsConn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if strings.HasPrefix(query, "INSERT") {
		key := args[0].Value.(string)
		if c.table.keys[key] {
			return driver.RowsAffected(0), nil
		}
		c.key = key
	} else {
		c.changed = fmt.Sprintf("order %s is %s", args[1].Value, args[0].Value)
	}
	return driver.RowsAffected(1), nil
}

func (c *receiptsConn) Commit() error {
	defer c.table.mu.Unlock()
	c.table.keys[c.key] = true
	fmt.Println(c.changed)
	return nil
}

func (c *receiptsConn) Rollback() error {
	c.table.mu.Unlock()
	return nil
}

func (c *receiptsConn) Prepare(string) (driver.Stmt, error) { return nil, errors.ErrUnsupported }
func (c *receiptsConn) Close() error                        { return nil }
