package ledger

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// letter is an entry to keep.
type letter struct {
	Entry
	underWay bool
}

const kinds, statuses = 3, 13

// TestPages compares pages with a search through all entries, after changes and sweeps.
func TestPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := New[*letter](2, kinds, statuses)
		var all []*letter
		made := 0
		status := rapid.Uint8Range(0, statuses-1)
		for range rapid.IntRange(1, 3).Draw(t, "days") {
			for range rapid.IntRange(0, 400).Draw(t, "entries") {
				i := made
				made++
				k := &letter{Entry: Entry{
					Book: uint8(i % 2), Kind: uint8(i % kinds), Status: uint8(i * 7 % statuses),
					Reference: []string{"a", "b"}[i/2%2], Referenced: i%3 != 0,
				}, underWay: i%5 == 0}
				k.ID[0], k.ID[1] = byte(i), byte(i>>8)
				l.Add(k, int64(1000+10*i))
				all = append(all, k)
			}
			for range rapid.IntRange(0, 20).Draw(t, "changes") {
				if len(all) > 0 {
					k := all[rapid.IntRange(0, len(all)-1).Draw(t, "changed")]
					l.SetStatus(k, status.Draw(t, "status"))
				}
			}
			cutoff := int64(1000 + 10*rapid.IntRange(0, made).Draw(t, "cutoff")) // when an entry was made, or just after
			cutoff += int64(rapid.IntRange(0, 1).Draw(t, "after"))
			l.Sweep(cutoff, func(k *letter) bool { return !k.underWay })
			all = slices.DeleteFunc(all, func(k *letter) bool { return k.Made() < cutoff && !k.underWay })
			require.Equal(t, len(all), l.Len())
			for _, k := range all {
				require.Same(t, k, l.Get(k.ID))
			}
		}
		book := rapid.Uint8Range(0, 1).Draw(t, "book")
		q := Query{
			Statuses: rapid.SliceOfN(status, 0, 4).Draw(t, "statuses"),
			Kinds:    rapid.SliceOfN(rapid.Uint8Range(0, kinds-1), 0, 2).Draw(t, "kinds"),
			Before:   rapid.Int64Range(0, 13_000).Draw(t, "before"),
		}
		if len(q.Statuses) == 0 {
			q.Statuses = nil
		}
		if len(q.Kinds) == 0 {
			q.Kinds = nil
		}
		if rapid.Bool().Draw(t, "by reference") {
			q.Reference = new(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "reference"))
		}
		var want, kept []*letter
		for _, k := range slices.Backward(all) {
			if k.Book != book {
				continue
			}
			kept = append(kept, k)
			if (q.Statuses == nil || slices.Contains(q.Statuses, k.Status)) &&
				(q.Kinds == nil || slices.Contains(q.Kinds, k.Kind)) &&
				(q.Before == 0 || k.Made() < q.Before) &&
				(q.Reference == nil || k.Referenced && k.Reference == *q.Reference) &&
				len(want) < PageSize {
				want = append(want, k)
			}
		}
		require.Equal(t, want, l.Page(book, q))
		slices.Reverse(kept)
		require.Equal(t, kept, slices.Collect(l.All(book)))
	})
}

// TestTimesDiffer: times differ even if the clock stands still or goes back.
func TestTimesDiffer(t *testing.T) {
	t.Parallel()
	l := New[*letter](1, 1, 1)
	var made []int64
	for _, now := range []int64{100, 100, 90, 101, 200} {
		k := &letter{Entry: Entry{ID: uuid.New()}}
		l.Add(k, now)
		made = append(made, k.Made())
	}
	require.Equal(t, []int64{100, 101, 102, 103, 200}, made)
}

// TestEmptyReference: an empty reference is a reference, and can be searched for.
func TestEmptyReference(t *testing.T) {
	t.Parallel()
	l := New[*letter](1, 1, 1)
	with := &letter{Entry: Entry{ID: uuid.New(), Referenced: true}}
	l.Add(with, 1)
	l.Add(&letter{Entry: Entry{ID: uuid.New()}}, 2)
	require.Equal(t, []*letter{with}, l.Page(0, Query{Reference: new(string)}))
	require.Nil(t, l.Get(uuid.New()))
}

func BenchmarkAdd(b *testing.B) {
	l := New[*letter](1, 1, 1)
	b.ReportAllocs()
	for b.Loop() {
		l.Add(&letter{Entry: Entry{ID: uuid.New()}}, 1)
	}
}

// BenchmarkPage reads an old page of a hundred thousand entries, for one status in fifty.
func BenchmarkPage(b *testing.B) {
	l := New[*letter](1, 1, 50)
	for i := range 100_000 {
		l.Add(&letter{Entry: Entry{ID: uuid.New(), Status: uint8(i % 50)}}, int64(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		l.Page(0, Query{Statuses: []uint8{7}, Before: 20_000})
	}
}
