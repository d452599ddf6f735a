package placeholder

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/golden"
)

func personalisation(t testing.TB, json string) Values {
	t.Helper()
	v, err := pyjson.Parse([]byte(json))
	require.NoError(t, err)
	return NewValues(v.(*pyjson.Object))
}

func TestSubstitutionGolden(t *testing.T) {
	t.Parallel()
	for _, r := range golden.Rows(t, "../testdata/substitution.jsonl") {
		r.Equal(t, "want_plain", Field{Bullets: true}.Fill(r.Str("body"), NewValues(r.Personalisation())))
		r.Equal(t, "want_escaped",
			Field{Bullets: true, Escape: true}.Fill(r.Str("body"), NewValues(r.Personalisation())))
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"B_", "a"}, Names("((B_)) ((a??x))", "((b)) ((A))"))
	require.Nil(t, Names("", "(a) ((a) (())"))
}

func TestMissing(t *testing.T) {
	t.Parallel()
	names := []string{"a", "B b", "c"}
	require.Equal(t, names, NewValues(nil).Missing(names))
	require.Equal(t, []string{"c"}, personalisation(t, `{"A": "", "b_B": [], "c": null}`).Missing(names))
	require.Empty(t, personalisation(t, `{"a": 0, "BB": false, "c": {}}`).Missing(names))
	require.Equal(t, []string{"a"}, personalisation(t, `{"a": 1, "A": null}`).Missing([]string{"a"}), "the last wins")
}

func TestValuesMany(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"key 0": null`)
	for i := range 3 * manyValues {
		b.WriteString(`, "` + strings.Repeat("k", i+1) + `": ` + `"v", "K_E_Y-0": "last"`)
	}
	v := personalisation(t, b.String()+"}")
	got, ok := v.Get("KEY0")
	require.True(t, ok)
	require.Equal(t, "last", got)
	_, ok = v.Get("kk\t")
	require.False(t, ok, "a tab counts")
}

func TestKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"first _Name-1": "firstname1", "É": "é", "a\tb": "a\tb",
		"a\u00a0b": "a\u00a0b", "": "", "ΑΣ": "ας", "plain": "plain",
	} {
		require.Equal(t, want, Key(in))
	}
}

// FuzzField: every name finds its own value, so nothing is left unfilled.
func FuzzField(f *testing.F) {
	for _, r := range golden.Rows(f, "../testdata/substitution.jsonl") {
		f.Add(r.Str("body"), "<i>&amp; \"x\"")
	}
	f.Fuzz(func(t *testing.T, template, value string) {
		if !utf8.ValidString(template) || !utf8.ValidString(value) {
			return
		}
		o := &pyjson.Object{}
		for _, name := range Names(template) {
			require.NotContains(t, name, "(")
			require.NotContains(t, name, "??")
			o.Set(name, value)
		}
		v := NewValues(o)
		require.Empty(t, v.Missing(Names(template)))
		require.Equal(t, Field{}.Fill(template, v), Field{Unfilled: func(string) string {
			t.Error("unfilled")
			return ""
		}}.Fill(template, v))
		escaped := Field{Escape: true}.Fill(template, v)
		if !strings.Contains(escaped, "<span class='placeholder") {
			require.NotContains(t, escaped, "<")
		}
	})
}

func BenchmarkFill(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234", "what": ["a pen", "a form"]}`)
	b.ReportAllocs()
	for b.Loop() {
		Field{Bullets: true}.Fill("Dear ((name)), about ((ref)): please bring ((what))", v)
	}
}
