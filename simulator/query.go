package simulator

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/pyjson"
)

// query is a query string, its parameters in the order of their first occurrence.
type query struct {
	names  []string
	values map[string][]string
}

// parseQuery reads a query string as the framework behind Notify does: a part that is no UTF-8 stays as it was written.
func parseQuery(raw string) query {
	q := query{values: map[string][]string{}}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unquote(name), unquote(value)
		if _, ok := q.values[name]; !ok {
			q.names = append(q.names, name)
		}
		q.values[name] = append(q.values[name], value)
	}
	return q
}

// object is the query as its schema sees it: a list for the names in repeatable, the first value for the others.
func (q query) object(repeatable []string) *pyjson.Object {
	o := &pyjson.Object{}
	for _, name := range q.names {
		values := q.values[name]
		if !slices.Contains(repeatable, name) {
			o.Set(name, values[0])
			continue
		}
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		o.Set(name, list)
	}
	return o
}

// link writes the query again, behind base.
func (q query) link(base string, repeatable []string) string {
	var b strings.Builder
	b.WriteString(base)
	separator := byte('?')
	for _, name := range q.names {
		values := q.values[name]
		if !slices.Contains(repeatable, name) {
			values = values[:1]
		}
		for _, v := range values {
			b.WriteByte(separator)
			b.WriteString(quote(name))
			b.WriteByte('=')
			b.WriteString(quote(v))
			separator = '&'
		}
	}
	return b.String()
}

// with is the query with one parameter set, in its place if it stood there already.
func (q query) with(name, value string) query {
	c := query{names: slices.Clone(q.names), values: map[string][]string{}}
	for n, v := range q.values {
		c.values[n] = v
	}
	if !slices.Contains(c.names, name) {
		c.names = append(c.names, name)
	}
	c.values[name] = []string{value}
	return c
}

const upperHex = "0123456789ABCDEF"

// quote escapes all but the characters that the framework leaves alone in a value.
func quote(s string) string { return strings.ReplaceAll(escape(s, "!$'()*,/:;?@ "), " ", "+") }

// escape writes with percent signs all bytes but letters, digits, "-._~" and those in kept.
func escape(s, kept string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte("-._~", c) >= 0,
			strings.IndexByte(kept, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

// unquote decodes plus signs and percent escapes. Escaped bytes that make no UTF-8 stay escaped, with upper-case
// digits.
func unquote(s string) string {
	if !strings.ContainsAny(s, "+%") && utf8.ValidString(s) {
		return s
	}
	raw := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			raw = append(raw, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			raw = append(raw, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			raw = append(raw, s[i])
		}
	}
	var b strings.Builder
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		if r == utf8.RuneError && size == 1 {
			b.WriteByte('%')
			b.WriteByte(upperHex[raw[0]>>4])
			b.WriteByte(upperHex[raw[0]&15])
		} else {
			b.Write(raw[:size])
		}
		raw = raw[size:]
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
