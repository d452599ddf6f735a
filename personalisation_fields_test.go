package notify_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify"
)

// TestPersonalisationFromChoosesAsJSON has encoding/json say which fields of a struct count.
func TestPersonalisationFromChoosesAsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, chosenAsByJSON)
}

func FuzzPersonalisationFrom(f *testing.F) { f.Fuzz(rapid.MakeFuzz(chosenAsByJSON)) }

// chosenAsByJSON draws structs of all shapes, embedded in each other, with names and tags that meet.
func chosenAsByJSON(t *rapid.T) {
	s := drawShape(t, 3)
	chosen, met := map[string]bool{}, false // names, as Notify compares them, of all fields that could have a value
	for name := range asJSON(t, s.value("json", true)) {
		name = strings.ToLower(strings.Trim(name, "_-"))
		met = met || chosen[name]
		chosen[name] = true
	}
	want := asJSON(t, s.value("json", false))
	for _, tag := range []string{"json", "notify"} {
		value := s.value(tag, false)
		got, err := notify.PersonalisationFrom(value.Interface())
		switch {
		case met:
			require.ErrorContains(t, err, "is given twice", "%v", value.Type())
		case len(chosen) == 0 && value.NumField() > 0:
			require.ErrorContains(t, err, "no fields", "%v", value.Type())
		default:
			require.NoError(t, err, "%v", value.Type())
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(map[string]any(got)), "%v", value.Type())
		}
	}
}

func asJSON(t *rapid.T, value reflect.Value) (object map[string]any) {
	raw, err := json.Marshal(value.Interface())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &object))
	return object
}

// A shape is a struct to be made, with tags of either kind.
type shape []shapeField

type shapeField struct {
	name, tag string
	value     any    // of the field, if it is none of
	inner     *shape // a struct,
	pointer   bool   // to it,
	isNil     bool   // or nothing
	embedded  bool
}

func drawShape(t *rapid.T, depth int) *shape {
	var s shape
	tags := rapid.SampledFrom([]string{
		"", "", "X", "x", "Y", "x_", "Z,omitempty", "-", "-,", ",omitzero", ",omitempty",
	})
	for _, name := range []string{"X", "X_", "Y", "Z"} {
		if rapid.Bool().Draw(t, "has") {
			value := rapid.SampledFrom([]any{"", "a", 0, 1}).Draw(t, "value")
			s = append(s, shapeField{name: name, tag: tags.Draw(t, "tag"), value: value})
		}
	}
	if depth == 0 {
		return &s
	}
	var inner *shape
	for _, name := range []string{"E", "F"} {
		if !rapid.Bool().Draw(t, "embeds") {
			continue
		}
		if inner == nil || rapid.Bool().Draw(t, "another") { // or the same one twice
			inner = drawShape(t, depth-1)
		}
		tag := rapid.SampledFrom([]string{"", "", "", "-", ",omitempty"}).Draw(t, "tag")
		pointer := rapid.Bool().Draw(t, "pointer")
		isNil := pointer && rapid.IntRange(0, 3).Draw(t, "nil") == 0
		s = append(s, shapeField{name: name, tag: tag, inner: inner, embedded: true, pointer: pointer, isNil: isNil})
	}
	return &s
}

// value makes the struct, or one of its type in which every field has a value.
func (s *shape) value(tag string, full bool) reflect.Value {
	var fields []reflect.StructField
	var values []reflect.Value
	for _, f := range *s {
		value := reflect.ValueOf(f.value)
		switch {
		case f.inner != nil:
			value = f.inner.value(tag, full)
		case full && value.IsZero():
			value = reflect.ValueOf(map[any]any{"": "a", 0: 1}[f.value])
		}
		if f.pointer {
			pointer := reflect.New(value.Type())
			pointer.Elem().Set(value)
			value = pointer
		}
		if f.isNil && !full {
			value = reflect.Zero(value.Type())
		}
		field := reflect.StructField{Name: f.name, Type: value.Type(), Anonymous: f.embedded}
		if f.tag != "" {
			field.Tag = reflect.StructTag(fmt.Sprintf("%s:%q", tag, f.tag))
		}
		fields, values = append(fields, field), append(values, value)
	}
	made := reflect.New(reflect.StructOf(fields)).Elem()
	for i, v := range values {
		made.Field(i).Set(v)
	}
	return made
}
