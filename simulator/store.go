package simulator

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// notification is a message as the service's database keeps it. Times are Unix microseconds, 0 for none.
type notification struct {
	id         uuid.UUID
	kind       MessageType
	status     Status // internal; see Status.wire
	keyType    KeyType
	keyName    string
	template   *templateVersion
	createdAt  int64
	sentAt     int64
	updatedAt  int64
	reference  string
	referenced bool // tells the empty reference from none
	to         string
	rendered
	personalisation *pyjson.Object
	postage         string
	unsubscribe     string // the link the sender gave
	unsubscribed    bool
	setByHand       bool // the status is what a test said: no outcome changes it
	fragments       int32
	// fragments count: set when a text is handed over, with a test key when its receipt comes
	billed   bool
	phone    recipient.Phone // of a text
	position int32           // in its list
	letter   *letterFile
	files    []File
}

// store keeps the messages of a service. Notify never shows those of one type of key to another, so each has its own
// list.
type store struct {
	retention [len(messageTypes)]int // days, by type
	lists     [3]list
	byID      map[uuid.UUID]*notification
	last      int64 // when the newest was made
}

// list keeps messages in the order of their making, with an index for each filter of the API.
type list struct {
	items       []*notification
	created     []int64
	byReference map[string][]int32
	byStatus    [len(messageTypes)][len(statuses)]*bitset // positions, by type and status
}

func (l *list) index(n *notification) *bitset {
	set := &l.byStatus[n.kind.slot()][slices.Index(statuses[:], n.status)]
	if *set == nil {
		*set = &bitset{}
	}
	return *set
}

// stamp says when n is made, and sees to it that each message of a service is made after the one before it, also when
// the clock goes back: a page of a list ends at a time, and would lose messages of the same one.
func (st *store) stamp(n *notification, now time.Time) {
	n.createdAt = max(now.UnixMicro(), st.last+1)
	st.last = n.createdAt
}

func (st *store) add(n *notification) {
	if st.byID == nil {
		st.byID = make(map[uuid.UUID]*notification)
	}
	st.byID[n.id] = n
	st.lists[n.keyType.slot()].add(n)
}

func (l *list) add(n *notification) {
	n.position = int32(len(l.items)) //nolint:gosec // two thousand million messages do not fit in memory
	l.items = append(l.items, n)
	l.created = append(l.created, n.createdAt)
	if n.referenced {
		if l.byReference == nil {
			l.byReference = make(map[string][]int32)
		}
		l.byReference[n.reference] = append(l.byReference[n.reference], n.position)
	}
	l.index(n).set(int(n.position))
}

// setStatus gives n another status and notes what a receipt tells besides. However the clock goes, that is not before
// what came before it.
func (st *store) setStatus(n *notification, s Status, at int64) {
	at = max(at, n.createdAt, n.updatedAt)
	n.noteOutcome(s, at)
	l := &st.lists[n.keyType.slot()]
	l.index(n).clear(int(n.position))
	n.status, n.updatedAt = s, at
	l.index(n).set(int(n.position))
}

// filter is what the list of messages can be narrowed down to. Empty fields do not narrow.
type filter struct {
	reference *string
	statuses  []Status
	kinds     []MessageType
	before    int64 // made strictly before; 0 for no limit
}

// pageSize is how many entries a page of a list holds.
const pageSize = 250

// page returns the newest messages that match f, newest first.
func (l *list) page(f filter) []*notification {
	end := len(l.items)
	if f.before != 0 {
		end, _ = slices.BinarySearch(l.created, f.before)
	}
	if f.reference != nil {
		return l.referencedPage(f, end)
	}
	var cursors []cursor
	for i, kind := range messageTypes {
		if f.kinds != nil && !slices.Contains(f.kinds, kind) {
			continue
		}
		for j, status := range statuses {
			set := l.byStatus[i][j]
			if set == nil || f.statuses != nil && !slices.Contains(f.statuses, status) {
				continue
			}
			cursors = append(cursors, cursor{set, set.before(end)})
		}
	}
	var found []*notification
	for len(found) < pageSize {
		next := -1
		for i, c := range cursors {
			if c.at >= 0 && (next < 0 || c.at > cursors[next].at) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		found = append(found, l.items[cursors[next].at])
		cursors[next].at = cursors[next].set.before(cursors[next].at)
	}
	return found
}

// cursor walks down the members of a set.
type cursor struct {
	set *bitset
	at  int
}

func (l *list) referencedPage(f filter, end int) []*notification {
	positions := l.byReference[*f.reference]
	i, _ := slices.BinarySearch(positions, int32(end)) //nolint:gosec // see add
	var found []*notification
	for i--; i >= 0 && len(found) < pageSize; i-- {
		n := l.items[positions[i]]
		if (f.kinds == nil || slices.Contains(f.kinds, n.kind)) &&
			(f.statuses == nil || slices.Contains(f.statuses, n.status)) {
			found = append(found, n)
		}
	}
	return found
}
