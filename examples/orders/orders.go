// Package orders confirms an order with one text message, and never with two, over a connection that loses answers.
package orders

import (
	"context"
	"time"

	"github.com/notifykit/notify"
)

// Confirm texts a customer that their order has arrived. The template has ((order)). If the outcome of a send is
// unknown, the client looks for the order's number, which is the reference, before it sends again: Notify itself takes
// the same message any number of times. Give the context two minutes, which that may take.
//
// An error that matches notify.ErrOutcomeUnknown says that looking failed too. Confirm the order again then, with again
// set, and so after a restart, for an order that may have been confirmed before.
func Confirm(ctx context.Context, client *notify.Client, template, order, phone string, again bool) error {
	text := notify.SMS{
		PhoneNumber: phone, TemplateID: template, Reference: order,
		Personalisation: notify.Personalisation{"order": order},
	}
	once := notify.Once()
	if again {
		once = notify.Resume(time.Time{})
	}
	_, err := client.Send(ctx, text, once)
	return err
}
