package simulator

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// expectPost keeps a post among the pending, in place of an earlier attempt or under a new number. One to a handler, or
// through a transport, can't be stored.
func (st *state) expectPost(p *post, number int64) {
	if p.to.Handler != nil || p.to.Transport != nil {
		return
	}
	c := &st.callbacks
	if number == 0 {
		c.numbered++
		number = c.numbered
	}
	p.number = number
	if c.pending == nil {
		c.pending = map[int64]*post{}
	}
	kept := *p // p itself changes when it is done
	c.pending[number] = &kept
	st.notes.posts = append(st.notes.posts, &kept)
}

// dropPost is for a post that will not be tried again.
func (st *state) dropPost(number int64) {
	if number != 0 {
		delete(st.callbacks.pending, number)
		st.notes.postsGone = append(st.notes.postsGone, number)
	}
}

// storedPost is a callback on its way.
type storedPost struct {
	Kind    CallbackKind `json:"kind"`
	ID      uuid.UUID    `json:"id"`
	URL     string       `json:"url"`
	Token   string       `json:"token"`           // that is set for the URL
	Wrong   string       `json:"wrong,omitempty"` // the token with which it is posted, if that is another
	Body    string       `json:"body"`
	Attempt int          `json:"attempt"`
	Due     time.Time    `json:"due"`
}

func (p *post) change() revision {
	return revision{p.svc.recordKey(keyPost, strconv.FormatInt(p.number, 10)), func() any {
		s := storedPost{
			Kind: p.kind, ID: p.id, URL: p.to.URL, Token: p.to.BearerToken, Body: p.body, Attempt: p.attempt, Due: p.due,
		}
		if p.token != p.to.BearerToken {
			s.Wrong = p.token
		}
		return s
	}}
}

// resume schedules the posts that were pending.
func (svc *Service) resume(st *state, stored map[int64]storedPost) error {
	for number, s := range stored {
		to := &Callback{URL: s.URL, BearerToken: s.Token}
		if _, problem := to.problem(); problem != "" || to.none() || !slices.Contains(callbackKinds[:], s.Kind) ||
			number < 1 || s.Attempt < 1 || s.Attempt > callbackAttempts {
			return errors.New("a callback on its way is impossible")
		}
		p := &post{
			svc: svc, to: to, token: s.Token, kind: s.Kind, id: s.ID, body: s.Body, attempt: s.Attempt, due: s.Due.UTC(),
			epoch: st.callbacks.epoch,
		}
		if s.Wrong != "" {
			p.token = s.Wrong
		}
		st.callbacks.numbered = max(st.callbacks.numbered, number)
		st.expectPost(p, number)
		svc.sim.schedule.CallOut(&svc.lane, p.due, p.label(), p.try)
	}
	return nil
}
