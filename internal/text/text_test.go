package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLines(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][]string{
		"":                                nil,
		"a":                               {"a"},
		"a\n":                             {"a"},
		"\n":                              {""},
		"a\n\nb":                          {"a", "", "b"},
		"a\r\nb\rc\n\rd":                  {"a", "b", "c", "", "d"},
		"a\vb\fc\x1cd\x1de\x1ef\x1fg":     {"a", "b", "c", "d", "e", "f\x1fg"},
		"a\u0085b\u2028c\u2029d\u200be":   {"a", "b", "c", "d\u200be"},
		strings.Repeat("\r\n", 3) + "end": {"", "", "", "end"},
	} {
		require.Equal(t, want, Lines(s), "%q", s)
	}
}

func TestStripObscure(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                "",
		" a b \n":         "a b",
		"a\u00a0b\u202fc": "abc",
		"\u180ea\u200b\u200c\u200d\u2060\ufeff\u2028\u2029b": "ab",
		"\u200b a":      "a", // deleted first, then stripped
		"\u3000a\u2003": "\u3000a\u2003",
		"\x1ca\u0085":   "\x1ca\u0085", // white space, but not ASCII white space
	} {
		require.Equal(t, want, StripObscure(s), "%q", s)
	}
}

func TestNormaliseSpace(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                     "",
		" \t\n":                "",
		" a  b\tc\u00a0d\n":    "a b c d",
		"a\u200bb":             "ab",
		"a \u200b b":           "a b",
		"\u3000a\x1fb\u2003":   "a b",
		"a\u2028b\ufeff":       "ab",
		"\u202fa\u0085b\u00ad": "a b\u00ad",
	} {
		require.Equal(t, want, NormaliseSpace(s), "%q", s)
	}
}

func TestTightenPunctuation(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                 "",
		"a b":              "a b",
		"City , of Town .": "City, of Town.",
		"a \t .b":          "a.b",
		"a , , b":          "a,, b",
		"a \n, b":          "a \n, b",
		"a \u00a0, b":      "a \u00a0, b",
		" ":                " ",
		". a ":             ". a ",
	} {
		require.Equal(t, want, TightenPunctuation(s), "%q", s)
	}
}

func TestLower(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"ABC É":      "abc é",
		"İ":          "i\u0307",
		"ΟΔΟΣ":       "οδος",
		"ΟΔΟΣ ΣΟΦΟΣ": "οδος σοφος",
		"Σ":          "σ",
		"ΑΣ.":        "ας.",
		"ΑΣ.Α":       "ασ.α",
		"K":          "k", // the Kelvin sign
	} {
		require.Equal(t, want, Lower(s), s)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", " a , b .", "a\u200b \u00a0b\r\n", "\xff \x1c", "ΟΔΟΣ İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		for name, reduce := range map[string]func(string) string{
			"StripObscure": StripObscure, "NormaliseSpace": NormaliseSpace,
			"TightenPunctuation": TightenPunctuation, "Strip": Strip,
			"Downgrade": func(s string) string {
				s, _ = Downgrade(s, PrintableASCII)
				return s
			},
		} {
			once := reduce(s)
			require.Equal(t, once, reduce(once), "%s of %q", name, s)
		}
		require.NotContains(t, NormaliseSpace(s), "  ")
		require.False(t, strings.ContainsFunc(StripObscure(s), IsObscure))
		for _, line := range Lines(s) {
			require.False(t, strings.ContainsFunc(line, IsLineBreak))
		}
	})
}

func BenchmarkNormaliseSpace(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = NormaliseSpace(" 123  High\u00a0Street ")
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a1234567890 x", Digits("a1٢३４5𝟞𝟽８９0 x"))
	require.Equal(t, "²½", Digits("²½"), "not decimal")
}
