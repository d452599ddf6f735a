package simulator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/text"
)

// maxSender is how many characters the name that a text comes from may have (GOV.UK Notify, "Text message sender").
const maxSender = 11

// isPhone also accepts numbers that crash the real service: a test may want to see that.
func isPhone(s string) bool {
	_, err := recipient.ParsePhone(s)
	return err == nil || errors.Is(err, text.ErrDecomposition)
}

// isShortCode accepts the numbers of up to eight digits that networks give to services rather than to phones.
func isShortCode(s string) bool {
	return len(s) <= 8 && strings.Trim(s, "0123456789") == ""
}

// email complains of an address that Notify could not send to. Like all complaints about people, it leaves the address
// out.
func (b *builder) email(path, address string) {
	if _, ok := recipient.ParseEmail(address); !ok {
		b.complain(path, "this is not an email address")
	}
}

// people checks the team, the guest list and the number that people can text.
func (b *builder) people(c ServiceConfig) {
	for i, m := range c.TeamMembers {
		b.member(fmt.Sprintf(".team_members[%d]", i), m)
	}
	b.guests(c.GuestList)
	if n := c.ReceivedTextNumber; n != "" && !isPhone(n) && !isShortCode(n) {
		b.complain(".received_text_number", "this is not a number that can be texted")
	}
}

func (b *builder) member(path string, m TeamMember) {
	if m.EmailAddress != "" {
		b.email(path+".email_address", m.EmailAddress)
	}
	if m.MobileNumber != "" && !isPhone(m.MobileNumber) {
		b.complain(path+".mobile_number", "this is not a phone number")
	}
}

func (b *builder) guests(list []string) {
	for i, g := range list {
		if _, ok := recipient.ParseEmail(g); !ok && !isPhone(g) {
			b.complain(fmt.Sprintf(".guest_list[%d]", i), "this is neither a phone number nor an email address")
		}
	}
}

func (b *builder) permissions(list []Permission) {
	for i, p := range list {
		b.oneOf(fmt.Sprintf(".permissions[%d]", i), string(p), texts(allPermissions)...)
	}
}

// refusal returns the complaints as one error, or nil.
func (b *builder) refusal() error {
	errs := make([]error, len(b.problems))
	for i, p := range b.problems {
		errs[i] = fmt.Errorf("simulator: %w", p.error())
	}
	return errors.Join(errs...)
}
