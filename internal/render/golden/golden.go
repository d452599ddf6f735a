// Package golden reads testdata for the tests of render and the packages below it. The data are inputs, with the output
// of the real service or of its Python libraries.
package golden

import (
	"bufio"
	"os"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

// Row is one line of a file. An absent key is not compared.
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

// Str returns the string under key, or "".
func (r Row) Str(key string) string {
	v, _ := r.Get(key)
	s, _ := v.(string)
	return s
}

// Personalisation returns the values for the row's template, or nil.
func (r Row) Personalisation() *pyjson.Object {
	v, _ := r.Get("personalisation")
	o, _ := v.(*pyjson.Object)
	return o
}

// Equal compares got with the value under key, if there is one.
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
