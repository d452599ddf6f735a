package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// delays are for things that take a while on the real service. In the simulator they take no time by default.
type delays struct {
	precompiled, pdf, outcome time.Duration
	ending                    Status // of messages of live and team keys; empty: delivered
}

// currentDelays are those of the options, else those of the fixture.
func (s *Simulator) currentDelays() delays {
	d := s.registry.fixtureDelays()
	d.precompiled = *cmp.Or(s.options.precompiledDelay, &d.precompiled)
	d.pdf = *cmp.Or(s.options.pdfDelay, &d.pdf)
	return d
}

// plan is the service's own plan, else that of the options, else that of the fixture.
func (svc *Service) plan(st *state) Plan {
	if own := cmp.Or(st.plan, svc.sim.options.plan); own != nil {
		return *own
	}
	t := Timing{Outcome: svc.sim.registry.fixtureDelays().outcome}
	return Plan{SMS: t, Email: t, Letter: t}
}

// simulatorConfig is what a fixture says of the simulator as a whole.
type simulatorConfig struct {
	PrecompiledDelay float64 `yaml:"precompiled_delay_seconds"`
	PDFDelay         float64 `yaml:"pdf_delay_seconds"`
	OutcomeDelay     float64 `yaml:"outcome_delay_seconds"`
	Outcome          Status  `yaml:"outcome"`
}

const maxDelay = 24 * time.Hour // longer is a mistake, such as a number of milliseconds

func (c *simulatorConfig) delays() (d delays, problems []problem) {
	if c == nil {
		return d, nil
	}
	for _, s := range []struct {
		path    string
		seconds float64
		delay   *time.Duration
	}{
		{".precompiled_delay_seconds", c.PrecompiledDelay, &d.precompiled},
		{".pdf_delay_seconds", c.PDFDelay, &d.pdf},
		{".outcome_delay_seconds", c.OutcomeDelay, &d.outcome},
	} {
		if !(s.seconds >= 0 && s.seconds <= maxDelay.Seconds()) { // written so that NaN fails
			problems = append(problems, problem{s.path, fmt.Sprintf("a delay is 0 to %.0f seconds", maxDelay.Seconds())})
			continue
		}
		*s.delay = time.Duration(s.seconds * float64(time.Second))
	}
	d.ending = c.Outcome
	if d.ending != "" && (!slices.Contains(statuses[:], d.ending) || d.ending.forLetters()) {
		problems = append(problems, problem{".outcome", fmt.Sprintf("%q is no status of a text or an email", d.ending)})
	}
	return d, problems
}
