package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a fixture. The largest known one, with 30 services and 720 templates, has 440 kB and 23,000 values, and is
// nested 8 deep.
const (
	maxFixtureSize   = 4 << 20 // bytes
	maxFixtureDepth  = 32
	maxFixtureValues = 200_000 // including those that aliases stand for
	maxFixtureFields = 100     // of one object
)

// parseFixture reads the one document in data and checks the bounds. The library itself stops at a nesting of 10,000,
// and needs time and memory linear in the size.
func parseFixture(data []byte) (*yaml.Node, error) {
	if len(data) > maxFixtureSize {
		return nil, fmt.Errorf("the file is larger than %d MiB", maxFixtureSize>>20)
	}
	var root, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(escapeAsYAML(data)))
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, ofLibrary(err, bytes.Count(data, []byte("\n"))+1)
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file holds more than one document")
	}
	body := root.Content[0]
	if body.Tag == "!!null" {
		return nil, errors.New("the file is empty")
	}
	m := measurer{aliased: map[*yaml.Node]extent{}}
	_, err := m.measure(body, maxFixtureDepth)
	return body, err
}

// ofLibrary turns an error of the YAML library into the form of all other errors. The library's parser, unlike its
// scanner, counts lines from 0. lines is how many the file has.
func ofLibrary(err error, lines int) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := ofParser.FindStringSubmatch(text); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil {
			return &misplaced{min(line+1, lines), problem{"", m[2]}}
		}
	}
	return errors.New(text)
}

var ofParser = regexp.MustCompile(
	`^line (\d+): (did not find expected (?:<document start>|node content|'-' indicator|key|',' or '[]}]'))$`)

// extent is the size of a node, including what its aliases stand for.
type extent struct{ values, depth int }

// measurer adds up the extents of nodes. A node with an anchor is measured once, however often it is used, so that the
// work grows with the file and not with what its aliases stand for.
type measurer struct{ aliased map[*yaml.Node]extent }

func (m measurer) measure(n *yaml.Node, room int) (extent, error) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if e, ok := m.aliased[n]; ok {
		switch {
		case e.values == 0:
			return e, atNode(n, "what is named here stands within itself")
		case e.depth > room:
			return e, atNode(n, "nested more than %d deep", maxFixtureDepth)
		}
		return e, nil
	}
	switch {
	case room == 0:
		return extent{}, atNode(n, "nested more than %d deep", maxFixtureDepth)
	case n.Kind == yaml.MappingNode && len(n.Content) > 2*maxFixtureFields:
		return extent{}, atNode(n, "more than %d fields", maxFixtureFields)
	}
	if n.Anchor != "" {
		m.aliased[n] = extent{} // being measured
	}
	e := extent{values: 1}
	for _, inner := range n.Content {
		i, err := m.measure(inner, room-1)
		if err != nil {
			return e, err
		}
		if e.values += i.values; e.values > maxFixtureValues {
			return e, atNode(inner, "more than %d values, with those that aliases stand for", maxFixtureValues)
		}
		e.depth = max(e.depth, i.depth)
	}
	e.depth++
	if n.Anchor != "" {
		m.aliased[n] = e
	}
	return e, nil
}

// misplaced is a problem with its line in the file. Each level adds its step to the path as it returns the error.
type misplaced struct {
	line int
	problem
}

func (m *misplaced) Error() string { return fmt.Sprintf("line %d: %s", m.line, m.problem) }

// atNode returns an error with the line of n.
func atNode(n *yaml.Node, format string, args ...any) error {
	return &misplaced{n.Line, problem{"", fmt.Sprintf(format, args...)}}
}

// within adds a step, such as .name or [1], to the front of an error's path.
func within(step string, err error) error {
	if m, ok := errors.AsType[*misplaced](err); ok {
		m.path = step + m.path
	}
	return err
}

// decodeNode sets v, a pointer, to the value of n. Unlike the library's own decoding it refuses unknown fields even
// below an UnmarshalYAML, and it looks fields up by name instead of comparing each with each.
func decodeNode(n *yaml.Node, v any) error { return decodeValue(n, reflect.ValueOf(v).Elem()) }

