package notify

import (
	"context"
	"time"
)

// reconciled are the statuses of delivery receipts.
var reconciled = []Status{
	StatusDelivered, StatusPermanentFailure, StatusTemporaryFailure, StatusTechnicalFailure,
}

// Reconcile reads what delivery receipts may have been missed, and gives receive, the function that [Callbacks] have
// too, one for each text and email that was created since that time and has reached a final status. It ends after the
// first error, which may be receive's, and otherwise when it has come to a message that is older.
//
// The newest messages come first, a page of 250 at a time, whether their receipts have arrived or not: receive has to
// know what it has seen (see [SkipSeen]). A message may be four days on its way, as Notify gives up on the night after
// 72 hours: so begin four days before the first receipt may have been lost.
//
// Notify keeps messages for 7 days unless the service chose otherwise, and lists those that were sent with a key of the
// same type as the client's; those sent from the web pages are with the live ones. Among them are messages that never
// reached a provider (technical-failure), for which Notify posts no receipt. Letters have no receipts and are left out.
func (c *Client) Reconcile(
	ctx context.Context, since time.Time, receive func(context.Context, DeliveryReceipt) error,
) error {
	if receive == nil {
		return refuse(nil, "there is no function to receive delivery receipts")
	}
	filter := NotificationFilter{
		Statuses: reconciled, Types: []NotificationType{NotificationTypeSMS, NotificationTypeEmail}, IncludeJobs: true,
	}
	for n, err := range c.Notifications(ctx, filter) {
		if err != nil {
			return err
		}
		if !n.CreatedAt.IsZero() && n.CreatedAt.Before(since) {
			return nil
		}
		if !n.Status.IsFinal() || n.Type == NotificationTypeLetter {
			continue // another service than Notify, which pays no heed to the filter
		}
		if ctx.Err() != nil { // in the middle of a page, which is there already
			return endOf(ctx)
		}
		if err := receive(ctx, receiptOf(n)); err != nil {
			return err
		}
	}
	return nil
}

func receiptOf(n *Notification) DeliveryReceipt {
	to := n.EmailAddress
	if to == "" {
		to = n.PhoneNumber
	}
	return DeliveryReceipt{
		ID: n.ID, Reference: n.Reference, To: to, Status: n.Status,
		CreatedAt: n.CreatedAt, CompletedAt: n.CompletedAt, SentAt: n.SentAt,
		NotificationType: n.Type, TemplateID: n.Template.ID, TemplateVersion: n.Template.Version,
	}
}
