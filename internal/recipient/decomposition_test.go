package recipient

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/text"
)

// Where the real service reduces a string to ASCII, and only there, it fails on some characters.
func TestDecomposition(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]error{
		"1\n2\nFrance\U0001d15e":            text.ErrDecomposition,
		"1\n2\nFrance\U0001d15e 1":          nil, // a digit, so not a country
		"1\n2\ufa6c\nSW1A 1AA":              nil,
		"1\nFrance\U0001d15e\nSW1A 1AA\nUK": text.ErrDecomposition,
		"1\U0001d15e\nFrance\n2\nUK":        nil, // the search from the end stops at France
		"\U0001d15ea\nFrance\nJersey\nUK":   nil,
		"1\n2\n𝄞":                           nil, // has no decomposition
	} {
		_, err := ParseAddress(address)
		require.ErrorIs(t, err, want, "%q", address)
	}
	for number, want := range map[string]error{
		"\U0001d15e":          text.ErrDecomposition,
		"07700 900123 \ufa6c": text.ErrDecomposition,
		"😀\U0001d15e¾Y":       text.ErrDecomposition,
		"07700 900123 ‑":      nil, "07700 900123 漢": UnknownCharacter,
	} {
		_, err := ParsePhone(number)
		require.ErrorIs(t, err, want, "%q", number)
	}
	for _, compared := range []string{"\ufa6c", "07700 900123 \U0001d15e", "a@\U0001d15e.example.com"} {
		_, err := Normalise(compared)
		require.ErrorIs(t, err, text.ErrDecomposition, "%q", compared)
	}
}
