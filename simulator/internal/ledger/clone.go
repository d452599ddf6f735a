package ledger

import (
	"maps"
	"slices"

	"github.com/google/uuid"
)

// Clone returns a ledger with copies of all entries, which copyOf makes one by one. Whatever happens to one of the two
// ledgers does not change the other.
func (l *Ledger[K]) Clone(copyOf func(K) K) Ledger[K] {
	c := Ledger[K]{kinds: l.kinds, statuses: l.statuses, last: l.last, books: make([]book[K], len(l.books))}
	c.byID = make(map[uuid.UUID]K, len(l.byID))
	for i := range l.books {
		c.books[i] = l.books[i].clone(copyOf)
		for _, k := range c.books[i].entries {
			c.byID[k.entry().ID] = k
		}
	}
	return c
}

// clone copies what changes. What only grows is shared, and clipped, so that the first to append makes a copy.
func (b *book[K]) clone(copyOf func(K) K) book[K] {
	c := book[K]{made: slices.Clip(b.made), byReference: maps.Clone(b.byReference), sets: slices.Clone(b.sets)}
	c.entries = make([]K, len(b.entries))
	for i, k := range b.entries {
		c.entries[i] = copyOf(k)
	}
	for reference, positions := range c.byReference {
		c.byReference[reference] = slices.Clip(positions)
	}
	for i, set := range c.sets {
		if set != nil {
			c.sets[i] = set.clone()
		}
	}
	return c
}

func (b *bitset) clone() *bitset {
	c := *b
	for i, words := range c.levels {
		c.levels[i] = slices.Clone(words)
	}
	return &c
}
