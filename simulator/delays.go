package simulator

import (
	"cmp"
	"fmt"
	"time"
)

// delays are for things that take a while on the real service. In the simulator they take no time by default.
type delays struct{ precompiled, pdf time.Duration }

// currentDelays are those of the options, else those of the fixture.
func (s *Simulator) currentDelays() delays {
	d := s.registry.fixtureDelays()
	return delays{
		precompiled: *cmp.Or(s.options.precompiledDelay, &d.precompiled),
		pdf:         *cmp.Or(s.options.pdfDelay, &d.pdf),
	}
}

// simulatorConfig is what a fixture says of the simulator as a whole.
type simulatorConfig struct {
	PrecompiledDelay float64 `yaml:"precompiled_delay_seconds"`
	PDFDelay         float64 `yaml:"pdf_delay_seconds"`
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
	}{{".precompiled_delay_seconds", c.PrecompiledDelay, &d.precompiled}, {".pdf_delay_seconds", c.PDFDelay, &d.pdf}} {
		if !(s.seconds >= 0 && s.seconds <= maxDelay.Seconds()) { // written so that NaN fails
			problems = append(problems, problem{s.path, fmt.Sprintf("a delay is 0 to %.0f seconds", maxDelay.Seconds())})
			continue
		}
		*s.delay = time.Duration(s.seconds * float64(time.Second))
	}
	return d, problems
}
