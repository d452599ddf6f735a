package control

import (
	"maps"
	"slices"
	"sync"

	"github.com/notifykit/notify/simulator"
)

// version is a state of a service's messages: it is closed when there is another.
type version <-chan struct{}

// taken are the messages that nextMessage has returned, by service.
type taken struct {
	mu sync.Mutex
	by map[string]*queue
}

// queue is what nextMessage returns for one service.
type queue struct {
	mu  sync.Mutex
	ids map[string]bool // of the messages that were taken
	// open are the other ones, in the state that seen stands for. Of a thousand requests that a new message wakes, one
	// reads all messages, and the others only what it left.
	open []simulator.Notification
	seen version
}

func (t *taken) of(service string) *queue {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := t.by[service]
	if q == nil {
		q = &queue{ids: map[string]bool{}}
		t.by[service] = q
	}
	return q
}

// few is up to how many messages are compared one by one. To find one among many costs less than as many comparisons.
const few = 30

// take returns the oldest message that matches and was not taken yet, and takes it.
func (q *queue) take(svc *simulator.Service, now version, all []condition) *simulator.Notification {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.seen != now {
		q.read(svc.Messages(), now)
	}
	matching := q.open
	if len(q.open) > few {
		matching = slices.DeleteFunc(find(svc, all), q.has)
	}
	for _, n := range matching {
		missed := func(c condition) bool { holds, _ := c.look(svc, &n); return !holds }
		if slices.ContainsFunc(all, missed) {
			continue
		}
		if current, kept := svc.Notification(n.ID); kept {
			q.ids[n.ID] = true
			q.open = slices.DeleteFunc(q.open, q.has)
			return &current
		}
	}
	return nil
}

// read takes in the messages that there are. Those that Notify has deleted need not be remembered.
func (q *queue) read(sent []simulator.Notification, now version) {
	if len(q.ids) > 2*len(sent)+few {
		left := map[string]bool{}
		for i := range sent {
			if q.has(sent[i]) {
				left[sent[i].ID] = true
			}
		}
		q.ids = left
	}
	q.open, q.seen = slices.DeleteFunc(sent, q.has), now
}

func (q *queue) has(n simulator.Notification) bool { return q.ids[n.ID] }

func (t *taken) has(service, id string) bool {
	q := t.of(service)
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ids[id]
}

func (t *taken) forget(service string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, service)
}

// save returns the ids of what was taken, by service.
func (t *taken) save() map[string]map[string]bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	saved := map[string]map[string]bool{}
	for service, q := range t.by {
		q.mu.Lock()
		saved[service] = maps.Clone(q.ids)
		q.mu.Unlock()
	}
	return saved
}

func (t *taken) putBack(saved map[string]map[string]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.by = map[string]*queue{}
	for service, ids := range saved {
		t.by[service] = &queue{ids: maps.Clone(ids)}
	}
}
