package werkzeug

import (
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
)

// Query is a query string, with its parameters in the order of their first occurrence.
type Query struct {
	names  []string
	values map[string][]string
}

// ParseQuery reads a query string. Bytes that are not UTF-8 stay escaped.
func ParseQuery(raw string) Query {
	q := Query{values: map[string][]string{}}
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

// Object is the query as its schema sees it: a list for the names in repeatable, the first value for the others.
func (q Query) Object(repeatable []string) *pyjson.Object {
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

// Link writes the query again, after base.
func (q Query) Link(base string, repeatable []string) string {
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

// With returns the query with one parameter set. A parameter that is there already keeps its place.
func (q Query) With(name, value string) Query {
	c := Query{names: slices.Clone(q.names), values: map[string][]string{}}
	for n, v := range q.values {
		c.values[n] = v
	}
	if !slices.Contains(c.names, name) {
		c.names = append(c.names, name)
	}
	c.values[name] = []string{value}
	return c
}
