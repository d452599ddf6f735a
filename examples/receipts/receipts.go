// Package receipts keeps what became of the email for each order, and loses no delivery receipt when it is down itself.
package receipts

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/notifykit/notify"
)

// App sends an email for each order. In a real program the orders are in a database.
type App struct {
	client   *notify.Client
	template string

	mu     sync.Mutex
	down   bool
	orders map[string]notify.DeliveryReceipt // by the order's number
}

// New makes an App. The template is for emails and has ((order)).
func New(client *notify.Client, template string) *App {
	return &App{client: client, template: template, orders: map[string]notify.DeliveryReceipt{}}
}

// Down is the beginning of an outage: nothing can be stored. Up is its end.
func (a *App) Down() { a.setDown(true) }

// Up is the end of an outage.
func (a *App) Up() { a.setDown(false) }

func (a *App) setDown(down bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down = down
}

// Place sends the email. The order's number is its reference, by which the receipt finds back.
func (a *App) Place(ctx context.Context, order, address string) error {
	_, err := a.client.SendEmail(ctx, notify.Email{
		EmailAddress: address, TemplateID: a.template, Reference: order,
		Personalisation: notify.Personalisation{"order": order},
	})
	return err
}

// Status is what is known of the order's email. It is empty as long as nothing is.
func (a *App) Status(order string) notify.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.orders[order].Status
}

// Receiver is the handler for Notify's callbacks. While a token is being changed, give both: a receipt that is posted
// again has the token of the first time, up to 25 minutes later.
func (a *App) Receiver(tokens ...string) (http.Handler, error) {
	return notify.NewCallbackHandler(notify.Callbacks{DeliveryReceipt: a.receive}, tokens...)
}

// CatchUp reads what may have been missed. An outage of up to 25 minutes needs none: Notify posts again.
func (a *App) CatchUp(ctx context.Context, outage time.Time) error {
	const longestWay = 4 * 24 * time.Hour // Notify gives up on a message in the night after 72 hours
	return a.client.Reconcile(ctx, outage.Add(-longestWay), a.receive)
}

// receive may be given the same receipt twice, and an older one after a newer one.
func (a *App) receive(_ context.Context, r notify.DeliveryReceipt) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down {
		return errors.New("the database is away") // so that Notify posts the receipt again
	}
	if known, ok := a.orders[r.Reference]; !ok || r.CompletedAt.After(known.CompletedAt) {
		a.orders[r.Reference] = r
	}
	return nil
}
