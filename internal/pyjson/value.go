// Package pyjson reads and writes JSON as the real service, a Python program, does.
//
// A value is nil, bool, [Int], float64, string, []any or *[Object]. Strings are valid UTF-8 except for lone surrogates,
// which Python's strings can hold but UTF-8 cannot (see [text.Rune]).
package pyjson

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// Int is a whole number of any size, in decimal digits as Python prints it.
type Int string

// Object is a JSON object that remembers the order of its keys. If a key occurs twice, the last value wins but the
// first position stays, as in Python's dict.
type Object struct {
	Keys   []string
	values []any
	index  map[string]int // nil while there are few keys
}

// fewKeys is the number of keys up to which a linear search beats a map.
const fewKeys = 12

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range o.Keys {
		if k == key {
			return i
		}
	}
	return -1
}

// Get returns the value of key, and whether it exists. A nil Object has no keys.
func (o *Object) Get(key string) (any, bool) {
	if i := o.find(key); i >= 0 {
		return o.values[i], true
	}
	return nil, false
}

// Has reports whether key is present, even if its value is null.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Set sets the value of key.
func (o *Object) Set(key string, value any) {
	if i := o.find(key); i >= 0 {
		o.values[i] = value
		return
	}
	o.Keys = append(o.Keys, key)
	o.values = append(o.values, value)
	switch {
	case o.index != nil:
		o.index[key] = len(o.Keys) - 1
	case len(o.Keys) > fewKeys:
		o.index = make(map[string]int, 2*len(o.Keys))
		for i, k := range o.Keys {
			o.index[k] = i
		}
	}
}

// Len is the number of keys. It is 0 for a nil Object.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.Keys)
}

// At is the value of o.Keys[i].
func (o *Object) At(i int) any { return o.values[i] }

// Clone copies o one level deep.
func (o *Object) Clone() *Object {
	c := &Object{Keys: make([]string, 0, o.Len()), values: make([]any, 0, o.Len())}
	for i := range o.Len() {
		c.Set(o.Keys[i], o.values[i])
	}
	return c
}

// Truthy is Python's bool(v).
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case Int:
		return v != "0"
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case *Object:
		return v.Len() > 0
	}
	return true
}

// Str is Python's str(v): a string stays as it is, everything else is as [Repr] prints it.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

// Repr is Python's repr(v).
func Repr(v any) string {
	switch v := v.(type) {
	case Int:
		return string(v)
	case string:
		return string(appendReprString(make([]byte, 0, len(v)+2), v))
	}
	return string(appendRepr(nil, v))
}

func appendRepr(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "None"...)
	case bool:
		if v {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case Int:
		return append(b, v...)
	case float64:
		return AppendFloat(b, v)
	case string:
		return appendReprString(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendRepr(b, e)
		}
		return append(b, ']')
	case *Object:
		b = append(b, '{')
		for i, k := range v.Keys {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendReprString(b, k), ": "...)
			b = appendRepr(b, v.values[i])
		}
		return append(b, '}')
	}
	return b
}

// appendReprString quotes with ' unless s contains ' and no ", and escapes what Python considers unprintable.
func appendReprString(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b = append(b, quote)
	for i := 0; i < len(s); {
		r, size := text.Rune(s[i:])
		i += size
		switch {
		case r == rune(quote) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case unicode.IsPrint(r):
			b = append(b, string(r)...)
		case r < 0x100:
			b = appendHex(append(b, `\x`...), r, 2)
		case r < 0x10000:
			b = appendHex(append(b, `\u`...), r, 4)
		default:
			b = appendHex(append(b, `\U`...), r, 8)
		}
	}
	return append(b, quote)
}

// AppendFloat appends f as Python prints it: the shortest digits that read back as f, always with a point or an
// exponent (an exponent below 1e-4 and from 1e16 on), or nan, inf or -inf.
func AppendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, ".0"...)
}
