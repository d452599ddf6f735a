package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// fixture is the file that Load reads.
type fixture struct {
	Services  []ServiceConfig `yaml:"services"`
	Prices    *Prices         `yaml:"prices"`
	Simulator *settings       `yaml:"simulator"`
}

// Moment is a point in time, or so many days before the moment the service is made. The zero Moment is none.
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

// UnmarshalYAML reads null, a time as Notify writes it, or {"days_ago": n}.
func (m *Moment) UnmarshalYAML(unmarshal func(any) error) error {
	var v any
	if err := unmarshal(&v); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		at, err := time.Parse(time.RFC3339Nano, v)
		m.At = at
		if err != nil {
			return fmt.Errorf("%q is not a time like 2026-11-20T09:59:59.000000Z", v)
		}
		return nil
	case map[string]any:
		var days float64
		switch n := v["days_ago"].(type) {
		case uint64:
			days = float64(n)
		case float64:
			days = n
		}
		if len(v) == 1 && days > 0 {
			m.DaysAgo = days
			return nil
		}
	}
	return errors.New("want null, a time, or {days_ago: n} with n above 0")
}

// UnmarshalYAML reads one number of days for all types, or one for each.
func (r *Retention) UnmarshalYAML(unmarshal func(any) error) error {
	var days int
	if unmarshal(&days) == nil {
		*r = Retention{days, days, days}
		return nil
	}
	type perType Retention
	return unmarshal((*perType)(r))
}

// LoadFile is [Simulator.Load] of a file; the errors begin with its name.
func (s *Simulator) LoadFile(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := s.Load(data); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Load adds the services described in data, which is YAML or JSON: an object with a list "services", each as [ServiceConfig]
// says, and optionally "prices", as [Prices] says, and "simulator", with the delays of [WithPrecompiledDelay] and
// [WithPDFDelay], which win over it. docs/fixture.md describes it field by field.
//
// Unknown fields and impossible values are errors that name the line; then nothing is added.
func (s *Simulator) Load(data []byte) (err error) {
	// The YAML library is a large body of code that meets bytes from anywhere.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("simulator: the file can't be read: %v", r)
		}
	}()
	data = joinSurrogates(data)
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return fmt.Errorf("simulator: %s", yaml.FormatError(err, false, false))
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return errors.New("simulator: the file is empty")
	}
	var f fixture
	if err := yaml.NodeToValue(file.Docs[0].Body, &f, yaml.Strict()); err != nil {
		return fmt.Errorf("simulator: %s", yaml.FormatError(err, false, false))
	}
	services := make([]*Service, 0, len(f.Services))
	var errs []error
	for i, c := range f.Services {
		svc, problems := s.newService(c)
		if c.ID == "" {
			problems = append(problems, problem{".id", "a service in a file needs an id"})
		}
		for _, p := range problems {
			path := fmt.Sprintf("$.services[%d]%s", i, p.path)
			errs = append(errs, fmt.Errorf("simulator: line %d: %s", line(file, path), p))
		}
		services = append(services, svc)
	}
	found, problems := f.Simulator.delays()
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("simulator: line %d: %s", line(file, "$.simulator"+p.path), p))
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err := s.install(services...); err != nil {
		return err
	}
	if f.Prices != nil {
		s.SetPrices(*f.Prices)
	}
	if f.Simulator != nil {
		s.setDelays(found)
	}
	return nil
}

// line finds where a path stands in the file: the path itself, or the nearest thing around it that is there.
func line(file *ast.File, path string) int {
	for path != "$" {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterFile(file); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 1)]
	}
	return 1
}

// joinSurrogates turns JSON's escapes of characters beyond the basic plane, two surrogates, into YAML's one.
func joinSurrogates(data []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return data // YAML has other rules for what a backslash means
	}
	return escapes.ReplaceAllFunc(data, func(escape []byte) []byte {
		var high, low rune
		if n, _ := fmt.Sscanf(string(escape), `\u%04x\u%04x`, &high, &low); n != 2 {
			return escape
		}
		return fmt.Appendf(nil, `\U%08x`, (high-0xd800)<<10+(low-0xdc00)+0x10000)
	})
}

// escapes matches an escaped backslash, to step over it, or a pair of surrogates.
var escapes = regexp.MustCompile(`\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
