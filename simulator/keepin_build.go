package simulator

import (
	"errors"
	"time"

	"github.com/google/uuid"
)

// build makes a service out of what was stored, with the state in which it was. described is what a file says of it, or
// nil.
func (r *recalled) build(id uuid.UUID, d *storedService, described *ServiceConfig) (*Service, state, error) {
	for i, to := range d.Config.Callbacks.all() {
		to.BearerToken = d.Tokens[callbackKinds[i]]
	}
	built, problems := r.sim.newService(d.Config)
	if len(problems) > 0 {
		return nil, state{}, errors.New(problems[0].String())
	}
	if built.id != id {
		return nil, state{}, errors.New("it has another id")
	}
	var then state
	built.during(r.sim.now(), func(st *state) {
		r.complete(&st.settings, d, described)
		then = st.clone()
	})
	p := *built.profile()
	made := then.clone()
	if d.Made != nil {
		var err error
		if _, made, err = r.build(id, d.Made, described); err != nil {
			return nil, state{}, err
		}
	}
	p.origin, p.made = d.Origin, &made
	built.current.Store(&p)
	return built, then, nil
}

// complete adds to settings what a description does not say.
func (r *recalled) complete(st *settings, d *storedService, described *ServiceConfig) {
	for i, k := range st.keys {
		if i < len(d.Invalid) {
			k.invalid = d.Invalid[i]
		}
		if i < len(d.KeyOrigins) {
			k.revokedByHand = d.KeyOrigins[i].ByHand
			k.described = d.KeyOrigins[i].Described && described != nil
		}
	}
	for i, t := range st.templates.list {
		if i < len(d.TemplateOrigins) && described != nil {
			if n := d.TemplateOrigins[i]; n > 0 && n <= len(described.Templates) {
				t.described = &described.Templates[n-1]
			}
		}
	}
	if hidden, err := uuid.Parse(d.Precompiled); err == nil {
		st.templates.hidden(r.sim)
		st.templates.precompiled.id = hidden
	}
}

// becomeAgain has a service be as it was stored. Callbacks to a handler or through a transport are not in the store.
func (svc *Service) becomeAgain(built *Service, then state, now time.Time) {
	was, is := svc.profile(), built.profile()
	p := *was
	p.senders, p.replyTos = is.senders, is.replyTos // their ids may be made up
	made := is.made.clone()
	made.callbacks.keepHandlers(was.made.callbacks.to)
	p.made = &made
	svc.current.Store(&p)
	svc.during(now, func(st *state) {
		svc.sim.registry.forgetReceived(st.received.texts)
		st.received.texts = nil // they are among the stored ones
		handlers := st.callbacks.to
		st.settings, st.callbacks.to = then.settings, then.callbacks.to
		st.callbacks.keepHandlers(handlers)
	})
}

func (c *callbacks) keepHandlers(of [len(callbackKinds)]*Callback) {
	for i, to := range of {
		if to != nil && (to.Handler != nil || to.Transport != nil) {
			c.to[i] = to
		}
	}
}
