package pyjson

import (
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/notifykit/notify/internal/text"
)

// Member is one key of [Members].
type Member struct {
	Key   string
	Value any
}

// Members is an object to be written. Its keys must already be in alphabetical order.
type Members []Member

// Append appends v as the real service writes JSON: compact, with the keys of every object sorted and everything
// outside ASCII escaped. Besides the values of this package it accepts int, *float64 and *string (nil is null),
// [Members], []Members and [time.Time] (see [AppendTime]).
func Append(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case Int:
		return append(b, v...)
	case float64:
		return appendNumber(b, v)
	case *float64:
		if v == nil {
			return append(b, "null"...)
		}
		return appendNumber(b, *v)
	case string:
		return AppendString(b, v)
	case *string:
		if v == nil {
			return append(b, "null"...)
		}
		return AppendString(b, *v)
	case time.Time:
		return AppendTime(b, v)
	case []any:
		return appendList(b, v)
	case []Members:
		return appendList(b, v)
	case Members:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(AppendString(b, m.Key), ':')
			b = Append(b, m.Value)
		}
		return append(b, '}')
	case *Object:
		return appendSorted(b, v)
	}
	return b
}

func appendList[T any](b []byte, list []T) []byte {
	b = append(b, '[')
	for i, e := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = Append(b, e)
	}
	return append(b, ']')
}

func appendSorted(b []byte, o *Object) []byte {
	order := make([]int, o.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if o.Keys[i] < o.Keys[j] {
			return -1
		}
		return 1
	})
	b = append(b, '{')
	for n, i := range order {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, o.Keys[i]), ':')
		b = Append(b, o.values[i])
	}
	return append(b, '}')
}

// appendNumber writes f as Python's encoder does, including the three values that JSON lacks.
func appendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	return AppendFloat(b, f)
}

// AppendTime appends t in quotes, in UTC, with exactly six fractional digits. The zero time is null.
func AppendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	return append(b, '"')
}

// AppendString appends s in quotes. It escapes everything but printable ASCII, and writes characters beyond the basic
// plane as surrogate pairs.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		if c < 0x80 {
			b = appendEscape(b, c)
			start = i + 1
			continue
		}
		for i < len(s) && s[i] >= 0x80 {
			r, size := text.Rune(s[i:])
			b = appendUnicodeEscape(b, r)
			i += size
		}
		start = i
		i--
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	}
	return appendHex(append(b, `\u`...), rune(c), 4)
}

func appendUnicodeEscape(b []byte, r rune) []byte {
	if r < 0x10000 {
		return appendHex(append(b, `\u`...), r, 4)
	}
	high, low := utf16.EncodeRune(r)
	b = appendHex(append(b, `\u`...), high, 4)
	return appendHex(append(b, `\u`...), low, 4)
}

func appendHex(b []byte, r rune, digits int) []byte {
	const hex = "0123456789abcdef"
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, hex[r>>shift&15])
	}
	return b
}
