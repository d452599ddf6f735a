package pyjson

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// answer is what Python does with a body: json.loads, then str, repr, bool and json.dumps.
type answer struct {
	Body   []byte  `json:"body"`
	OK     bool    `json:"ok"`
	Str    *string `json:"str"`
	Repr   string  `json:"repr"`
	Dump   string  `json:"dump"`
	Truthy bool    `json:"truthy"`
}

func answers(t testing.TB) []answer {
	t.Helper()
	f, err := os.Open("testdata/python.jsonl")
	require.NoError(t, err)
	defer f.Close()
	var all []answer
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var a answer
		require.NoError(t, json.Unmarshal(lines.Bytes(), &a))
		all = append(all, a)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, all)
	return all
}

func TestParseAsPython(t *testing.T) {
	t.Parallel()
	for _, a := range answers(t) {
		v, err := Parse(a.Body)
		if !a.OK {
			require.ErrorIs(t, err, ErrSyntax, "%q", a.Body)
			continue
		}
		require.NoError(t, err, "%.80q", a.Body)
		require.Equal(t, a.Repr, Repr(v), "%q", a.Body)
		require.Equal(t, a.Dump, string(Append(nil, v)), "%q", a.Body)
		require.Equal(t, a.Truthy, Truthy(v), "%q", a.Body)
		if a.Str != nil {
			require.Equal(t, *a.Str, Str(v), "%q", a.Body)
		}
	}
}

func TestParseDeep(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte(strings.Repeat("[", 500) + strings.Repeat("]", 500)))
	require.NoError(t, err)
	for _, open := range []string{"[", `{"a":`, " ["} {
		_, err := Parse([]byte(strings.Repeat(open, 1_000_000)))
		require.ErrorIs(t, err, ErrSyntax)
	}
}

func TestObjectOrder(t *testing.T) {
	t.Parallel()
	v, err := Parse([]byte(`{"b":1,"a":2,"b":3}`))
	require.NoError(t, err)
	o := v.(*Object)
	require.Equal(t, []string{"b", "a"}, o.Keys)
	got, ok := o.Get("b")
	require.True(t, ok)
	require.Equal(t, Int("3"), got)
	require.False(t, o.Has("c"))
	require.Zero(t, (*Object)(nil).Len())

	clone := o.Clone()
	clone.Set("c", nil)
	require.True(t, clone.Has("c"))
	require.False(t, o.Has("c"), "a clone is independent")
}

func TestObjectWithManyKeys(t *testing.T) {
	t.Parallel()
	o := &Object{}
	for i := range 4 * fewKeys {
		o.Set(strings.Repeat("k", i), i)
		o.Set(strings.Repeat("k", i/2), -i)
	}
	require.Equal(t, 4*fewKeys, o.Len())
	for i := range 2 * fewKeys {
		got, ok := o.Get(strings.Repeat("k", i))
		require.True(t, ok)
		require.Equal(t, min(-2*i, -2*i-1), got)
	}
}

func FuzzParse(f *testing.F) {
	for _, a := range answers(f) {
		f.Add(a.Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := Parse(body)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			plain := !strings.ContainsAny(string(body), "0123456789") && len(body) < 500
			require.False(t, json.Valid(body) && utf8.Valid(body) && plain,
				"Python accepts all that Go accepts, except long numbers and deep nesting")
			return
		}
		written := Append(nil, v)
		again, err := Parse(written)
		require.NoError(t, err, "%q", written)
		require.Equal(t, string(written), string(Append(nil, again)))
		for _, c := range written {
			require.True(t, c >= ' ' && c < 0x7f)
		}
		_, _ = Repr(v), Str(v)
	})
}

func BenchmarkParse(b *testing.B) {
	body := []byte(`{"template_id":"f33517ff-2a88-4f6e-b855-c550268ce08a","phone_number":"07900900123",` +
		`"personalisation":{"name":"Amala","ref":"AB-1234","n":5},"reference":"caf\u00e9"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