func decodeValue(n *yaml.Node, v reflect.Value) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if u, ok := v.Addr().Interface().(interface{ UnmarshalYAML(func(any) error) error }); ok {
		if err := u.UnmarshalYAML(func(v any) error { return decodeNode(n, v) }); err != nil {
			return placed(n, err)
		}
		return nil
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(n, v.Elem())
	case reflect.Struct:
		return decodeStruct(n, v)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			return atNode(n, "want a list")
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, inner := range n.Content {
			if err := decodeValue(inner, v.Index(i)); err != nil {
				return within(fmt.Sprintf("[%d]", i), err)
			}
		}
		return nil
	}
	if n.Kind != yaml.ScalarNode || !isKind(n, v.Kind()) || n.Decode(v.Addr().Interface()) != nil {
		return atNode(n, "want %s", kindName(v.Kind()))
	}
	return nil
}

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// isKind refuses what the library is too generous with: a fraction for a whole number, which it truncates, and a quoted
// "yes" for true.
func isKind(n *yaml.Node, k reflect.Kind) bool {
	var f float64
	switch {
	case k == reflect.Bool:
		return n.Style&quoted == 0
	case k == reflect.Int && n.ShortTag() == "!!float":
		return n.Decode(&f) == nil && f == math.Trunc(f) && math.Abs(f) <= maxWhole
	}
	return true
}

// maxWhole is the largest number up to which floating point represents every whole number.
const maxWhole = 1 << 53

// placed adds the line of n to an error that has none.
func placed(n *yaml.Node, err error) error {
	if _, ok := errors.AsType[*misplaced](err); ok {
		return err
	}
	return atNode(n, "%s", err)
}

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	}
	return "a number"
}

func decodeStruct(n *yaml.Node, v reflect.Value) error {
	fields, err := fieldsOf(n)
	if err != nil {
		return err
	}
	known := make(map[string]reflect.Value, v.NumField())
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("yaml"); name != "-" { // "-" is for what only Go can set
			known[name] = v.Field(i)
		}
	}
	for _, f := range fields {
		field, ok := known[f.key.Value]
		if !ok {
			return atNode(f.key, "unknown field %.80q", f.key.Value)
		}
		if err := decodeValue(f.value, field); err != nil {
			return within("."+f.key.Value, err)
		}
	}
	return nil
}

type fixtureField struct{ key, value *yaml.Node }

// fieldsOf returns an object's own fields, followed by those that "<<" merges into it, unless it has them itself.
func fieldsOf(n *yaml.Node) ([]fixtureField, error) {
	c := fieldCollector{seen: map[string]bool{}}
	err := c.collect(n)
	return c.fields, err
}

type fieldCollector struct {
	fields []fixtureField
	seen   map[string]bool
	steps  int // fields visited
}

func (c *fieldCollector) collect(n *yaml.Node) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return atNode(n, "want an object")
	}
	var merged []*yaml.Node
	own := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if c.steps++; c.steps > maxFixtureFields {
			return atNode(n, "more than %d fields, with those that are merged", maxFixtureFields)
		}
		switch {
		case key.Kind != yaml.ScalarNode:
			return atNode(key, "the name of a field is text")
		case key.Tag == "!!merge" && value.Kind == yaml.SequenceNode:
			merged = append(merged, value.Content...)
		case key.Tag == "!!merge":
			merged = append(merged, value)
		case own[key.Value]:
			return atNode(key, "the field %.80q stands twice", key.Value)
		default:
			own[key.Value] = true
			if !c.seen[key.Value] {
				c.seen[key.Value] = true
				c.fields = append(c.fields, fixtureField{key, value})
			}
		}
	}
	for _, m := range merged {
		if err := c.collect(m); err != nil {
			return err
		}
	}
	return nil
}

// lineOf returns the line of a path such as .services[0].name below n, or the line of the nearest node on the way that
// exists.
func lineOf(n *yaml.Node, path string) int {
	line := n.Line
	for step := range strings.SplitSeq(strings.ReplaceAll(path[1:], "[", "."), ".") {
		if n = inner(n, strings.TrimSuffix(step, "]")); n == nil {
			break
		}
		line = n.Line
	}
	return line
}

// inner returns the field or the item of a list that a step of a path leads to, or nil.
func inner(n *yaml.Node, step string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.SequenceNode {
		if index, err := strconv.Atoi(step); err == nil && index < len(n.Content) {
			return n.Content[index]
		}
		return nil
	}
	fields, _ := fieldsOf(n)
	for _, f := range fields {
		if f.key.Value == step {
			return f.value
		}
	}
	return nil
}
