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

// isPhone takes what the real service fails over, too: a test may want to meet that.
func isPhone(s string) bool {
	_, err := recipient.ParsePhone(s)
	return err == nil || errors.Is(err, text.ErrDecomposition)
}

// isShortCode takes the numbers of up to eight digits that networks give to services, which are those of no phone.
func isShortCode(s string) bool {
	return len(s) <= 8 && strings.Trim(s, "0123456789") == ""
}

// email wants an address to which Notify could send. The complaint, like all about people, does not hold it.
func (b *builder) email(path, address string) {
	if _, ok := recipient.ParseEmail(address); !ok {
		b.complain(path, "this is not an email address")
	}
}

// people looks at who may be reached, and at the number that people can text.
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

// refusal is what there is to complain of, or nil.
func (b *builder) refusal() error {
	errs := make([]error, len(b.problems))
	for i, p := range b.problems {
		errs[i] = fmt.Errorf("simulator: %s", p)
	}
	return errors.Join(errs...)
}
