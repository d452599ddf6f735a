package ledger

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestClone: a ledger and its clone go separate ways, and each of them is as if there were no other.
func TestClone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one, made := New[*letter](2, kinds, statuses), 0
		change := func(t *rapid.T, l *Ledger[*letter]) {
			for range rapid.IntRange(0, 30).Draw(t, "entries") {
				made++
				k := &letter{Entry: Entry{
					Book: uint8(made % 2), Kind: uint8(made % kinds), Reference: fmt.Sprint(made % 3), Referenced: made%5 != 0,
				}}
				k.ID[0], k.ID[1] = byte(made), byte(made>>8)
				l.Add(k, int64(1000+10*made))
			}
			for book := range uint8(2) {
				for k := range l.All(book) {
					if rapid.IntRange(0, 9).Draw(t, "changes") == 0 {
						l.SetStatus(k, rapid.Uint8Range(0, statuses-1).Draw(t, "status"))
					}
				}
			}
			if rapid.Bool().Draw(t, "sweep") {
				l.Sweep(int64(1000+10*made), func(k *letter) bool { return k.ID[0]%7 == 0 })
			}
		}
		copyOf := func(k *letter) *letter { c := *k; return &c }
		change(t, &one)
		saved := one.Clone(copyOf)
		before := pages(&saved)
		require.Equal(t, pages(&one), before)
		change(t, &one)
		require.Equal(t, before, pages(&saved))
		two, three := saved.Clone(copyOf), saved.Clone(copyOf)
		change(t, &two)
		changed := pages(&two)
		change(t, &three)
		require.Equal(t, before, pages(&saved))
		require.Equal(t, changed, pages(&two))
		for book := range uint8(2) {
			for k := range two.All(book) {
				require.Same(t, k, two.Get(k.ID))
				if other := saved.Get(k.ID); other != nil {
					require.NotSame(t, k, other)
				}
			}
		}
	})
}

// pages is everything that a ledger shows.
func pages(l *Ledger[*letter]) (all []string) {
	show := func(name any, found []*letter) {
		for _, k := range found {
			all = append(all, fmt.Sprint(name, k.ID, k.Status, k.Made()))
		}
	}
	for book := range uint8(2) {
		show("all", l.Page(book, Query{}))
		for reference := range 3 {
			show(reference, l.Page(book, Query{Reference: new(fmt.Sprint(reference))}))
		}
		for status := range uint8(statuses) {
			show(status, l.Page(book, Query{Statuses: []uint8{status}}))
		}
	}
	return append(all, fmt.Sprint(l.Len()))
}
