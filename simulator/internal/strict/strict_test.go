package strict_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/strict"
)

type inner struct {
	Colour string `yaml:"colour"`
	Name   string `yaml:"name"`
}

type outer struct {
	inner
	Name   string   `yaml:"name"`
	Count  int      `yaml:"count"`
	Sure   *bool    `yaml:"sure"`
	Lists  [][]int  `yaml:"lists"`
	GoOnly chan int `yaml:"-"`
	Absent string
}

func decode(data string) (outer, error) {
	var o outer
	read, err := strict.Parse([]byte(data))
	if err != nil {
		return o, err
	}
	err = read.Decode(&o)
	return o, err
}

func TestDecode(t *testing.T) {
	t.Parallel()
	o, err := decode(`{"name": "\ud83d\ude00 \/", "colour": "red", "count": 3.0, "sure": false, "lists": [[1, 2], []]}`)
	require.NoError(t, err)
	require.Equal(t, "😀 /", o.Name)
	require.Equal(t, inner{Colour: "red"}, o.inner, "the outer name wins")
	require.Equal(t, 3, o.Count)
	require.False(t, *o.Sure)
	require.Equal(t, [][]int{{1, 2}, {}}, o.Lists)

	for data, want := range map[string]string{
		`{"name": "a",` + "\n" + `"color": "b"}`: `line 2: unknown field "color": did you mean "colour"?`,
		`{"GoOnly": 1}`:                          `line 1: unknown field "GoOnly"`,
		`{"-": 1}`:                               `line 1: unknown field "-"`,
		`{"": 1}`:                                `line 1: unknown field ""`,
		`{"Absent": 1}`:                          `line 1: unknown field "Absent"`,
		`{"name": 1, "name": 2}`:                 `line 1: the field "name" stands twice`,
		`{"count": 1.5}`:                         `line 1: .count: want a whole number`,
		`{"lists": [[1], ["x"]]}`:                `line 1: .lists[1][0]: want a whole number`,
		`[]`:                                     `line 1: want an object`,
		``:                                       `the file is empty`,
		`{} --- {}`:                              `the file holds more than one document`,
	} {
		_, err := decode(data)
		require.EqualError(t, err, want, data)
	}
	_, err = decode(`{"lists": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`)
	require.ErrorContains(t, err, "nested more than 32 deep")
	where, ok := errors.AsType[*strict.Error](func() error { _, err := decode("name: a\nsure: 2"); return err }())
	require.True(t, ok)
	require.Equal(t, strict.Error{Line: 2, Path: ".sure", Text: "want true or false"}, *where)
	require.EqualError(t, &strict.Error{Path: ".a", Text: "b"}, ".a: b", "a line that is not known is left out")
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"body", "email", "guest_list", "id", "name", "subject", "templates", "type"}
	for name, want := range map[string]string{
		"boby": "body", "nam": "name", "Name": "name", "names": "name", "guest-list": "guest_list", "guestList": "guest_list",
		"tempaltes": "templates", "template": "templates", "Id": "id", "subject_line": "subject",
		"subjects_of_it": "", "x": "", "colour": "", "": "",
		strings.Repeat("name", 100): "",
	} {
		require.Equal(t, want, strict.Nearest(name, known), name)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"name": "x", "lists": [[1]]}`))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := strict.Parse(data)
		if err != nil {
			return
		}
		var o outer
		if read.Decode(&o) == nil {
			require.Empty(t, o.Absent)
		}
		require.Positive(t, read.Line(".lists[0][1]"))
	})
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(`{"name": "Licensing", "count": 3, "lists": [[1, 2, 3]]}`); err != nil {
			b.Fatal(err)
		}
	}
}
