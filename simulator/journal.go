package simulator

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Store keeps records, so that a simulator can be filled with them again: see [Simulator.KeepIn]. Package
// simulator/store has one that keeps them in a file.
type Store interface {
	// Records returns every record that is kept, in any order. The value of one need not be good beyond the next.
	Records() iter.Seq2[Record, error]
	// Put keeps records, each in place of the one with the same key. The simulator calls it in no lock, one call at a
	// time, and answers a request only once it has returned. After an error it comes with the same records again.
	Put(records []Record) error
}

// Record is something that a simulator keeps: a service, a message, a received text.
type Record struct {
	// Key has neither spaces nor line ends in it.
	Key string
	// Value is JSON in one line; nil says that there is no such record any more.
	Value []byte
}

// journal takes what changed to the store. Only its own methods hold its locks; those that only queue something may be
// called from within a service's door.
type journal struct {
	on atomic.Bool

	writing sync.Mutex // held while something is handed to the store
	store   Store
	ids     *readableIDs    // nil: random ones
	counted [idKinds]uint64 // how many of them are stored
	always  []uuid.UUID     // the services that are there before the simulator is filled; see Remove

	queueing sync.Mutex
	queue    []revision
}

// revision is a record as it has become. Its value is made later, in no service's door, so of copies; nil says deleted.
type revision struct {
	key   string
	value func() any
}

func deleted(key string) revision { return revision{key, nil} }

func (j *journal) add(changes ...revision) {
	j.queueing.Lock()
	defer j.queueing.Unlock()
	j.queue = append(j.queue, changes...)
}

