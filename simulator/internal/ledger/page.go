package ledger

import "slices"

// PageSize is the most entries that a page can have.
const PageSize = 250

// Query narrows a book down. Zero fields match everything.
type Query struct {
	Reference       *string
	Kinds, Statuses []uint8
	Before          int64 // made strictly before, in Unix microseconds
}

func (q Query) admits(e *Entry) bool {
	return (q.Kinds == nil || slices.Contains(q.Kinds, e.Kind)) &&
		(q.Statuses == nil || slices.Contains(q.Statuses, e.Status))
}

// Page returns the newest entries of a book that match q, newest first. It visits only the entries that it returns, or
// if q has a reference, the entries with that reference.
func (l *Ledger[K]) Page(book uint8, q Query) []K {
	b := &l.books[book]
	end := len(b.entries)
	if q.Before != 0 {
		end, _ = slices.BinarySearch(b.made, q.Before)
	}
	if q.Reference != nil {
		return b.referenced(q, end)
	}
	var cursors []cursor
	for i, set := range b.sets {
		kind, status := uint8(i/l.statuses), uint8(i%l.statuses) //nolint:gosec // both are uint8 in Entry
		if set != nil && q.admits(&Entry{Kind: kind, Status: status}) {
			cursors = append(cursors, cursor{set, set.before(end)})
		}
	}
	var found []K
	for len(found) < PageSize {
		newest := -1
		for i, c := range cursors {
			if c.at >= 0 && (newest < 0 || c.at > cursors[newest].at) {
				newest = i
			}
		}
		if newest < 0 {
			break
		}
		found = append(found, b.entries[cursors[newest].at])
		cursors[newest].at = cursors[newest].set.before(cursors[newest].at)
	}
	return found
}

// cursor walks down the members of a set.
type cursor struct {
	set *bitset
	at  int
}

func (b *book[K]) referenced(q Query, end int) []K {
	positions := b.byReference[*q.Reference]
	i, _ := slices.BinarySearch(positions, int32(end)) //nolint:gosec // see append
	var found []K
	for i--; i >= 0 && len(found) < PageSize; i-- {
		if k := b.entries[positions[i]]; q.admits(k.entry()) {
			found = append(found, k)
		}
	}
	return found
}
