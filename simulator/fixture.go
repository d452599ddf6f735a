package simulator

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/notifykit/notify/simulator/internal/strict"
)

// fixture is the file that Load reads.
type fixture struct {
	Services  []ServiceConfig  `yaml:"services"`
	Prices    *Prices          `yaml:"prices"`
	Simulator *simulatorConfig `yaml:"simulator"`
}

// Moment is a point in time, or a number of days before the service is made: above 0 and at most 36,500, which is a
// hundred years. The zero Moment means never.
type Moment struct {
	At      time.Time
	DaysAgo float64
}

func (m Moment) in(now time.Time) time.Time {
	if m.DaysAgo > 0 {
		return now.Add(-time.Duration(m.DaysAgo * 24 * float64(time.Hour)))
	}
	return m.At
}

const maxDaysAgo = 36_500

// possible reports whether DaysAgo is within its bounds.
func (m Moment) possible() bool {
	return m.DaysAgo == 0 || m.DaysAgo > 0 && m.DaysAgo <= maxDaysAgo // written so that NaN fails
}

// UnmarshalYAML reads null, a time as Notify writes it, or {"days_ago": n}.
func (m *Moment) UnmarshalYAML(unmarshal func(any) error) error {
	var written *string
	if unmarshal(&written) == nil {
		if written == nil {
			return nil
		}
		at, err := time.Parse(time.RFC3339Nano, *written)
		m.At = at
		if err != nil {
			return fmt.Errorf("%q is not a time like 2026-11-20T09:59:59.000000Z", *written)
		}
		return nil
	}
	var ago struct {
		Days float64 `yaml:"days_ago"`
	}
	if unmarshal(&ago) == nil {
		m.DaysAgo = ago.Days
		if m.possible() && ago.Days != 0 {
			return nil
		}
	}
	return fmt.Errorf("want null, a time, or {days_ago: n} with n above 0 and at most %d", maxDaysAgo)
}

// UnmarshalYAML reads one number of days for all types, or one for each.
func (r *Retention) UnmarshalYAML(unmarshal func(any) error) error {
	var days int
	if unmarshal(&days) == nil {
		*r = Retention{days, days, days}
		return nil
	}
	var scalar string
	if unmarshal(&scalar) == nil {
		return errors.New("want a whole number, or one for each of email, letter, sms")
	}
	type perType Retention
	return unmarshal((*perType)(r))
}

// UnmarshalYAML reads a template. In place of versions it may have what stands in one: then it has just that version.
func (c *TemplateConfig) UnmarshalYAML(unmarshal func(any) error) error {
	type template TemplateConfig
	var written struct {
		template
		TemplateVersion
	}
	if err := unmarshal(&written); err != nil {
		return err
	}
	*c = TemplateConfig(written.template)
	switch {
	case written.TemplateVersion == TemplateVersion{}:
	case c.Versions != nil:
		return errors.New("a template has versions, or what stands in one, but not both")
	default:
		c.Versions = []TemplateVersion{written.TemplateVersion}
	}
	return nil
}

// LoadFile is [Simulator.Load] for a file, which may be a pipe or a device; the errors begin with its name. It reads at
// most 4 MiB and a byte: a fixture can't be larger.
func (s *Simulator) LoadFile(name string) error {
	data, err := readAtMost(name, strict.MaxSize+1)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := s.Load(data); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func readAtMost(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// maxProblems is how many problems end the reading: no further service is checked.
const maxProblems = 100

// Load adds the services described in data, which is YAML or JSON: an object with a list "services", each a
// [ServiceConfig], and optionally "prices", a [Prices], and "simulator", with the delays of [WithPrecompiledDelay] and
// [WithPDFDelay]; the options win over the file. docs/fixture.md describes every field.
//
// Unknown fields and impossible values are errors that name the line; then nothing is added. So is a file beyond the
// limits in docs/fixture.md: 4 MiB, nested 32 deep, 200,000 values including those that aliases stand for, 100 fields
// of an object, one document.
func (s *Simulator) Load(data []byte) error {
	d, err := s.readFixture(data)
	if err != nil {
		return err
	}
	if i := s.install(d.services...); i >= 0 {
		return d.taken(i)
	}
	return d.settle(s)
}

// description is a fixture that was read and found possible. Its services are not part of the simulator yet.
type description struct {
	read     strict.Document
	file     fixture
	services []*Service
	delays   delays
}

// readFixture reads a fixture and checks it.
func (s *Simulator) readFixture(data []byte) (*description, error) {
	read, err := strict.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	var f fixture
	if err := read.Decode(&f); err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	d := &description{read: read, file: f}
	if err := d.check(s); err != nil {
		return nil, err
	}
	return d, nil
}

// check makes the services, and returns what is impossible about them and the rest.
func (d *description) check(s *Simulator) error {
	var errs []error
	for i := range d.file.Services {
		if len(errs) >= maxProblems {
			return errors.Join(append(errs, errors.New("simulator: there may be more"))...)
		}
		if change := s.options.described; change != nil {
			change(&d.file.Services[i])
		}
		svc, problems := s.newService(d.file.Services[i])
		if d.file.Services[i].ID == "" {
			problems = append(problems, problem{".id", "a service in a file needs an id"})
		}
		for _, p := range problems {
			errs = append(errs, inFixture(d.read, fmt.Sprintf(".services[%d]%s", i, p.path), p.text))
		}
		if len(problems) == 0 {
			svc.remember(&d.file.Services[i])
		}
		d.services = append(d.services, svc)
	}
	found, problems := d.file.Simulator.delays()
	d.delays = found
	for _, p := range problems {
		errs = append(errs, inFixture(d.read, ".simulator"+p.path, p.text))
	}
	if d.file.Prices != nil {
		for _, p := range d.file.Prices.problems() {
			p.path = ".prices" + p.path
			errs = append(errs, fmt.Errorf("simulator: line %d: %s", d.read.Line(p.path), p))
		}
	}
	return errors.Join(errs...)
}

// taken is the error for a service whose id another has.
func (d *description) taken(i int) error {
	return inFixture(d.read, fmt.Sprintf(".services[%d].id", i), d.services[i].alreadyThere())
}

// settle sets what is not about one service.
func (d *description) settle(s *Simulator) error {
	if d.file.Simulator != nil {
		s.registry.setDelays(d.delays)
	}
	if d.file.Prices != nil {
		return s.SetPrices(*d.file.Prices) // checked before
	}
	return nil
}

// inFixture returns the error for an impossible value, with its line and path.
func inFixture(read strict.Document, path, text string) error {
	return fmt.Errorf("simulator: %w", &strict.Error{Line: read.Line(path), Path: path, Text: text})
}
