package control

import (
	"cmp"
	"slices"

	"github.com/notifykit/notify/simulator"
)

// service is a service as the API shows it.
type service struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
	// Keys has the first active key of each type, and AllKeys all active ones.
	Keys    map[simulator.KeyType]string `json:"keys"`
	AllKeys []key                        `json:"all_keys"`
	// Templates has the ids of the templates that are not archived, by name; of several with one name, the newest.
	Templates map[string]string `json:"templates"`
	Messages  int               `json:"messages"`
}

type key struct {
	Name string            `json:"name"`
	Type simulator.KeyType `json:"type"`
	Key  string            `json:"key"`
}

func (c *call) shown(svc *simulator.Service) service {
	s := service{
		ID: svc.ID(), Name: svc.Name(), URL: c.serviceURL(svc), Keys: map[simulator.KeyType]string{}, AllKeys: []key{},
		Templates: map[string]string{}, Messages: len(svc.Messages()),
	}
	for _, k := range svc.Keys() {
		full := k.Name + "-" + svc.ID() + "-" + k.Secret
		s.AllKeys = append(s.AllKeys, key{k.Name, k.Type, full})
		s.Keys[k.Type] = cmp.Or(s.Keys[k.Type], full)
	}
	for _, t := range svc.Templates() {
		s.Templates[t.Name] = t.ID
	}
	return s
}

func (a *api) listServices(c *call) (any, error) {
	q := c.parameters("name")
	if q.err != nil {
		return nil, q.err
	}
	all := []service{}
	for _, svc := range a.sim.Services() {
		if name := q.text("name"); name == "" || name == svc.Name() {
			all = append(all, c.shown(svc))
		}
	}
	return map[string]any{"services": all}, nil
}

// newService is the description of a service: that of a fixture, and its plan.
type newService struct {
	simulator.ServiceConfig
	Plan *plan `yaml:"plan"`
}

func (a *api) makeService(c *call) (any, error) {
	var body newService
	if err := c.read(&body); err != nil {
		return nil, err
	}
	config := body.ServiceConfig
	if body.Plan != nil {
		config.Plan = new(body.Plan.value())
	}
	if config.Keys == nil {
		config.Keys = oneOfEach(config.TrialMode)
	}
	if config.ID != "" && a.sim.Service(config.ID) != nil {
		return nil, conflict("there is a service with the id %s already", config.ID)
	}
	svc, err := a.sim.AddService(config)
	if err != nil {
		return nil, mistake(err)
	}
	a.mu.Lock()
	a.own = append(a.own, svc.ID())
	a.mu.Unlock()
	return created{c.serviceURL(svc), c.shown(svc)}, nil
}

// oneOfEach is a key of each type. A service in trial mode has no live key.
func oneOfEach(trial bool) (keys []simulator.KeyConfig) {
	for _, t := range []simulator.KeyType{simulator.KeyTypeTest, simulator.KeyTypeTeam, simulator.KeyTypeLive} {
		if !trial || t != simulator.KeyTypeLive {
			keys = append(keys, simulator.KeyConfig{Name: string(t), Type: t})
		}
	}
	return keys
}

func (a *api) showService(c *call) (any, error) { return c.shown(c.svc), nil }

func (a *api) removeService(c *call) (any, error) {
	a.forget(c.svc)
	c.svc.Remove()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.own = slices.DeleteFunc(slices.Clone(a.own), func(id string) bool { return id == c.svc.ID() })
	return nil, nil //nolint:nilnil // there is nothing to say
}

func (a *api) resetService(c *call) (any, error) {
	if err := c.readNothing(); err != nil {
		return nil, err
	}
	a.forget(c.svc)
	c.svc.Reset()
	return c.shown(c.svc), nil
}

// forget drops what the API knows of a service: its faults, and who took which message.
func (a *api) forget(svc *simulator.Service) {
	a.taken.forget(svc.ID())
	a.removeAll(svc.ID())
}

// resetAll removes what was made over the API, and resets all else.
func (a *api) resetAll(c *call) (any, error) {
	if err := c.readNothing(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	own := a.own
	a.own = nil
	clear(a.snapshots)
	clear(a.injections)
	a.mu.Unlock()
	a.sim.RemoveFaults()
	for _, svc := range a.sim.Services() {
		a.taken.forget(svc.ID())
		if slices.Contains(own, svc.ID()) {
			svc.Remove()
			continue
		}
		svc.Reset()
	}
	return nil, nil //nolint:nilnil // there is nothing to say
}

func (a *api) makeKey(c *call) (any, error) {
	var body struct {
		Name string            `yaml:"name"`
		Type simulator.KeyType `yaml:"type"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	full, err := c.svc.AddKey(cmp.Or(body.Name, string(body.Type)), body.Type)
	if err != nil {
		return nil, err
	}
	return created{"", key{cmp.Or(body.Name, string(body.Type)), body.Type, full}}, nil
}

func (a *api) revokeKey(c *call) (any, error) {
	var body struct {
		Key string `yaml:"key"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	if err := c.svc.RevokeKey(body.Key); err != nil {
		return nil, wrong("key", "key: this is no active key of the service")
	}
	return nil, nil //nolint:nilnil // there is nothing to say
}
