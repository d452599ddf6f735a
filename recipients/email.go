package recipients

import (
	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/text"
)

// An Email is an address that Notify takes.
type Email struct{ given string }

// ParseEmail reads an address. Notify is stricter than the standards: no quotes, comments or IP addresses, a host with
// a dot, and only the host may be other than ASCII. The error is [NotEmailAddress].
func ParseEmail(address string) (Email, error) {
	given, ok := recipient.ParseEmail(address)
	if !ok {
		return Email{}, NotEmailAddress
	}
	return Email{given}, nil
}

// String is the address as Notify's API shows it: as it was given, capitals too, without white space at its ends and
// invisible characters.
func (e Email) String() string { return e.given }

// Normalised is the address in lower case, as Notify sends to it and compares it with the guest list.
func (e Email) Normalised() string { return text.Lower(e.given) }

// Domain is the part behind the @ in ASCII and lower case, as mail is delivered to it: xn--exmple-cua.com for
// exämple.com.
func (e Email) Domain() string {
	if e.given == "" {
		return ""
	}
	return recipient.Domain(e.given)
}
