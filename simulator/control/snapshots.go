package control

import (
	"slices"
	"strconv"

	"github.com/notifykit/notify/simulator"
)

// snapshot is one of the simulator, with what the API itself knows.
type snapshot struct {
	of    *simulator.Snapshot
	own   []string
	taken map[string]map[string]bool
}

// mostSnapshots is how many are kept: each takes the memory of all messages.
const mostSnapshots = 20

func (a *api) takeSnapshot(c *call) (any, error) {
	if err := c.readNothing(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.snapshots) >= mostSnapshots {
		return nil, conflict("there are %d snapshots already: delete one", mostSnapshots)
	}
	a.numbers++
	id := strconv.Itoa(a.numbers)
	a.snapshots[id] = snapshot{a.sim.Snapshot(), slices.Clone(a.own), a.taken.save()}
	url := c.base() + "/snapshots/" + id
	return created{url, map[string]string{"id": id, "url": url}}, nil
}

func (a *api) restore(c *call) (any, error) {
	if err := c.readNothing(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s, found := a.snapshots[c.r.PathValue("id")]
	if !found {
		return nil, notFound("there is no snapshot %.80q", c.r.PathValue("id"))
	}
	if err := a.sim.Restore(s.of); err != nil {
		return nil, err
	}
	a.own = slices.Clone(s.own)
	a.taken.putBack(s.taken)
	return nil, nil //nolint:nilnil // there is nothing to say
}

func (a *api) dropSnapshot(c *call) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := c.r.PathValue("id")
	if _, found := a.snapshots[id]; !found {
		return nil, notFound("there is no snapshot %.80q", id)
	}
	delete(a.snapshots, id)
	return nil, nil //nolint:nilnil // there is nothing to say
}
