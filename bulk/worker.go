package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/message"
	"github.com/notifykit/notify/bulk/internal/queue"
	"github.com/notifykit/notify/bulk/internal/store"
)

const (
	// proofAfter is when Notify's list is proof that a message was not accepted: see [notify.Resume].
	proofAfter = 92 * time.Second
	// firstLook is for how long a message in doubt is looked for at once. Most are found.
	firstLook = 5 * time.Second
	// pauseAfterFailure is when to look again for a message that is only looked for.
	pauseAfterFailure = 30 * time.Second
	// recordTries is how often what became of a message is written down before it is left to the next who looks.
	recordTries = 6
	// recordTime is for how long, with a database that hangs.
	recordTime = 30 * time.Second
)

// work sends a message, or finds out what became of it.
func (r *run) work(ctx context.Context, job *river.Job[queue.Args]) error {
	channel := strings.TrimPrefix(job.Queue, queue.Name(""))
	if wait := r.keptBack(channel); wait > 0 {
		return river.JobSnooze(wait)
	}
	done := make(chan struct{})
	if other, busy := r.working.LoadOrStore(job.Args.ID, done); busy {
		// The clock was put forward, or stood still while the machine slept, and the job was taken for stuck.
		select {
		case <-other.(chan struct{}): //nolint:forcetypeassert // as stored here
		case <-ctx.Done():
		}
		return river.JobSnooze(0)
	}
	defer close(done)
	defer r.working.Delete(job.Args.ID)
	return r.workAlone(ctx, job, channel)
}

func (r *run) workAlone(ctx context.Context, job *river.Job[queue.Args], channel string) error {
	stored, found, err := store.Load(ctx, r.db.any(), job.Args.ID)
	if err != nil {
		return r.again(ctx, err)
	}
	last := r.lastAttempt(job, stored)
	switch {
	case found && stored.State == store.StateCancelled && !last.IsZero():
		return r.finish(ctx, job, channel, stored, last, store.Outcome{State: store.StateCancelled})
	case !found || stored.State != store.StateWaiting:
		return nil // it was cancelled, or recorded after the job was taken for stuck
	}
	m, err := message.Restore(stored)
	if err != nil {
		return r.finish(ctx, job, channel, stored, last, store.Outcome{State: store.StateRefused, Reason: err.Error()})
	}
	if err := r.limiter.take(ctx, stored.Tokens); err != nil {
		return r.afterNoToken(ctx, err)
	}
	sent, last, err := r.send(ctx, m, last)
	return r.settle(ctx, job, channel, sent, last, err)
}

// send makes the call. last is when an attempt was made before, zero for never; and of this call, at the latest.
func (r *run) send(ctx context.Context, m notify.Message, last time.Time) (*notify.Sent, time.Time, error) {
	var opts []notify.SendOption
	if !last.IsZero() {
		if time.Until(last.Add(proofAfter)) > 2*firstLook {
			sent, err := r.lookFor(ctx, m, last)
			return sent, last, err
		}
		opts = append(opts, notify.Resume(last))
	}
	limited, cancel := context.WithTimeout(ctx, r.times.send)
	defer cancel()
	sent, err := r.client.Send(limited, m, opts...)
	if err == nil || notify.SafeToRetry(err) {
		return sent, last, err
	}
	last = time.Now()
	if found, again := r.lookFor(ctx, m, last); again == nil {
		return found, last, nil
	}
	return nil, last, err
}

// lookFor looks for a message that may have been accepted. If it was, it is mostly there at once. If not, the proof of
// that takes a minute and a half, in which this worker has better things to do. It gives up long before that, so that
// it sends nothing.
func (r *run) lookFor(ctx context.Context, m notify.Message, last time.Time) (*notify.Sent, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), firstLook)
	defer cancel()
	return r.client.Send(ctx, m, notify.Resume(last))
}

// finish records what became of a message that won't be sent now. If it may have been before, it is looked for.
func (r *run) finish(
	ctx context.Context, job *river.Job[queue.Args], channel string, stored store.Stored, last time.Time, o store.Outcome,
) error {
	if last.IsZero() {
		return r.record(ctx, job, o)
	}
	filter := notify.NotificationFilter{
		Reference: stored.Reference, Types: []notify.NotificationType{notify.NotificationType(channel)},
	}
	for n, err := range r.client.Notifications(ctx, filter) {
		if err != nil {
			if errors.Is(err, notify.ErrUnauthorised) {
				r.halt(err)
			}
			return river.JobSnooze(pauseAfterFailure)
		}
		return r.record(ctx, job, store.Outcome{State: store.StateSent, NotificationID: n.ID})
	}
	if wait := time.Until(last.Add(proofAfter)); wait > 0 {
		return river.JobSnooze(wait)
	}
	return r.record(ctx, job, o)
}

