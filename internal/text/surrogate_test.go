package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestRune(t *testing.T) {
	t.Parallel()
	for r := range rune(utf8.MaxRune + 1) {
		s := string(AppendRune([]byte("é"), r)) + "x"
		got, size := Rune(s[len("é"):])
		require.Equal(t, r, got)
		require.Equal(t, len(s)-len("éx"), size)
		require.Equal(t, IsSurrogate(r), HasSurrogate(s), "%x", r)
	}
	for s, want := range map[string]int{"": 0, "\xed": 1, "\xed\xa0": 1, "\xed\x80\x80": 3, "\xff": 1, "\xed\xa0x": 1} {
		r, size := Rune(s)
		require.False(t, IsSurrogate(r))
		require.Equal(t, want, size)
		require.False(t, HasSurrogate(s))
	}
	require.True(t, HasSurrogate("\xed\xed\x80\x80\xed\xb0\x80"))
}

// A lone surrogate is one character that nothing changes and that is in no alphabet.
func TestSurrogates(t *testing.T) {
	t.Parallel()
	const lone, other = "\xed\xa0\x80", "\xed\xbf\xbf"
	got, err := Downgrade("a"+lone+"é"+other, PrintableASCII)
	require.NoError(t, err)
	require.Equal(t, "a?e?", got)
	require.Equal(t, lone+"a"+other, StripObscure(" "+lone+"a\u200b"+other+" "))
	require.Equal(t, lone+" a"+other, NormaliseSpace(" "+lone+"\n a\u200b"+other+" "))
	require.Equal(t, "a"+lone+"σς"+other, Lower("A"+lone+"ΣΣ"+other))
	require.NotEqual(t, Lower(lone), Lower(other))
	require.Len(t, Lower(strings.Repeat(lone+"A", 1<<16)), 1<<18)
}
