package strict

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

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
	if _, ok := errors.AsType[*Error](err); ok {
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
	fieldsByName(v, known)
	for _, f := range fields {
		into, ok := known[f.key.Value]
		if !ok {
			return atNode(f.key, "unknown field %.80q%s", f.key.Value, meant(f.key.Value, slices.Sorted(maps.Keys(known))))
		}
		if err := decodeValue(f.value, into); err != nil {
			return within("."+f.key.Value, err)
		}
	}
	return nil
}

// fieldsByName finds the fields of a struct, also those of embedded ones, unless an outer one has the name.
func fieldsByName(v reflect.Value, known map[string]reflect.Value) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if _, taken := known[name]; taken || name == "-" || name == "" { // "-" is for what only Go can set
			continue
		}
		known[name] = v.Field(i)
	}
	for i := range v.NumField() {
		if v.Type().Field(i).Anonymous {
			fieldsByName(v.Field(i), known)
		}
	}
}

type field struct{ key, value *yaml.Node }

// fieldsOf returns an object's own fields, followed by those that "<<" merges into it, unless it has them itself.
func fieldsOf(n *yaml.Node) ([]field, error) {
	c := fieldCollector{seen: map[string]bool{}}
	err := c.collect(n)
	return c.fields, err
}

type fieldCollector struct {
	fields []field
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
		if c.steps++; c.steps > maxFields {
			return atNode(n, "more than %d fields, with those that are merged", maxFields)
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
				c.fields = append(c.fields, field{key, value})
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

// Decode sets v, a pointer, to the value of the document. Fields have the names in their yaml tags; those without, or
// with "-", are for Go only. A type can have an UnmarshalYAML(func(any) error) error.
func (d Document) Decode(v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the file can't be read: %v", r)
		}
	}()
	return decodeNode(d.root, v)
}

// Line returns the line of a path such as .services[0].name, or that of the nearest value on the way that exists.
func (d Document) Line(path string) int { return lineOf(d.root, path) }

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
