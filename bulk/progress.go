package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

const (
	// barEvery and linesEvery are how often progress is shown.
	barEvery   = time.Second
	linesEvery = 10 * time.Second
	// purgeEvery is how often a run looks for personal data that is old enough.
	purgeEvery = time.Minute
	// scrubEvery is how often a run writes a file anew.
	scrubEvery = time.Hour
	// countingShare: counting a million messages takes a second, in which SQLite does nothing else, so that it is done
	// less often the longer it takes.
	countingShare = 50
	barWidth      = 30
)

// Progress has [Job.Run] show how far it is: on a terminal as a bar that changes every second, elsewhere as a line
// every 10 seconds and one at the end. The speed and the time left are of the last minute or so, for all processes on
// the store.
func Progress(w io.Writer) RunOption {
	return func(r *running) error {
		if w == nil {
			return errors.New("bulk: there is nothing to show the progress on")
		}
		p := &progress{w: w}
		if f, ok := w.(*os.File); ok {
			p.terminal = isatty.IsTerminal(f.Fd())
		}
		r.beside = append(r.beside, p.show)
		return nil
	}
}

// Retain has [Job.Run] delete the personal data of messages that were sent, refused or cancelled so long ago, every
// minute, and copies of it in a file every hour and in the end: see [Job.Purge]. Without it personal data stays in the
// store.
func Retain(age time.Duration) RunOption {
	return func(r *running) error {
		if age < 0 {
			return errors.New("bulk: the age of what is deleted is negative")
		}
		r.beside = append(r.beside, func(ctx context.Context, j *Job) { j.retain(ctx, age) })
		return nil
	}
}

// beginBeside starts what a run does beside sending, and returns what ends it.
func (r *run) beginBeside(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for _, do := range r.beside {
		all.Go(func() { do(ctx, r.Job) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

func (j *Job) retain(ctx context.Context, age time.Duration) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for scrubbed := (time.Time{}); ; {
		_, err := j.purge(ctx, age)
		if err == nil && time.Since(scrubbed) > scrubEvery {
			err = j.scrub(ctx)
			scrubbed = time.Now()
		}
		j.cannotDelete(ctx, err)
		select {
		case <-ctx.Done():
			last := context.WithoutCancel(ctx)
			j.cannotDelete(last, j.scrub(last))
			return
		case <-ticker.C:
		}
	}
}

func (j *Job) cannotDelete(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		j.logger.WarnContext(ctx, "notify bulk: cannot delete personal data", slog.Any("error", err))
	}
}

// progress is what was shown, and when.
type progress struct {
	w        io.Writer
	terminal bool
	width    int // of the last line on the terminal
	past     []sample
}

type sample struct {
	at   time.Time
	done int
}

func (p *progress) show(ctx context.Context, j *Job) {
	pause := linesEvery
	if p.terminal {
		pause = barEvery
	}
	for {
		began := time.Now()
		p.print(ctx, j)
		timer := time.NewTimer(max(pause, countingShare*time.Since(began)))
		select {
		case <-ctx.Done():
			timer.Stop()
			p.print(context.WithoutCancel(ctx), j)
			if p.terminal {
				_, _ = io.WriteString(p.w, "\n") // nobody is there to be told
			}
			return
		case <-timer.C:
		}
	}
}

func (p *progress) print(ctx context.Context, j *Job) {
	c, err := j.Counts(ctx)
	if err != nil {
		return // the run says so itself
	}
	line := p.line(c, time.Now())
	if p.terminal {
		bar := strings.Repeat("#", barWidth*(c.Total()-c.Waiting)/max(c.Total(), 1))
		line = fmt.Sprintf("[%-*s] %s", barWidth, bar, line)
		fill := max(p.width-len(line), 0)
		p.width = len(line)
		line = "\r" + line + strings.Repeat(" ", fill)
	} else {
		line += "\n"
	}
	_, _ = io.WriteString(p.w, line) // nobody is there to be told
}

// line says how far it is.
func (p *progress) line(c Counts, now time.Time) string {
	done := c.Total() - c.Waiting
	line := fmt.Sprintf("%d of %d done", done, c.Total())
	if c.Refused > 0 {
		line += fmt.Sprintf(", %d refused", c.Refused)
	}
	if c.Cancelled > 0 {
		line += fmt.Sprintf(", %d cancelled", c.Cancelled)
	}
	p.past = append(p.past, sample{now, done})
	for len(p.past) > 2 && now.Sub(p.past[0].at) > time.Minute {
		p.past = p.past[1:]
	}
	first := p.past[0]
	took := now.Sub(first.at).Seconds()
	if took <= 0 || done <= first.done {
		return line
	}
	speed := float64(done-first.done) / took
	line += fmt.Sprintf(", %.1f a second", speed)
	if c.Waiting > 0 {
		line += fmt.Sprintf(", %v left", time.Duration(float64(c.Waiting)/speed*float64(time.Second)).Round(time.Second))
	}
	return line
}
