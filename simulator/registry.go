package simulator

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
)

// registry holds what all services of a simulator share. Only its own methods hold its lock, so they may be called from
// within a service's door.
type registry struct {
	mu sync.RWMutex
	shared
}

type shared struct {
	services map[uuid.UUID]*Service
	prices   *Prices // nil: the default ones
	delays   delays  // from the fixture
	// received is when each text of any service came in, in Unix microseconds. Like the real service, older_than finds the
	// texts of other services too.
	received map[uuid.UUID]int64
}

// add adds all services and returns -1, or adds none and returns the index of the first whose id is taken.
func (r *registry) add(services ...*Service) (clash int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	added := make(map[uuid.UUID]bool, len(services))
	for i, svc := range services {
		if r.services[svc.id] != nil || added[svc.id] {
			return i
		}
		added[svc.id] = true
	}
	if r.services == nil {
		r.services = make(map[uuid.UUID]*Service)
	}
	for _, svc := range services {
		r.services[svc.id] = svc
	}
	return -1
}

// remove reports whether the service was there.
func (r *registry) remove(svc *Service) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.services[svc.id] != svc {
		return false
	}
	delete(r.services, svc.id)
	return true
}

func (r *registry) service(id uuid.UUID) *Service {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.services[id]
}

// all returns the services by name.
func (r *registry) all() []*Service {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Service, 0, len(r.services))
	for _, svc := range r.services {
		all = append(all, svc)
	}
	slices.SortFunc(all, func(a, b *Service) int {
		return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.ID(), b.ID()))
	})
	return all
}

func (r *registry) setPrices(p *Prices) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prices = p
}

func (r *registry) currentPrices() Prices {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.prices == nil {
		return defaultPrices()
	}
	return *r.prices
}

func (r *registry) setDelays(d delays) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delays = d
}

func (r *registry) fixtureDelays() delays {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.delays
}

// noteReceived remembers when texts came in.
func (r *registry) noteReceived(texts ...receivedText) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.received == nil {
		r.received = make(map[uuid.UUID]int64)
	}
	for _, t := range texts {
		r.received[t.id] = t.at
	}
}

func (r *registry) forgetReceived(texts []receivedText) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range texts {
		delete(r.received, t.id)
	}
}

// receivedAt returns when a text came in, to any service.
func (r *registry) receivedAt(id uuid.UUID) (at int64, known bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	at, known = r.received[id]
	return at, known
}

// save returns a copy of all.
func (r *registry) save() shared {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.clone()
}

// putBack replaces all by a copy of what was saved.
func (r *registry) putBack(saved shared) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shared = saved.clone()
}

func (s shared) clone() shared {
	s.services, s.received = maps.Clone(s.services), maps.Clone(s.received)
	return s
}
