package simulator

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// WithPrecompiledDelay sets how long accepting a precompiled letter takes: the POST is answered so much later, if it is
// not refused anyway, and until then the letter does not exist. The wait is one of the caller's time, as that of
// testing/synctest, and ends when the request's context does; then nothing is accepted. Zero is none, whatever a
// fixture says. Defaults to what a fixture says, and that to none.
//
// The real service stores the file before it answers, which takes about half a second. The integration suite of
// Notify's own client for Node relies on it.
func WithPrecompiledDelay(d time.Duration) Option {
	return func(o *options) { o.precompiledDelay = &d }
}

// WithPDFDelay sets how long after its POST the PDF of a templated letter is there; before that it is answered with 400
// and PDFNotReadyError. It goes by the simulator's clock (see [WithClock]). Zero is none, whatever a fixture says.
// Defaults to what a fixture says, and that to none. On the real service it is some seconds. [Service.Delivered] shows
// the letter at any time.
func WithPDFDelay(d time.Duration) Option {
	return func(o *options) { o.pdfDelay = &d }
}

// delays are how long things take that take a while on the real service, and here no time.
type delays struct{ precompiled, pdf time.Duration }

// currentDelays are those of the options, else those of the fixture.
func (s *Simulator) currentDelays() delays {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return delays{
		precompiled: *cmp.Or(s.options.precompiledDelay, &s.delays.precompiled),
		pdf:         *cmp.Or(s.options.pdfDelay, &s.delays.pdf),
	}
}

func (s *Simulator) setDelays(d delays) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays = d
}

// settings are what a fixture says of the simulator as a whole.
type settings struct {
	PrecompiledDelay float64 `yaml:"precompiled_delay_seconds"`
	PDFDelay         float64 `yaml:"pdf_delay_seconds"`
}

const maxDelay = 24 * time.Hour // longer is a mistake, such as a number of milliseconds

func (c *settings) delays() (d delays, problems []problem) {
	if c == nil {
		return d, nil
	}
	for _, s := range []struct {
		path    string
		seconds float64
		delay   *time.Duration
	}{{".precompiled_delay_seconds", c.PrecompiledDelay, &d.precompiled}, {".pdf_delay_seconds", c.PDFDelay, &d.pdf}} {
		if !(s.seconds >= 0 && s.seconds <= maxDelay.Seconds()) { // so that NaN is none of them
			problems = append(problems, problem{s.path, fmt.Sprintf("a delay is 0 to %.0f seconds", maxDelay.Seconds())})
			continue
		}
		*s.delay = time.Duration(s.seconds * float64(time.Second))
	}
	return d, problems
}

// takesAWhile lets the time pass that accepting a precompiled letter takes.
func takesAWhile(d *draft) *wire.Failure {
	delay := d.sim.currentDelays().precompiled
	if delay <= 0 {
		return nil
	}
	if pause(d.ctx, delay) != nil {
		return callerGone
	}
	d.now = d.sim.now()
	return nil
}

// pause waits, holding nothing, and ends with ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() // also if both have come: what is done late is not done
}
