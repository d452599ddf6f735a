package simulator

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"
)

// becomeTerms takes over what differs of what a service may do.
func (st *state) becomeTerms(to *state, differs func(part) bool) {
	if differs(func(c *ServiceConfig) any { return c.Active }) {
		st.terms.archived = to.terms.archived
	}
	if differs(func(c *ServiceConfig) any { return c.TrialMode }) {
		st.terms.trial = to.terms.trial
	}
	if differs(func(c *ServiceConfig) any { return c.Permissions }) {
		st.terms.permissions = to.terms.permissions
	}
	if differs(func(c *ServiceConfig) any { return c.RateLimit }) {
		st.terms.rateLimit = to.terms.rateLimit
	}
	if differs(func(c *ServiceConfig) any { return c.DailyLimits }) {
		st.terms.dailyLimits = to.terms.dailyLimits
	}
	if differs(func(c *ServiceConfig) any { return c.Plan }) {
		st.plan = to.plan
	}
}

// after returns the senders as a file has them now. Those without an id of their own keep the one they had.
func (list senders) after(had senders, unnamed func(i int) bool) senders {
	for i := range list {
		old := slices.IndexFunc(had, func(s sender) bool { return s.value == list[i].value })
		if old >= 0 && unnamed(i) {
			list[i].id = had[old].id
		}
	}
	return list
}

// after returns the keys once a file says what it says now. next were made from configs.
func (r keyring) after(next keyring, configs []KeyConfig, now time.Time) keyring {
	left, made := slices.Clone(r), make(keyring, 0, len(r))
	for i, key := range next {
		at := slices.IndexFunc(left, func(old *apiKey) bool {
			if configs[i].Secret != "" {
				return strings.EqualFold(old.secret, key.secret)
			}
			return old.described && old.name == key.name && old.kind == key.kind
		})
		if at >= 0 {
			old := left[at]
			left = slices.Delete(left, at, at+1)
			key.secret, key.invalid = old.secret, old.invalid
			if key.revokedAt.IsZero() && old.revokedByHand {
				key.revokedAt, key.revokedByHand = old.revokedAt, true
			}
		}
		made = append(made, key)
	}
	for _, old := range left {
		if old.described {
			gone := *old
			gone.described = false
			if gone.revokedAt.IsZero() {
				gone.revokedAt = now // not by hand: the file may bring it back
			}
			old = &gone
		}
		made = append(made, old)
	}
	return made
}

// become makes the templates what a file says now. next were made from configs.
func (ts *templates) become(next *templates, configs []TemplateConfig, now time.Time) {
	made := templates{precompiled: ts.precompiled, any: ts.any}
	used := map[*template]bool{}
	for i, t := range next.list {
		c := &configs[i]
		old := ts.byID[t.id]
		if c.ID == "" {
			old = ts.unnamed(c, used)
		}
		switch {
		case old == nil:
		case old.described != nil && reflect.DeepEqual(old.described, c):
			t = old
		default:
			t.id = old.id
			t.asOldAs(old, c)
		}
		used[old] = true
		made.add(t)
	}
	for _, old := range ts.list {
		if used[old] {
			continue
		}
		if old.described != nil {
			old = old.gone(now)
		}
		made.add(old)
	}
	*ts = made
}

// unnamed finds a template that a file gives no id, by its type and name.
func (ts *templates) unnamed(c *TemplateConfig, used map[*template]bool) *template {
	for _, t := range ts.list {
		d := t.described
		if d != nil && !used[t] && d.ID == "" && d.Type == c.Type && d.Name == c.Name {
			return t
		}
	}
	return nil
}

// asOldAs gives the versions of a new template the age of the one it replaces, where the file says nothing of it.
func (t *template) asOldAs(old *template, c *TemplateConfig) {
	for i, v := range t.versions {
		if c.Versions[i].CreatedAt == "" && c.Versions[0].CreatedAt == "" {
			v.CreatedAt = old.versions[0].CreatedAt
		}
	}
}

// gone returns a template that is no longer in its file: an archived one.
func (t *template) gone(now time.Time) *template {
	c := *t
	c.described = nil
	if c.archived {
		return &c
	}
	c.versions = slices.Clone(t.versions)
	v := c.current().TemplateVersion
	v.Version, v.UpdatedAt = 0, ""
	(&builder{now: now}).version("", &c, v)
	c.archived = true
	return &c
}

// revised returns a list with what a file says now in place of what it said before, and all that was added by hand.
func revised[T comparable](have, before, after []T) []T {
	byHand := slices.DeleteFunc(slices.Clone(have), func(v T) bool {
		return slices.Contains(before, v) || slices.Contains(after, v)
	})
	return append(slices.Clone(after), byHand...)
}

// become adds the received texts that are new in a file.
func (i *inbox) become(to *inbox) {
	had := len(i.texts)
	for _, t := range to.texts {
		if !slices.ContainsFunc(i.texts, func(old receivedText) bool {
			return old.id == t.id || old.lasting && old.from == t.from && old.content == t.content
		}) {
			i.texts = append(i.texts[:len(i.texts):len(i.texts)], t) // a copy: a snapshot may share the rest
		}
	}
	if len(i.texts) > had {
		slices.SortStableFunc(i.texts, func(a, b receivedText) int { return cmp.Compare(a.at, b.at) })
	}
}
