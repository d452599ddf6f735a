// Package golden reads testdata for the tests of render and the packages behind it. It holds strings, and what the real
// service or its Python libraries made of them.
package golden

import (
	"bufio"
	"os"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

// Row is one line of a file. What was recorded is compared, what is absent is not.
type Row struct{ *pyjson.Object }

// Rows reads a file with a JSON object on each line.
func Rows(t require.TestingT, file string) []Row {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	var rows []Row
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		v, err := pyjson.Parse(lines.Bytes())
		require.NoError(t, err, "%s", lines.Bytes())
		o, ok := v.(*pyjson.Object)
		require.True(t, ok, "%s", lines.Bytes())
		rows = append(rows, Row{o})
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, rows)
	return rows
}

// Str is the text under key, or "".
func (r Row) Str(key string) string {
	v, _ := r.Get(key)
	s, _ := v.(string)
	return s
}

// Personalisation is what the row's template is filled with, or nil.
func (r Row) Personalisation() *pyjson.Object {
	v, _ := r.Get("personalisation")
	o, _ := v.(*pyjson.Object)
	return o
}

// Equal compares got with what the row says under key, if anything.
func (r Row) Equal(t require.TestingT, key string, got any) {
	want, ok := r.Get(key)
	if !ok {
		return
	}
	if n, isInt := got.(int); isInt {
		got = pyjson.Int(strconv.Itoa(n))
	}
	require.Equal(t, want, got, "%s in %s", key, pyjson.Repr(r.Object))
}