// lastAttempt is the latest time at which somebody can have tried to send the message, or zero.
func (r *run) lastAttempt(job *river.Job[queue.Args], stored store.Stored) time.Time {
	last := stored.DoubtAt
	for _, e := range job.Errors { // of a job that failed, or whose process died
		at := e.At
		if strings.HasPrefix(e.Error, "Stuck job rescued") {
			at = at.Add(r.times.job - r.times.rescue)
		}
		if at.After(last) {
			last = at
		}
	}
	return last
}

// settle records what became of a message, or says when to go on with it.
func (r *run) settle(
	ctx context.Context, job *river.Job[queue.Args], channel string, sent *notify.Sent, last time.Time, err error,
) error {
	switch notify.OutcomeOf(err) {
	case notify.OutcomeAccepted:
		return r.record(ctx, job, store.Outcome{State: store.StateSent, NotificationID: sent.ID})
	case notify.OutcomeRefused:
		return r.record(ctx, job, store.Outcome{State: store.StateRefused, Reason: reason(err)})
	case notify.OutcomeNotSent:
		return r.afterNotSent(ctx, job, channel, err)
	}
	err = r.persist(ctx, func(ctx context.Context) error {
		return store.Doubt(ctx, r.db.any(), job.Args.ID, last)
	})
	if err != nil {
		return err
	}
	return river.JobSnooze(max(time.Until(last.Add(proofAfter)), time.Second))
}

// afterNotSent says when to send a message that provably was not.
func (r *run) afterNotSent(ctx context.Context, job *river.Job[queue.Args], channel string, err error) error {
	switch {
	case errors.Is(err, notify.ErrDailyLimit):
		until := notify.ResetAt(err).Add(time.Second)
		if soonest := time.Now().Add(time.Minute); until.Before(soonest) {
			until = soonest // this machine's clock is ahead of Notify's
		}
		if strings.Contains(strings.ToLower(reason(err)), "international") {
			return river.JobSnooze(time.Until(until)) // those to the UK go on
		}
		r.logger.WarnContext(ctx, "notify bulk: the daily limit is used up", slog.String("channel", channel),
			slog.Time("parked_until", until))
		if err := store.Park(ctx, r.db.any(), channel, until); err != nil {
			return r.again(ctx, err)
		}
		return river.JobSnooze(time.Until(until))
	case errors.Is(err, notify.ErrUnauthorised), errors.Is(err, notify.ErrKeyMismatch):
		r.halt(err)
		return river.JobSnooze(time.Second)
	case errors.Is(err, notify.ErrRateLimited):
		if err := r.limiter.pushBack(ctx); err != nil {
			return r.again(ctx, err)
		}
		return river.JobSnooze(time.Second)
	}
	var metadata struct {
		Snoozes int `json:"snoozes"` // by River
	}
	if err := json.Unmarshal(job.Metadata, &metadata); err != nil {
		return err
	}
	return river.JobSnooze(time.Second << min(metadata.Snoozes, 5))
}

// afterNoToken says when to ask for a token again.
func (r *run) afterNoToken(ctx context.Context, err error) error {
	var late tooLate
	switch {
	case errors.As(err, &late):
		return river.JobSnooze(max(time.Duration(late), 0))
	case errors.Is(err, errStopping):
		return river.JobSnooze(0)
	}
	return r.again(ctx, err)
}

// again puts off a message that the database could not say enough about to send it. An error would count as an attempt,
// and so as a reason to look for the message.
func (r *run) again(ctx context.Context, err error) error {
	r.logger.WarnContext(ctx, "notify bulk: the database fails", slog.Any("error", err))
	return river.JobSnooze(time.Second)
}

// keptBack is for how long a message has to wait because of its channel, or because all do.
func (r *run) keptBack(channel string) time.Duration {
	select {
	case <-r.stopped:
		return time.Second
	default:
	}
	held := r.held.Load()
	if held.Paused {
		return time.Second
	}
	return held.Parked[channel]
}

// record writes down what became of a message, and completes its job with it.
func (r *run) record(ctx context.Context, job *river.Job[queue.Args], o store.Outcome) error {
	return r.persist(ctx, func(ctx context.Context) error {
		return r.db.complete(ctx, job, func(tx store.Tx) error { return store.Record(ctx, tx, job.Args.ID, o) })
	})
}

// persist tries again for a while: what it writes cost a message. The run's end doesn't stop it.
func (r *run) persist(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	var err error
	for try := range recordTries {
		if try > 0 {
			timer := time.NewTimer(100 * time.Millisecond << try)
			<-timer.C
		}
		if err = do(ctx); err == nil {
			return nil
		}
	}
	return err
}

// reason is why Notify refused a message, in its words. It is kept when personal data is deleted, so that words that
// may hold some, which the error does not print, are left out.
func reason(err error) string {
	var e *notify.Error
	if !errors.As(err, &e) || len(e.Errors) == 0 {
		return err.Error()
	}
	var all []string
	printed := err.Error()
	for _, d := range e.Errors {
		if !strings.Contains(printed, d.Message) || !strings.Contains(printed, d.Type) {
			all = append(all, "a reason that may hold personal data")
			continue
		}
		all = append(all, d.Type+": "+d.Message)
	}
	return strings.Join(all, "; ")
}
