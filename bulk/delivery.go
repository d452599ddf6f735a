package bulk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/store"
)

// DeliveryReceipt writes down what became of a message. It is one for [notify.Callbacks]. Receipts of messages that are
// not in the store are none of its business, and no error. It can be called twice with the same.
func (j *Job) DeliveryReceipt(ctx context.Context, r notify.DeliveryReceipt) error {
	if r.Reference == "" {
		return nil
	}
	_, err := store.Deliver(ctx, j.db.any(), store.Delivery{
		NotificationID: r.ID, Reference: r.Reference, Status: string(r.Status), Final: r.Status.IsFinal(), At: r.CompletedAt,
	})
	if err != nil {
		return fmt.Errorf("bulk: cannot store a delivery receipt: %w", err)
	}
	return nil
}

// refreshBatch is how many messages Notify is asked for in one go, by pages of 250.
const refreshBatch = 2500

// Refresh asks Notify what became of the messages that were sent and whose status can still change, or whose cost is
// unknown, and returns how many it told of: 250 that were sent one after the other take one call. Letters have no
// receipts, and receipts no costs; otherwise it does what [Job.DeliveryReceipt] does. Call it every few minutes, or
// once a day for letters. Notify forgets messages after the service's data retention period, 7 days by default; what is
// unknown then stays so.
func (j *Job) Refresh(ctx context.Context) (int, error) {
	told, last := 0, int64(0)
	for {
		ids, end, err := store.Undecided(ctx, j.db.any(), last, refreshBatch)
		if err != nil {
			return told, fmt.Errorf("bulk: %w", err)
		}
		if len(ids) == 0 {
			return told, nil
		}
		last = end
		for n, err := range j.client.NotificationsByID(ctx, ids) {
			if errors.Is(err, notify.ErrNotFound) && n != nil {
				continue
			}
			if err == nil {
				err = j.delivered(ctx, n)
				told++
			}
			if err != nil {
				return told, fmt.Errorf("bulk: cannot refresh: %w", err)
			}
		}
	}
}

func (j *Job) delivered(ctx context.Context, n *notify.Notification) error {
	d := store.Delivery{
		NotificationID: n.ID, Reference: n.Reference, Status: string(n.Status), Final: n.Status.IsFinal(), At: n.CompletedAt,
	}
	if n.CostDataReady && n.CostInPounds != nil {
		d.Cost = sql.NullFloat64{Float64: *n.CostInPounds, Valid: true}
	}
	_, err := store.Deliver(ctx, j.db.any(), d)
	return err
}

// Purge deletes the personal data of all messages that were sent, refused or cancelled this long ago or longer:
// recipients, personalisation, the names of files, and the columns of tables. It returns how many had any. References,
// ids, statuses and reasons stay, so that a table can still be added again without being sent again; a reference that
// was made of a message can't be turned back, but whoever has the message can check that it was sent.
//
// A file is then written anew, so that no copies are left in it, which takes as much space again and keeps others from
// writing for some seconds if there are a million messages. In Postgres the old rows go by its autovacuum.
//
// See [Retain] for doing so while messages are sent.
func (j *Job) Purge(ctx context.Context, age time.Duration) (int, error) {
	if age < 0 {
		return 0, errors.New("bulk: the age of what is deleted is negative")
	}
	n, err := j.purge(ctx, age)
	if err == nil {
		err = j.scrub(ctx)
	}
	if err != nil {
		return n, fmt.Errorf("bulk: cannot delete personal data: %w", err)
	}
	return n, nil
}

func (j *Job) purge(ctx context.Context, age time.Duration) (int, error) {
	n, err := store.Purge(ctx, j.db.any(), age)
	if n > 0 {
		j.unscrubbed.Store(true)
	}
	return int(n), err
}

// scrub removes copies of what was purged.
func (j *Job) scrub(ctx context.Context) error {
	if !j.unscrubbed.Swap(false) {
		return nil
	}
	err := store.Scrub(ctx, j.db.any())
	if err != nil {
		j.unscrubbed.Store(true)
	}
	return err
}

// TimeLeft is how long the messages that wait take at a rate limit, if nothing else holds them up. Zero stands for
// Notify's own limit, [notify.DefaultRateLimit].
func (j *Job) TimeLeft(ctx context.Context, perMinute int) (time.Duration, error) {
	if perMinute <= 0 {
		perMinute = notify.DefaultRateLimit
	}
	tokens, err := store.Tokens(ctx, j.db.any())
	if err != nil {
		return 0, fmt.Errorf("bulk: %w", err)
	}
	return time.Duration(tokens) * time.Minute / time.Duration(perMinute), nil
}
