// Package ledger keeps entries in the order they were made, and finds them by id, reference, kind and status.
//
// A ledger has several books, and a page comes from one of them. Books, kinds and statuses are small whole numbers
// here; the caller decides what they mean. A ledger has no lock.
package ledger

import (
	"iter"
	"slices"

	"github.com/google/uuid"
)

// Entry is the part of an entry that the ledger knows. The caller's own type embeds it. Set its fields before
// [Ledger.Add]; from then on they belong to the ledger.
type Entry struct {
	ID         uuid.UUID
	Reference  string
	Referenced bool // distinguishes an empty reference from none

	Book, Kind, Status uint8

	made     int64 // Unix microseconds
	position int32 // in its book
}

func (e *Entry) entry() *Entry { return e }

// Made is when the entry was made, in Unix microseconds; 0 until it is added.
func (e *Entry) Made() int64 { return e.made }

// Kept is a pointer to a struct that embeds an [Entry].
type Kept interface {
	comparable
	entry() *Entry
}

// Ledger keeps entries. Make one with [New].
type Ledger[K Kept] struct {
	kinds, statuses int
	books           []book[K]
	byID            map[uuid.UUID]K
	last            int64 // when the newest entry was made
}

// book keeps the entries of one book in the order they were made, with an index for each kind of query.
type book[K Kept] struct {
	entries     []K
	made        []int64
	byReference map[string][]int32 // positions
	sets        []*bitset          // positions, by kind and status; nil if there never were any
}

// New returns an empty ledger with the given numbers of books, kinds and statuses.
func New[K Kept](books, kinds, statuses int) Ledger[K] {
	return Ledger[K]{kinds: kinds, statuses: statuses, books: make([]book[K], books)}
}

// Add keeps an entry made now, in Unix microseconds. Each entry is at least a microsecond later than the one before,
// even if the clock stands still or goes back: pages are cut by time, and would lose entries with the same time.
func (l *Ledger[K]) Add(k K, now int64) {
	e := k.entry()
	e.made = max(now, l.last+1)
	l.last = e.made
	if l.byID == nil {
		l.byID = make(map[uuid.UUID]K)
	}
	l.byID[e.ID] = k
	l.append(&l.books[e.Book], k)
}

func (l *Ledger[K]) append(b *book[K], k K) {
	e := k.entry()
	e.position = int32(len(b.entries)) //nolint:gosec // memory can't hold two thousand million entries
	b.entries = append(b.entries, k)
	b.made = append(b.made, e.made)
	if e.Referenced {
		if b.byReference == nil {
			b.byReference = make(map[string][]int32)
		}
		b.byReference[e.Reference] = append(b.byReference[e.Reference], e.position)
	}
	l.set(b, e).set(int(e.position))
}

// set returns the set of the entry's kind and status.
func (l *Ledger[K]) set(b *book[K], e *Entry) *bitset {
	if b.sets == nil {
		b.sets = make([]*bitset, l.kinds*l.statuses)
	}
	set := &b.sets[int(e.Kind)*l.statuses+int(e.Status)]
	if *set == nil {
		*set = &bitset{}
	}
	return *set
}

// SetStatus gives an entry another status.
func (l *Ledger[K]) SetStatus(k K, status uint8) {
	e := k.entry()
	b := &l.books[e.Book]
	l.set(b, e).clear(int(e.position))
	e.Status = status
	l.set(b, e).set(int(e.position))
}

// Get returns the entry with that id, or nil.
func (l *Ledger[K]) Get(id uuid.UUID) K { return l.byID[id] }

// All returns the entries of a book, oldest first.
func (l *Ledger[K]) All(book uint8) iter.Seq[K] { return slices.Values(l.books[book].entries) }

// Count is how many entries there are in a book.
func (l *Ledger[K]) Count(book uint8) int { return len(l.books[book].entries) }

// Len is how many entries there are in all books.
func (l *Ledger[K]) Len() int { return len(l.byID) }

// Sweep deletes the entries made before a time, in Unix microseconds, that have expired. The work is linear in the size
// of the ledger, however many entries share a reference, and the memory of deleted entries is freed.
func (l *Ledger[K]) Sweep(before int64, expired func(K) bool) {
	left := 0
	for i := range l.books {
		l.sweep(&l.books[i], before, expired)
		left += len(l.books[i].entries)
	}
	if left == len(l.byID) {
		return
	}
	l.byID = make(map[uuid.UUID]K, left) // deleting from a map does not free its memory
	for _, b := range l.books {
		for _, k := range b.entries {
			l.byID[k.entry().ID] = k
		}
	}
}

// sweep builds the book anew, without gaps, if there is something to delete.
func (l *Ledger[K]) sweep(b *book[K], before int64, expired func(K) bool) {
	old, _ := slices.BinarySearch(b.made, before)
	gone := make([]bool, old)
	count := 0
	for i, k := range b.entries[:old] {
		if gone[i] = expired(k); gone[i] {
			count++
		}
	}
	if count == 0 {
		return
	}
	left := len(b.entries) - count
	swept := book[K]{entries: make([]K, 0, left), made: make([]int64, 0, left)}
	for i, k := range b.entries {
		if i >= old || !gone[i] {
			l.append(&swept, k)
		}
	}
	*b = swept
}
