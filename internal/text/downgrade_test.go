package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestDowngrade(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                     "",
		"plain ~ text":         "plain ~ text",
		"àÉîõÜ":                "aEioU",
		"Ǖ ấ":                  "? ?", // their first characters still have an accent
		"łŁ":                   "lL",
		"–—‑−":                 "----",
		"‘’‚ “”„ …":            "''' \"\"\" ...",
		"a\tb\u00a0c\u202fd":   "a b c d",
		"a\u200b\ufeff\u2028b": "ab",
		"a\nb\rc\x00":          "a?b?c?",
		"ß æ ø €":              "? ? ? ?",
		"e\u0301":              "e?",
		"👍":                    "?",
		"ﬁ ① 한":                "? ? ?", // no canonical decompositions, or only algorithmic ones
		"\u037e\u1fef\u212a":   ";`K",
	} {
		got, err := Downgrade(s, PrintableASCII)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", s)
	}
}

// The alphabet decides: its characters stay, and a decomposition counts only if its first character is in the alphabet.
func TestDowngradeAlphabet(t *testing.T) {
	t.Parallel()
	vowels := func(r rune) bool { return strings.ContainsRune("aeéâ ", r) }
	got, err := Downgrade("é àấãę bİ", vowels)
	require.NoError(t, err)
	require.Equal(t, "é aâae ??", got)
}

// The table agrees with Unicode: decomposing the table's first character further gives the first character of the full
// decomposition.
func TestDecompositions(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(firstOfDecomposition()), 400)
	for composed, first := range firstOfDecomposition() {
		require.NotEqual(t, string(composed), norm.NFD.String(string(composed)), "%c decomposes", composed)
		want := []rune(norm.NFD.String(string(composed)))[0]
		require.Equal(t, want, []rune(norm.NFD.String(string(first)))[0], "%c", composed)
	}
	for r := range rune(0x3000) { // every ASCII letter with one accent is in the table
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
	got, err := Downgrade(strings.Repeat("é…", 1<<18), PrintableASCII)
	require.NoError(t, err)
	require.Len(t, got, 4<<18)
}

// The 138 characters of Unicode 15.1, which the real service runs with, whose decomposition begins with five
// hexadecimal digits.
const fiveDigits = `
FA6C FACF-FAD1 FAD5-FAD7 1109A 1109C 110AB 1112E-1112F 1134B-1134C 114BB-114BC 114BE 115BA-115BB 11938 1D15E-1D164
1D1BB-1D1C0 2F803 2F80D 2F812 2F816 2F81C 2F834 2F838 2F859 2F860-2F861 2F86C 2F871 2F87B 2F87D 2F889 2F88F 2F891-2F892
2F897-2F898 2F8A4 2F8B8 2F8BE 2F8CA 2F8DD 2F8E3 2F8EC 2F8F0 2F8F7-2F8F9 2F8FB 2F906 2F90D 2F910-2F911 2F91B 2F91D
2F91F 2F923 2F926-2F927 2F935 2F937 2F939 2F93B-2F93D 2F941-2F944 2F94D 2F952 2F954-2F955 2F95C-2F95E 2F961 2F965
2F96B 2F972-2F973 2F975 2F977 2F97B-2F97C 2F97E 2F980 2F987-2F98A 2F997 2F9A4-2F9A6 2F9AB 2F9AD 2F9B0-2F9B1 2F9C5
2F9CB-2F9CC 2F9D3 2F9D8-2F9D9 2F9DD 2F9E0-2F9E1 2F9E5 2F9ED 2F9F1 2F9F6-2F9F7 2F9FB 2F9FD 2FA01 2FA09 2FA10
2FA12-2FA14 2FA1D`

func TestDowngradeFails(t *testing.T) {
	t.Parallel()
	fails := map[rune]bool{}
	for row := range strings.FieldsSeq(fiveDigits) {
		low, high, isRange := strings.Cut(row, "-")
		if !isRange {
			high = low
		}
		var first, last rune
		_, err := fmt.Sscanf(low+" "+high, "%x %x", &first, &last)
		require.NoError(t, err)
		for r := first; r <= last; r++ {
			fails[r] = true
		}
	}
	require.Len(t, fails, 138)
	for r := range rune(utf8.MaxRune + 1) {
		got, err := Downgrade(string(r), PrintableASCII)
		if fails[r] {
			require.ErrorIs(t, err, ErrDecomposition, "%x", r)
			require.Equal(t, "?", got)
		} else {
			require.NoError(t, err, "%x", r)
		}
	}
	_, err := Downgrade("a \U0001d15e b", func(rune) bool { return true })
	require.NoError(t, err, "characters of the alphabet are left alone")
}

func BenchmarkDowngrade(b *testing.B) {
	for name, s := range map[string]string{"ASCII": "Trinidad and Tobago", "Accents": "Saint Barthélemy, Curaçao"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Downgrade(s, PrintableASCII)
			}
		})
	}
}
