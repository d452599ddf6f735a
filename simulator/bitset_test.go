package simulator

import (
	"slices"
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
	for _, i := range []int{3, 67, 131} { // the same bit of three words
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

// TestPages compares each page with what a look at every message would give, between and after clean-ups.
func TestPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var st store
		var all []*notification
		made := 0
		for range rapid.IntRange(1, 3).Draw(t, "days") {
			for range rapid.IntRange(0, 400).Draw(t, "messages") {
				i := made
				made++
				n := &notification{
					keyType: KeyTypeTest, kind: messageTypes[i%3], status: statuses[(i*7)%len(statuses)],
					reference: []string{"a", "b"}[i%2], referenced: i%3 != 0, createdAt: int64(1000 + 10*i),
				}
				n.id[0], n.id[1] = byte(i), byte(i>>8)
				st.add(n)
				all = append(all, n)
			}
			for range rapid.IntRange(0, 20).Draw(t, "changes") {
				if len(all) > 0 {
					n := all[rapid.IntRange(0, len(all)-1).Draw(t, "changed")]
					st.setStatus(n, rapid.SampledFrom(statuses[:]).Draw(t, "status"), 1)
				}
			}
			var cutoff [len(messageTypes)]int64
			for i := range cutoff {
				at := 1000 + 10*rapid.IntRange(0, made).Draw(t, "cutoff") // where a message is made, or just after it
				cutoff[i] = int64(at + rapid.IntRange(0, 1).Draw(t, "after"))
			}
			st.sweep(cutoff)
			all = slices.DeleteFunc(all, func(n *notification) bool {
				underWay := []Status{StatusCreated, StatusSending, StatusPendingVirusCheck}
				old := n.createdAt < cutoff[slices.Index(messageTypes[:], n.kind)]
				return old && (n.kind != Letter || !slices.Contains(underWay, n.status))
			})
			require.Len(t, st.byID, len(all))
			for _, n := range all {
				require.Same(t, n, st.byID[n.id])
			}
		}
		f := filter{
			statuses: rapid.SliceOfN(rapid.SampledFrom(statuses[:]), 0, 4).Draw(t, "statuses"),
			kinds:    rapid.SliceOfN(rapid.SampledFrom(messageTypes[:]), 0, 2).Draw(t, "kinds"),
			before:   rapid.Int64Range(0, 13_000).Draw(t, "before"),
		}
		if len(f.statuses) == 0 {
			f.statuses = nil
		}
		if len(f.kinds) == 0 {
			f.kinds = nil
		}
		if rapid.Bool().Draw(t, "by reference") {
			f.reference = new(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "reference"))
		}
		var want []*notification
		for _, n := range slices.Backward(all) {
			if (f.statuses == nil || slices.Contains(f.statuses, n.status)) &&
				(f.kinds == nil || slices.Contains(f.kinds, n.kind)) &&
				(f.before == 0 || n.createdAt < f.before) &&
				(f.reference == nil || n.referenced && n.reference == *f.reference) &&
				len(want) < pageSize {
				want = append(want, n)
			}
		}
		require.Equal(t, want, st.lists[KeyTypeTest.slot()].page(f))
	})
}
