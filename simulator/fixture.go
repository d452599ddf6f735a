package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
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

// LoadFile is [Simulator.Load] for a file, which may be a pipe or a device; the errors begin with its name. It reads at
// most 4 MiB and a byte: a fixture can't be larger.
func (s *Simulator) LoadFile(name string) error {
	data, err := readAtMost(name, maxFixtureSize+1)
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
	root     *yaml.Node
	file     fixture
	services []*Service
	delays   delays
}

// readFixture reads a fixture and checks it.
func (s *Simulator) readFixture(data []byte) (found *description, err error) {
	// The YAML library is a large body of code, and the bytes may come from anywhere: a panic in it becomes an error.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("simulator: the file can't be read: %v", r)
		}
	}()
	root, err := parseFixture(data)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	var f fixture
	if err := decodeNode(root, &f); err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	d := &description{root: root, file: f}
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
		svc, problems := s.newService(d.file.Services[i])
		if d.file.Services[i].ID == "" {
			problems = append(problems, problem{".id", "a service in a file needs an id"})
		}
		for _, p := range problems {
			errs = append(errs, inFixture(d.root, fmt.Sprintf(".services[%d]%s", i, p.path), p.text))
		}
		if len(problems) == 0 {
			svc.remember(&d.file.Services[i])
		}
		d.services = append(d.services, svc)
	}
	found, problems := d.file.Simulator.delays()
	d.delays = found
	for _, p := range problems {
		errs = append(errs, inFixture(d.root, ".simulator"+p.path, p.text))
	}
	if d.file.Prices != nil {
		for _, p := range d.file.Prices.problems() {
			p.path = ".prices" + p.path
			errs = append(errs, fmt.Errorf("simulator: line %d: %s", lineOf(d.root, p.path), p))
		}
	}
	return errors.Join(errs...)
}

// taken is the error for a service whose id another has.
func (d *description) taken(i int) error {
	return inFixture(d.root, fmt.Sprintf(".services[%d].id", i), d.services[i].alreadyThere())
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
func inFixture(root *yaml.Node, path, text string) error {
	return fmt.Errorf("simulator: %w", &misplaced{lineOf(root, path), problem{path, text}})
}

// escapeAsYAML rewrites what JSON allows in a string but the YAML library does not: a pair of escaped surrogates for a
// character beyond the basic plane, an escaped slash, and characters that are not printable or end a line.
func escapeAsYAML(data []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return data // in YAML a backslash has other meanings
	}
	return unlikeYAML.ReplaceAllFunc(data, func(found []byte) []byte {
		var high, low rune
		switch n, _ := fmt.Sscanf(string(found), `\u%04x\u%04x`, &high, &low); {
		case n == 2:
			return fmt.Appendf(nil, `\U%08x`, (high-0xd800)<<10+(low-0xdc00)+0x10000)
		case found[0] != '\\':
			r, _ := utf8.DecodeRune(found)
			return fmt.Appendf(nil, `\u%04x`, r)
		case found[1] == '/':
			return found[1:]
		}
		return found
	})
}

// unlikeYAML matches what escapeAsYAML rewrites, and escaped backslashes, so that they are stepped over.
var unlikeYAML = regexp.MustCompile(
	`\\\\|\\/|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}` +
		`|[\x7f-\x{9f}\x{2028}\x{2029}\x{feff}\x{fffe}\x{ffff}]`)
