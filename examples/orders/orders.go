// Package orders confirms an order with one text message, and never with two, over a connection that loses answers.
package orders

import (
	"context"
	"errors"
	"time"

	"github.com/notifykit/notify"
)

// underWay is how long a request may still be on its way when its sender has given it up.
const underWay = time.Minute

// Confirm texts a customer that their order has arrived. The template has ((order)). If the outcome of a send is
// unknown, it looks for the order's number, which is the reference, before it sends again: Notify itself takes the same
// message any number of times. It goes on until it knows, or the context ends.
func Confirm(ctx context.Context, client *notify.Client, template, order, phone string) error {
	text := notify.SMS{
		PhoneNumber: phone, TemplateID: template, Reference: order,
		Personalisation: notify.Personalisation{"order": order},
	}
	_, err := client.SendSMS(ctx, text)
	for errors.Is(err, notify.ErrOutcomeUnknown) {
		select {
		case <-time.After(underWay):
		case <-ctx.Done():
			return err // whoever calls Confirm for this order again has to look it up first
		}
		page, lookup := client.NotificationsPage(ctx, notify.NotificationFilter{Reference: order})
		switch {
		case lookup != nil: // nothing more is known than before
		case len(page.Notifications) > 0:
			return nil
		default:
			_, err = client.SendSMS(ctx, text)
		}
	}
	return err
}
