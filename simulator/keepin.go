package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/allowance"
)

// KeepIn fills the simulator with what a store keeps, and from then on hands every change to it before the request that
// made it is answered. Call it once, after the services that are always there were added or loaded, and before the
// first request.
//
// What comes back is services with their keys, templates, people, limits and callbacks, messages with their files and
// their history, what is still ahead of them, received texts, callbacks on their way, the counts of the daily limits,
// and how far the time was moved. A callback that was being posted when the process ended may be posted once more. Not
// kept are the rate limit, which begins anew, attempts to post callbacks, the log of requests, faults, and quirks of
// callbacks with what they hold back. Nor are callbacks that go to a handler or through a transport.
//
// A service that is there already and in the store too, by its id, stays the same [Service]. If it was described as it
// is now when the store was last written, it becomes as the store has it. If its description has changed since, that
// counts, and of the store only its messages, received texts and daily counts. Prices that are set already stay.
//
// The error says which record can't be read, or what keeps the store from being written. The simulator must not be used
// after it.
func (s *Simulator) KeepIn(store Store) error {
	r := recalled{
		sim: s, services: map[uuid.UUID]*recalledService{}, templates: map[string]*templateVersion{},
	}
	for record, err := range store.Records() {
		if err != nil {
			return fmt.Errorf("simulator: reading what was stored: %w", err)
		}
		if err := r.read(record); err != nil {
			return fmt.Errorf("simulator: the stored record %s: %w", record.Key, err)
		}
	}
	if r.ahead != nil {
		s.travel.ahead.Store(int64(r.ahead.Ahead))
	}
	if r.prices != nil && !s.registry.pricesSet() {
		if err := s.SetPrices(*r.prices); err != nil {
			return err
		}
	}
	if s.options.ids != nil {
		for kind, n := range r.ids {
			s.options.ids[kind].Store(max(n, s.options.ids[kind].Load()))
		}
	}
	for _, svc := range s.registry.all() {
		s.journal.always = append(s.journal.always, svc.id)
	}
	for id, stored := range r.services {
		if err := r.revive(id, stored); err != nil {
			return fmt.Errorf("simulator: the stored service %s: %w", id, err)
		}
	}
	s.journal.store, s.journal.ids = store, s.options.ids
	s.journal.on.Store(true)
	for _, svc := range s.registry.all() {
		if stored := r.services[svc.id]; stored == nil || stored.stale {
			svc.during(s.now(), func(st *state) {
				if stored != nil {
					st.notes.textsGone = stored.gone
				}
				s.journal.add(svc.changes(st)...)
			})
		}
	}
	if r.ahead == nil && s.travel.ahead.Load() != 0 {
		s.noteTime() // or the next one would begin where this one began, with WithStart
	}
	s.wakeAgain()
	s.countAnew()
	return s.journal.flush()
}

// wakeAgain sees to what is ahead, if somebody outside is told of it.
func (s *Simulator) wakeAgain() {
	told := false
	for _, svc := range s.registry.all() {
		svc.during(s.now(), func(st *state) { told = told || st.callbacks.wanted() || len(st.callbacks.pending) > 0 })
	}
	if told {
		s.wakeForAll()
	}
}

// recalled is what a store has.
type recalled struct {
	sim       *Simulator
	ahead     *storedTime
	prices    *Prices
	ids       [idKinds]uint64
	services  map[uuid.UUID]*recalledService
	templates map[string]*templateVersion // that are not a service's own, by what was written
}

type recalledService struct {
	described *storedService
	messages  []recalledMessage
	texts     []receivedText
	days      map[int64]map[string]int
	posts     map[int64]storedPost
	stale     bool        // the store has it otherwise than the simulator
	gone      []uuid.UUID // the texts that only the old description had
}

type recalledMessage struct {
	id uuid.UUID
	storedMessage
}

func (r *recalled) service(id uuid.UUID) *recalledService {
	if r.services[id] == nil {
		r.services[id] = &recalledService{days: map[int64]map[string]int{}, posts: map[int64]storedPost{}}
	}
	return r.services[id]
}

