package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestDowngrade(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                     "",
		"plain ~ text":         "plain ~ text",
		"àÉîõÜ":                "aEioU",
		"Ǖ ấ":                  "? ?", // their first characters are accented still
		"łŁ":                   "lL",
		"–—‑−":                 "----",
		"‘’‚ “”„ …":            "''' \"\"\" ...",
		"a\tb\u00a0c\u202fd":   "a b c d",
		"a\u200b\ufeff\u2028b": "ab",
		"a\nb\rc\x00":          "a?b?c?",
		"ß æ ø €":              "? ? ? ?",
		"e\u0301":              "e?",
		"👍":                    "?",
		"ﬁ ① 한":                "? ? ?", // no canonical decompositions, or only by rule
		"\u037e\u1fef\u212a":   ";`K",
	} {
		require.Equal(t, want, Downgrade(s, PrintableASCII), "%q", s)
	}
}

// The alphabet decides: what it holds stays, and a decomposition counts only if it begins in the alphabet.
func TestDowngradeAlphabet(t *testing.T) {
	t.Parallel()
	vowels := func(r rune) bool { return strings.ContainsRune("aeéâ ", r) }
	require.Equal(t, "é aâae ??", Downgrade("é àấãę bİ", vowels))
}

// The table agrees with Unicode: the first character of the full decomposition is that of the table, taken apart further.
func TestDecompositions(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(firstOfDecomposition()), 400)
	for composed, first := range firstOfDecomposition() {
		require.NotEqual(t, string(composed), norm.NFD.String(string(composed)), "%c decomposes", composed)
		want := []rune(norm.NFD.String(string(composed)))[0]
		require.Equal(t, want, []rune(norm.NFD.String(string(first)))[0], "%c", composed)
	}
	for r := range rune(0x3000) { // every character that loses one accent to become ASCII is there
		d := []rune(norm.NFD.String(string(r)))
		if r < 0x80 || len(d) != 2 || !PrintableASCII(d[0]) {
			continue
		}
		first := string(firstOfDecomposition()[r])
		require.Equal(t, d[0], []rune(norm.NFD.String(first))[0], "%c", r)
	}
}

func TestDowngradeIsLinear(t *testing.T) {
	t.Parallel()
	require.Len(t, Downgrade(strings.Repeat("é…", 1<<18), PrintableASCII), 4<<18)
}

func BenchmarkDowngrade(b *testing.B) {
	for name, s := range map[string]string{"ASCII": "Trinidad and Tobago", "Accents": "Saint Barthélemy, Curaçao"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = Downgrade(s, PrintableASCII)
			}
		})
	}
}
