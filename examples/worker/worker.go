// Package worker sends the rows of a file: each message once, whatever the network does and however often the program
// is stopped.
package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/notifykit/notify"
)

// A Row is one message of the file. Its reference is what makes it this message and no other.
type Row struct {
	Reference string
	Message   notify.Message
}

// A Worker sends rows, several at once, and notes in its journal what becomes of them.
type Worker struct {
	Client  *notify.Client
	Journal *Journal
	AtOnce  int
}

// Run sends what the journal does not know to be sent or refused. It waits when a limit is reached, until midnight too.
// It ends when all is done, when the context ends, or when nothing can be sent any more, such as with a revoked key.
// Run it again then, with the same rows and journal.
func (w *Worker) Run(ctx context.Context, rows []Row) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan Row)
	var workers sync.WaitGroup
	for range w.AtOnce {
		workers.Go(func() {
			for row := range queue {
				if err := w.send(ctx, row); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, row := range rows {
		if result, _ := w.Journal.Result(row.Reference); result == "" && ctx.Err() == nil {
			queue <- row
		}
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// send goes on until it is known what became of the row. An error ends the run.
func (w *Worker) send(ctx context.Context, row Row) error {
	once := notify.Once()
	if _, begun := w.Journal.Result(row.Reference); begun {
		once = notify.Resume(time.Time{}) // it may be on its way
	} else if err := w.Journal.Note(row.Reference, ""); err != nil {
		return err
	}
	for ctx.Err() == nil {
		sent, err := w.Client.Send(ctx, row.Message, once)
		switch notify.OutcomeOf(err) {
		case notify.OutcomeAccepted:
			return w.Journal.Note(row.Reference, "sent as "+sent.ID)
		case notify.OutcomeRefused:
			return w.Journal.Note(row.Reference, "refused: "+err.Error()) // it says nothing of the recipient
		case notify.OutcomeUnknown:
			once = notify.Resume(time.Now())
		}
		pause := time.Minute
		switch {
		case errors.Is(err, notify.ErrUnauthorised):
			return err
		case errors.Is(err, notify.ErrDailyLimit):
			pause = max(pause, time.Until(notify.ResetAt(err))) // which may be past by this clock
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}
