package text

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestSpaceAt: what is quick to tell of ASCII is what IsSpace says of every character.
func TestSpaceAt(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= 0x3100; r++ {
		size, space := SpaceAt("x"+string(r)+"y", 1)
		require.Equal(t, utf8.RuneLen(r), size, "%U", r)
		require.Equal(t, IsSpace(r), space, "%U", r)
	}
}

func TestSkipSpace(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"": 0, "a ": 0, " \t\n\x1f\u00a0\u2028a": 9, "  ": 2, "\u200b": 0} {
		require.Equal(t, want, SkipSpace(s, 0), "%q", s)
	}
	require.Equal(t, 3, SkipSpace("a  b", 1))
}

func TestIsWord(t *testing.T) {
	t.Parallel()
	for _, r := range "azAZ09_éßŴ漢²½Ⅳ٣" {
		require.True(t, IsWord(r), "%q", r)
	}
	for _, r := range "-.@`{[ \u00a0\u0301€–👍" {
		require.False(t, IsWord(r), "%q", r)
	}
}
