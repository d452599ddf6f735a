package bulk

import (
	"context"
	"fmt"

	"github.com/notifykit/notify/bulk/internal/store"
)

// Pause has all processes on the store stop sending, within a second or so. Messages can still be added.
func (j *Job) Pause(ctx context.Context) error { return j.pause(ctx, true) }

// Resume ends a [Job.Pause].
func (j *Job) Resume(ctx context.Context) error { return j.pause(ctx, false) }

func (j *Job) pause(ctx context.Context, paused bool) error {
	if err := store.Pause(ctx, j.db.any(), paused); err != nil {
		return fmt.Errorf("bulk: %w", err)
	}
	return nil
}

// Cancel cancels the messages with these references, if they wait, and returns how many did. A message that is being
// sent at that moment is sent, and its state says so in the end. One that may have been sent before is looked for by
// [Job.Run] before that ends, and is not sent again.
func (j *Job) Cancel(ctx context.Context, references ...string) (int, error) {
	if len(references) == 0 {
		return 0, nil
	}
	return j.cancel(ctx, references)
}

// CancelAll cancels all messages that wait, as [Job.Cancel] does.
func (j *Job) CancelAll(ctx context.Context) (int, error) { return j.cancel(ctx, nil) }

func (j *Job) cancel(ctx context.Context, references []string) (int, error) {
	n, err := store.Cancel(ctx, j.db.any(), references)
	if err != nil {
		return int(n), fmt.Errorf("bulk: %w", err)
	}
	return int(n), nil
}

// Counts are numbers of messages.
type Counts struct {
	Waiting, Sent, Refused, Cancelled int
	// Reasons counts the refused messages by the reason, in Notify's words.
	Reasons map[string]int
	// Statuses counts the sent messages by their delivery status, as far as it is known.
	Statuses map[string]int
	// Cost is in pounds, of the messages whose price is known.
	Cost float64
}

// Total is the number of all messages.
func (c Counts) Total() int { return c.Waiting + c.Sent + c.Refused + c.Cancelled }

// Counts counts the messages in the store.
func (j *Job) Counts(ctx context.Context) (Counts, error) {
	c := Counts{Reasons: map[string]int{}, Statuses: map[string]int{}}
	all, err := store.Counts(ctx, j.db.any())
	if err != nil {
		return c, fmt.Errorf("bulk: %w", err)
	}
	for _, n := range all {
		switch n.State {
		case store.StateWaiting:
			c.Waiting += n.N
		case store.StateSent:
			c.Sent += n.N
		case store.StateRefused:
			c.Refused += n.N
			c.Reasons[n.Reason] += n.N
		case store.StateCancelled:
			c.Cancelled += n.N
		}
		if n.Status != "" {
			c.Statuses[n.Status] += n.N
		}
		c.Cost += n.Cost
	}
	return c, nil
}