// flush hands to the store what changed. When it returns without an error, everything is stored that changed before it
// was called, whoever changed it.
func (j *journal) flush() error {
	if !j.on.Load() {
		return nil
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	j.queueing.Lock()
	queue := j.queue
	j.queue = nil
	j.queueing.Unlock()
	if len(queue) == 0 {
		return nil
	}
	records, err := encode(queue)
	if records, counted := j.withIDs(records); err == nil {
		if err = j.store.Put(records); err == nil {
			j.counted = counted
			return nil
		}
	}
	j.queueing.Lock()
	defer j.queueing.Unlock()
	j.queue = append(queue, j.queue...)
	return fmt.Errorf("simulator: storing: %w", err)
}

func encode(queue []revision) ([]Record, error) {
	records := make([]Record, 0, len(queue)+1)
	for _, c := range queue {
		r := Record{Key: c.key}
		if c.value != nil {
			var err error
			if r.Value, err = json.Marshal(c.value()); err != nil {
				return nil, err
			}
		}
		records = append(records, r)
	}
	return records, nil
}

// withIDs adds how many readable ids there are, if there are more than were stored.
func (j *journal) withIDs(records []Record) (all []Record, counted [idKinds]uint64) {
	if j.ids == nil {
		return records, counted
	}
	for kind := range counted {
		counted[kind] = j.ids[kind].Load()
	}
	if counted == j.counted {
		return records, counted
	}
	value, _ := json.Marshal(counted) // numbers can always be written
	return append(records, Record{Key: keyIDs, Value: value}), counted
}

// Flush hands to the store whatever changed and was not part of an answer, such as an outcome that came by itself. It
// returns what keeps the store from taking it. Without a store it does nothing.
func (s *Simulator) Flush() error { return s.journal.flush() }

// stored is the link that lets nobody have an answer to what is not stored.
func stored(s *Simulator, x *exchange, rest chain) {
	rest.proceed(s, x)
	if err := s.journal.flush(); err != nil {
		x.answer = refuse(wire.New(500, "Exception", err.Error()))
	}
}

// notes are what changed about a service since its door was opened. What changed about its messages, the messages note
// themselves.
type notes struct {
	settings  bool
	counted   time.Time // on this day; zero: no day
	texts     []receivedText
	textsGone []uuid.UUID
	posts     []*post
	postsGone []int64
}

// fewTouched is how many messages change at once, mostly. That much memory is used again.
const fewTouched = 16

// note queues for the store what changed while the door was open. Of a service that was removed nothing is stored: what
// was under way then may still end.
func (svc *Service) note(st *state) {
	j, m := &svc.sim.journal, &st.messages
	if !j.on.Load() || svc.sim.registry.service(svc.id) != svc {
		if len(m.touched) > 0 || len(m.gone) > 0 {
			clear(m.touched) // or a message would be in memory for as long as nothing else changes
			if m.touched, m.gone = m.touched[:0], nil; cap(m.touched) > fewTouched {
				m.touched = nil
			}
		}
		st.notes = notes{}
		return
	}
	var changes []revision
	if st.notes.settings {
		changes = append(changes, svc.settingsChange(st))
	}
	if at := st.notes.counted; !at.IsZero() {
		changes = append(changes, svc.dayChange(st, at))
	}
	for _, n := range m.touched {
		changes = append(changes, svc.messageChange(st, n))
	}
	for _, id := range m.gone {
		changes = append(changes, deleted(svc.recordKey(keyMessage, id.String())))
	}
	for _, t := range st.notes.texts {
		changes = append(changes, svc.textChange(t))
	}
	for _, id := range st.notes.textsGone {
		changes = append(changes, deleted(svc.recordKey(keyText, id.String())))
	}
	for _, p := range st.notes.posts {
		changes = append(changes, p.change())
	}
	for _, number := range st.notes.postsGone {
		changes = append(changes, deleted(svc.recordKey(keyPost, strconv.FormatInt(number, 10))))
	}
	st.notes, m.touched, m.gone = notes{}, nil, nil
	if len(changes) > 0 {
		j.add(changes...)
	}
}

// The first part of a record's key says what it is. Then comes the service, if it belongs to one, and what it is called
// there.
const (
	keyService = "service"
	keyMessage = "message"
	keyText    = "text"
	keyPost    = "post"
	keyDay     = "day"
	keyTime    = "time"
	keyPrices  = "prices"
	keyIDs     = "ids"
)

func (svc *Service) recordKey(kind, name string) string {
	key := kind + "/" + svc.ID()
	if name != "" {
		key += "/" + name
	}
	return key
}

func (svc *Service) settingsChange(st *state) revision {
	copied, to, p := st.settings.clone(), st.callbacks.to, svc.profile()
	return revision{svc.recordKey(keyService, ""), func() any { return svc.describe(p, &copied, to) }}
}

func (svc *Service) messageChange(st *state, n *notification) revision {
	copied, own := *n, st.templates.own(n.template)
	return revision{svc.recordKey(keyMessage, n.ID.String()), func() any { return describeMessage(&copied, own) }}
}

func (svc *Service) textChange(t receivedText) revision {
	return revision{svc.recordKey(keyText, t.id.String()), func() any { return describeText(t) }}
}

func (svc *Service) dayChange(st *state, at time.Time) revision {
	day, counts := st.limits.today.Day(at)
	return revision{svc.recordKey(keyDay, strconv.FormatInt(day, 10)), func() any { return counts }}
}

// changes are all records of a service.
func (svc *Service) changes(st *state) []revision {
	all := []revision{svc.settingsChange(st)}
	for _, day := range st.limits.today.Days() {
		all = append(all, svc.dayChange(st, time.Unix(day, 0)))
	}
	for book := range keyTypes {
		for n := range st.messages.All(uint8(book)) {
			all = append(all, svc.messageChange(st, n))
		}
	}
	for _, t := range st.received.texts {
		all = append(all, svc.textChange(t))
	}
	for _, p := range st.callbacks.pending {
		all = append(all, p.change())
	}
	return all
}

// allChanges are all records of all services. Without a store there are none.
func (s *Simulator) allChanges() (all []revision) {
	if !s.journal.on.Load() {
		return nil
	}
	for _, svc := range s.registry.all() {
		svc.during(s.now(), func(st *state) { all = append(all, svc.changes(st)...) })
	}
	return all
}

// replaced queues that all that was before is gone, unless it is there after.
func (j *journal) replaced(before, after []revision) {
	gone := map[string]bool{}
	for _, c := range before {
		gone[c.key] = true
	}
	for _, c := range after {
		delete(gone, c.key)
	}
	for key := range gone {
		j.add(deleted(key))
	}
	j.add(after...)
}

// noteTime queues how far the clock was moved, and stores it.
func (s *Simulator) noteTime() {
	if s.journal.on.Load() {
		ahead := s.travel.ahead.Load()
		s.journal.add(revision{keyTime, func() any { return storedTime{time.Duration(ahead)} }})
		_ = s.journal.flush()
	}
}
