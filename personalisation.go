package notify

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Personalisation gives the values of a template's placeholders. A value is a string, a number, a boolean, a slice of
// these (which becomes a bulleted list in emails and letters and "a, b and c" elsewhere), nil (which counts as
// missing), or, in emails, a [File]. Types based on these will do, and so will pointers to them, but not pointers to
// pointers. [PersonalisationFrom] makes one from a struct.
//
// Names are compared without regard to case, spaces, hyphens and underscores. Numbers are printed as they are: format
// money and dates yourself.
//
// A type that says in a method of its own how it reads (String, Error, Format, MarshalText, AppendText or MarshalJSON,
// of the type or of a pointer to it) is refused, for [time.Weekday], [time.Duration] and the like would reach people as
// numbers. Call its method, or convert it to the number that you mean. That holds behind a pointer and in a slice as
// well. Only what is a string or a slice of strings underneath is sent as it is, whatever its methods say. Bytes are
// refused, also in an array such as a UUID and whatever their type is called, and so is everything else, such as
// [time.Time]. Errors name the type and the placeholder, never the value, and match [ErrInvalidRequest].
type Personalisation map[string]any

func appendPersonalisation(dst []byte, p Personalisation) ([]byte, error) {
	dst = append(dst, '{')
	var few [8]string
	keys := slices.AppendSeq(few[:0], maps.Keys(p))
	slices.Sort(keys) // the same message gives the same bytes
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, key), ':')
		var err error
		if dst, err = appendValue(dst, p[key], true); err != nil {
			return nil, refuseAt("personalisation "+strconv.Quote(key), err)
		}
	}
	return append(dst, '}'), nil
}

// refuseAt says where a value was refused.
func refuseAt(where string, err error) error {
	return refuse(err, where+": "+strings.TrimPrefix(err.Error(), "notify: "))
}

// appendValue writes one value. Errors name its type and never the value.
func appendValue(dst []byte, value any, top bool) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return appendString(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case File:
		if top {
			return v.appendJSON(dst)
		}
	case *File:
		if top && v != nil {
			return v.appendJSON(dst)
		}
	case json.Number:
		if f, err := v.Float64(); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) && json.Valid([]byte(v)) {
			return append(dst, v...), nil
		}
		return nil, refuse(nil, "a json.Number is not a number")
	}
	v := reflect.ValueOf(value)
	if list := reflect.Indirect(v); top && (list.Kind() == reflect.Slice || list.Kind() == reflect.Array) {
		v = list // errors name the type as it was given
	}
	if v.Kind() == reflect.String {
		return appendString(dst, v.String()), nil
	}
	if readsOtherwise(v.Type()) {
		return nil, refuse(nil, fmt.Sprintf("a value of type %T would not be sent as it prints; make it a string", value))
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float(), v.Type().Bits())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil, refuse(nil, fmt.Sprintf("a value of type %T is bytes; make it a string or a File", value))
		}
		if top {
			return appendList(dst, v)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		if k := v.Elem().Kind(); k <= reflect.Float64 || k == reflect.String {
			return appendValue(dst, v.Elem().Interface(), false)
		}
	}
	return nil, refuse(nil, fmt.Sprintf("a value of type %T cannot be used here", value))
}

// readsOtherwise knows the types that print or encode as something other than the number, boolean or list that they are
// underneath. A string is what it is: its method String mostly gives just that, and that of a secret hides it from logs
// only.
func readsOtherwise(t reflect.Type) bool {
	switch kind := t.Kind(); {
	case t.PkgPath() == "": // not a named type: it has no methods
		return false
	case kind == reflect.Slice, kind == reflect.Array:
		if t.Elem().Kind() == reflect.String {
			return false
		}
	case kind > reflect.Float64:
		return false
	}
	pointer := reflect.PointerTo(t) // its methods include those of t
	for _, method := range []reflect.Type{
		reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[error](), reflect.TypeFor[fmt.Formatter](),
		reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextAppender](),
		reflect.TypeFor[json.Marshaler](),
	} {
		if pointer.Implements(method) {
			return true
		}
	}
	return false
}

// appendFloat writes a number as encoding/json does, except for the digits of an exponent.
func appendFloat(dst []byte, f float64, bits int) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, refuse(nil, "the number is not finite (NaN or infinite)")
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, bits), nil
}

func appendList(dst []byte, list reflect.Value) ([]byte, error) {
	dst = append(dst, '[')
	for i := range list.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendValue(dst, list.Index(i).Interface(), false); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}
