package simulator

import (
	"slices"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/simulator/internal/ledger"
)

// notification is a message as the service's database keeps it. Times are Unix microseconds, 0 for none.
type notification struct {
	ledger.Entry  // id and reference; the slots of its type of key (the book), its type and its status
	history       []change
	sentAt        int64
	keyName       string
	template      *templateVersion
	to            string
	from, replyTo string // as the recipient sees them
	rendered
	personalisation *pyjson.Object
	files           []File
	unsubscribe     string // the sender's own link
	unsubscribed    bool
	setByHand       bool // a test set the status: no outcome changes it

	// Of a text message. Its fragments count once it is billed: when it is handed over, or with a test key when its
	// receipt comes.
	phone     recipient.Phone
	fragments int32
	billed    bool

	// Of a letter.
	postage  string
	letter   *letterFile
	pdfReady bool // the API returns the PDF
}

// change is a status that a message has had since a time. It holds no pointers, so that histories cost the garbage
// collector nothing.
type change struct {
	at     int64
	status uint8 // the slot
}

func (n *notification) kind() MessageType { return messageTypes[n.Kind] }
func (n *notification) keyType() KeyType  { return keyTypes[n.Book] }
func (n *notification) status() Status    { return statuses[n.Status] }
func (n *notification) createdAt() int64  { return n.history[0].at }

// changedAt is when the message reached its status.
func (n *notification) changedAt() int64 { return n.history[len(n.history)-1].at }

// messages are the messages of a service. Notify never lists messages of one type of key for another, so each type has
// a book of its own.
type messages struct {
	ledger.Ledger[*notification]
	awaited chan struct{} // closed at the next change; nil while nobody waits for one
	news    *news         // of the simulator
}

func newMessages(n *news) messages {
	return messages{news: n, Ledger: ledger.New[*notification](len(keyTypes), len(messageTypes), len(statuses))}
}

// keep stores a new message, with status created.
func (m *messages) keep(n *notification, now int64) {
	n.Status = StatusCreated.slot()
	m.Add(n, now)
	n.history = append(n.history[:0], change{n.Made(), StatusCreated.slot()})
	m.changed()
}

// setStatus gives a stored message another status. Its time is never before that of the last change, even if the clock
// goes back.
func (m *messages) setStatus(n *notification, s Status, at int64) {
	m.SetStatus(n, s.slot())
	n.history = append(n.history, change{max(at, n.changedAt()), s.slot()})
	m.changed()
}

// find returns a copy of the message with that id, or nil. The copy can be read after the door is closed.
func (m *messages) find(id uuid.UUID) *notification {
	n := m.Get(id)
	if n == nil {
		return nil
	}
	found := *n
	return &found
}

// copies returns copies of the messages sent with keys of those types, one type after the other.
func (m *messages) copies(with ...KeyType) []notification {
	all := make([]notification, 0, m.Len())
	for _, t := range with {
		for n := range m.All(t.slot()) {
			all = append(all, *n)
		}
	}
	return all
}

// page returns copies of the messages that match q, newest first. It is empty if olderThan is the id of a message that
// does not exist.
func (m *messages) page(with KeyType, q ledger.Query, olderThan *uuid.UUID) []notification {
	if olderThan != nil {
		n := m.Get(*olderThan)
		if n == nil {
			return nil
		}
		q.Before = n.Made()
	}
	page := m.Page(with.slot(), q)
	found := make([]notification, len(page))
	for i, n := range page {
		found[i] = *n
	}
	return found
}

// slotIn numbers the values of an enumeration, for the ledger, by their place in the list of all values.
func slotIn[T comparable](all []T, v T) uint8 {
	return uint8(slices.Index(all, v)) //nolint:gosec // there are not that many
}