// read takes in one record.
func (r *recalled) read(record Record) error {
	parts := strings.Split(record.Key, "/")
	kind := parts[0]
	switch {
	case len(parts) == 1 && kind == keyTime:
		return json.Unmarshal(record.Value, &r.ahead)
	case len(parts) == 1 && kind == keyPrices:
		return json.Unmarshal(record.Value, &r.prices)
	case len(parts) == 1 && kind == keyIDs:
		return json.Unmarshal(record.Value, &r.ids)
	case len(parts) == 1:
		return errUnknownRecord
	}
	service, err := uuid.Parse(parts[1])
	if err != nil {
		return errUnknownRecord
	}
	svc := r.service(service)
	if kind == keyService && len(parts) == 2 {
		return json.Unmarshal(record.Value, &svc.described)
	}
	if len(parts) != 3 {
		return errUnknownRecord
	}
	if kind == keyDay || kind == keyPost {
		number, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return err
		}
		if kind == keyPost {
			var p storedPost
			err = json.Unmarshal(record.Value, &p)
			svc.posts[number] = p
			return err
		}
		var counts map[string]int
		err = json.Unmarshal(record.Value, &counts)
		svc.days[number] = counts
		return err
	}
	id, err := uuid.Parse(parts[2])
	switch {
	case err != nil:
		return err
	case kind == keyMessage:
		m := recalledMessage{id: id}
		err = json.Unmarshal(record.Value, &m.storedMessage)
		svc.messages = append(svc.messages, m)
		return err
	case kind == keyText:
		var t storedText
		err = json.Unmarshal(record.Value, &t)
		svc.texts = append(svc.texts, receivedText{id, t.From, t.Content, t.At, t.CreatedAt, t.Receiving, t.Lasting})
		return err
	}
	return errUnknownRecord
}

var errUnknownRecord = errors.New("nothing of that kind is known here")

// revive brings a service back, or fills the one that is there already.
func (r *recalled) revive(id uuid.UUID, stored *recalledService) error {
	svc, d := r.sim.registry.service(id), stored.described
	if d == nil {
		return errors.New("its messages are there, but it is not")
	}
	same := svc != nil && d.Origin != "" && svc.profile().origin == d.Origin
	if d.Removed {
		switch {
		case same:
			r.sim.registry.forgetReceived(svc.profile().made.received.texts)
			r.sim.registry.remove(svc)
		case svc != nil:
			stored.stale = true
		}
		return nil
	}
	var described *ServiceConfig
	if same {
		described = svc.profile().described
	}
	built, then, err := r.build(id, d, described)
	if err != nil {
		return err
	}
	switch {
	case svc == nil:
		if r.sim.registry.add(built) >= 0 {
			return errors.New("there are two of it")
		}
		svc = built
	case same:
		svc.becomeAgain(built, then, r.sim.now())
	default:
		stored.stale = true
	}
	return r.fill(svc, stored, &then.settings)
}

// fill gives a service its messages and received texts. The settings are those under which they were sent.
func (r *recalled) fill(svc *Service, stored *recalledService, then *settings) (err error) {
	slices.SortFunc(stored.texts, func(a, b receivedText) int { return cmp.Compare(a.at, b.at) })
	slices.SortFunc(stored.messages, func(a, b recalledMessage) int { return cmp.Compare(a.made(), b.made()) })
	now := r.sim.now()
	svc.during(now, func(st *state) {
		for day, counts := range stored.days {
			st.limits.today.Set(day, counts)
		}
		st.limits.today.Forget(now)
		if len(st.limits.today.On(now)) > 0 {
			svc.sim.schedule.At(allowance.Midnight(now).Add(24*time.Hour), "midnight: daily limits of "+svc.Name(), svc.midnight)
		}
		texts := stored.texts
		if stored.stale {
			texts = slices.DeleteFunc(texts, func(t receivedText) bool {
				if t.lasting {
					stored.gone = append(stored.gone, t.id)
				}
				return t.lasting
			})
		}
		st.received.texts = append(st.received.texts, texts...)
		slices.SortStableFunc(st.received.texts, func(a, b receivedText) int { return cmp.Compare(a.at, b.at) })
		svc.sim.registry.noteReceived(st.received.texts...)
		for _, m := range stored.messages {
			var n *notification
			if n, err = r.message(m, then); err != nil {
				err = fmt.Errorf("message %s: %w", m.id, err)
				return
			}
			st.messages.Add(n, m.made())
			for _, next := range n.ahead {
				svc.schedule(st, n.ID, next)
			}
		}
		if err = svc.resume(st, stored.posts); err != nil {
			return
		}
		st.notes, st.messages.touched = notes{}, nil // the store has all this
		if st.messages.Len() > 0 || st.received.ages() {
			svc.expectCleanUp(st)
		}
	})
	return err
}
