package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestBitset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b bitset
		members := map[int]bool{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			i := rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(4000, 4200), rapid.IntRange(262_000, 262_300)).Draw(t, "i")
			if rapid.Bool().Draw(t, "set") {
				b.set(i)
				members[i] = true
			} else {
				b.clear(i)
				delete(members, i)
			}
		}
		at := rapid.IntRange(0, 300_000).Draw(t, "before")
		want := -1
		for m := range members {
			if m < at {
				want = max(want, m)
			}
		}
		require.Equal(t, want, b.before(at))
	})
}

func TestBitsetClearsOneWord(t *testing.T) {
	t.Parallel()
	var b bitset
	for _, i := range []int{3, 67, 131} { // the same bit in three words
		b.set(i)
	}
	b.clear(131)
	require.Equal(t, 67, b.before(200))
	b.clear(67)
	require.Equal(t, 3, b.before(200))
	b.clear(500) // was never in it
	b.clear(3)
	require.Equal(t, -1, b.before(200))
}
