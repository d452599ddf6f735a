package bulk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk/internal/queue"
	"github.com/notifykit/notify/bulk/internal/store"
)

// ErrLive is returned by [Job.Run] for a client whose key is live, or may be, without [Live].
var ErrLive = errors.New("bulk: the key reaches real people, or may: confirm that with Live")

// A RunOption changes how [Job.Run] sends.
type RunOption func(*running) error

type running struct {
	live      bool
	forever   bool
	workers   int
	perMinute int
	times     times
	beside    []func(context.Context, *Job) // what is done beside sending
	clock     rivertype.TimeGenerator       // of tests; nil for River's own
}

// times are how long things take at most.
type times struct {
	send   time.Duration // a call of the client
	job    time.Duration // all that is done for a message in one go, the wait for a token included
	rescue time.Duration // until a job whose process died is given to another
}

// A message whose process died is looked for after the rescue, and by then Notify's list is proof of what became of it.
// That takes a minute and a half from the last attempt: see [notify.Resume].
var defaultTimes = times{send: 45 * time.Second, job: 80 * time.Second, rescue: 3 * time.Minute}

// Live confirms that messages may be sent with a live key, or with one whose type is unknown. Test and team keys need
// no confirmation.
func Live() RunOption {
	return func(r *running) error {
		r.live = true
		return nil
	}
}

// Forever has [Job.Run] go on when no message waits, for messages that others add.
func Forever() RunOption {
	return func(r *running) error {
		r.forever = true
		return nil
	}
}

// Workers sets how many messages of each channel are sent at once. Defaults to 100, enough for Notify's limit if an
// answer takes two seconds.
func Workers(n int) RunOption {
	return func(r *running) error {
		if n < 1 || n > river.QueueNumWorkersMax {
			return fmt.Errorf("bulk: the number of workers must be from 1 to %d", river.QueueNumWorkersMax)
		}
		r.workers = n
		return nil
	}
}

// RateLimit sets how many requests a minute Notify takes from the service and its type of key. All processes together
// keep to it, and so all should be told the same. Defaults to Notify's 3,000.
func RateLimit(perMinute int) RunOption {
	return func(r *running) error {
		if perMinute < 1 || perMinute > 60_000_000 {
			return errors.New("bulk: the rate limit must be from 1 to 60,000,000 a minute")
		}
		r.perMinute = perMinute
		return nil
	}
}

// A run is one call of Run.
type run struct {
	*Job
	running
	limiter *limiter
	river   workers
	stopped chan struct{} // closed when no more is to be sent
	stop    sync.Once
	failure error // why, if it isn't the caller's wish
	held    atomic.Pointer[store.Held]
	applied map[string]bool // queues that were paused or resumed last
}

const (
	// tick is how often a run looks whether it is done, paused or parked.
	tick = 500 * time.Millisecond
	// farewell is how long a stop waits for messages that are being sent, on top of their own time.
	farewell = 5 * time.Second
)

// Run sends the messages that wait, until none does: with [Forever] until the context ends. Any number of processes can
// run on one store, and share the rate limit.
//
// When the context ends, messages that are being sent are finished, which can take a minute, and nothing else is begun.
// Then Run returns the context's error. It can be called again, here or on another machine, and goes on. It does so
// even after a process was killed: messages that it was sending are taken over by another after three minutes, and
// looked up before they are sent.
//
// Run returns an error if all messages would fail alike: the key was refused, or needs [Live]. What becomes of a single
// message is in [Job.Counts]. A message that Notify refuses is done, with the reason; one that could not be sent is
// sent later. When a channel's daily limit is used up, Run waits until midnight UTC with that channel's messages.
func (j *Job) Run(ctx context.Context, opts ...RunOption) error {
	r := &run{
		Job:     j,
		running: running{workers: 100, perMinute: notify.DefaultRateLimit, times: defaultTimes},
		stopped: make(chan struct{}),
		applied: map[string]bool{},
	}
	for _, opt := range opts {
		if err := opt(&r.running); err != nil {
			return err
		}
	}
	if t := j.client.KeyType(); !r.live && t != notify.KeyTypeTest && t != notify.KeyTypeTeam {
		return ErrLive
	}
	r.limiter = newLimiter(j.db.any(), r.perMinute, r.stopped)
	if err := r.start(ctx); err != nil {
		return fmt.Errorf("bulk: cannot run: %w", err)
	}
	end := r.beginBeside(ctx)
	r.watch(ctx)
	err := r.end(ctx)
	end()
	return err
}

func (r *run) start(ctx context.Context) error {
	all := river.NewWorkers()
	river.AddWorker(all, river.WorkFunc(r.work))
	queues := map[string]river.QueueConfig{}
	for _, channel := range queue.Channels {
		queues[queue.Name(channel)] = river.QueueConfig{MaxWorkers: r.workers}
	}
	var err error
	r.river, err = r.db.workers(&river.Config{
		Workers: all, Queues: queues, JobTimeout: r.times.job, RescueStuckJobsAfter: r.times.rescue,
		RetryPolicy: retryPolicy{}, FetchCooldown: 10 * time.Millisecond, FetchPollInterval: 200 * time.Millisecond,
		Logger: slog.New(quiet{r.logger.Handler()}), Test: river.TestConfig{Time: r.clock},
	})
	if err != nil {
		return err
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	// The context's end is not River's business: its jobs would be cut off, and the rest is seen to by end.
	return r.river.Start(context.WithoutCancel(ctx))
}

// watch returns when the run is over.
func (r *run) watch(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.stopped:
			return
		case <-ticker.C:
		}
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.logger.WarnContext(ctx, "notify bulk: cannot read the store", slog.Any("error", err))
			continue
		}
		if r.forever {
			continue
		}
		waiting, err := store.Waiting(ctx, r.db.any())
		if err == nil && !waiting {
			return
		}
	}
}

// end stops gracefully.
func (r *run) end(ctx context.Context) error {
	r.halt(nil)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.times.send+farewell)
	defer cancel()
	err := r.river.Stop(last)
	if last.Err() != nil {
		err = r.river.StopAndCancel(context.WithoutCancel(ctx))
	}
	return errors.Join(r.failure, context.Cause(ctx), err)
}

// halt has nothing more be sent.
func (r *run) halt(why error) {
	r.stop.Do(func() {
		r.failure = why
		close(r.stopped)
	})
}

// look reads what is kept back, and has River fetch nothing of that.
func (r *run) look(ctx context.Context) error {
	held, err := store.ReadHeld(ctx, r.db.any())
	if err != nil {
		return err
	}
	r.held.Store(&held)
	for _, channel := range queue.Channels {
		hold := held.Paused || held.Parked[channel] > 0
		if was, known := r.applied[channel]; known && was == hold {
			continue
		}
		change := r.river.QueueResume
		if hold {
			change = r.river.QueuePause
		}
		switch err := change(ctx, queue.Name(channel), nil); {
		case errors.Is(err, rivertype.ErrNotFound): // until River has started
		case err != nil:
			return err
		default:
			r.applied[channel] = hold
		}
	}
	return nil
}

// retryPolicy has jobs of dead processes, and those that met a dead database, begin again soon.
type retryPolicy struct{}

// NextRetry is a second later for every time that the job failed before, and half a minute at most.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Duration(len(job.Errors))*time.Second, 30*time.Second))
}

// quiet drops what River logs below warnings.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}
