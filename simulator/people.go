package simulator

import (
	"slices"

	"github.com/notifykit/notify/internal/recipient"
)

// people are the recipients that a service can reach with team keys, and in trial mode.
type people struct {
	team    []TeamMember
	guests  []string
	allowed map[string]bool // both, as recipient.Normalise writes them; nil when they changed
}

// AddTeamMember gives somebody a login to the service. It is an error if the email address or the mobile number is
// malformed.
func (svc *Service) AddTeamMember(m TeamMember) error {
	var b builder
	if b.member("", m); len(b.problems) > 0 {
		return b.refusal()
	}
	svc.alter(func(st *settings) { st.people.team, st.people.allowed = append(st.people.team, m), nil })
	return nil
}

// AddToGuestList lets team keys send to these email addresses and phone numbers. If one of them is neither, that is an
// error and none is added.
func (svc *Service) AddToGuestList(recipients ...string) error {
	var b builder
	if b.guests(recipients); len(b.problems) > 0 {
		return b.refusal()
	}
	svc.alter(func(st *settings) { st.people.guests, st.people.allowed = append(st.people.guests, recipients...), nil })
	return nil
}

// include reports whether r is in the team or on the guest list. Like the real service it fails if r, or any recipient
// it is compared with, contains a character that can't be reduced to ASCII.
func (p *people) include(r string) (bool, error) {
	normal, err := recipient.Normalise(r)
	if err != nil {
		return false, err
	}
	if p.allowed == nil {
		allowed := make(map[string]bool)
		known := slices.Clone(p.guests)
		for _, m := range p.team {
			known = append(known, m.EmailAddress, m.MobileNumber)
		}
		for _, k := range known {
			if k, err = recipient.Normalise(k); err != nil {
				return false, err
			}
			allowed[k] = true
		}
		delete(allowed, "")
		p.allowed = allowed
	}
	return p.allowed[normal], nil
}
