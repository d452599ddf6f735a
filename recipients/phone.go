package recipients

import (
	"errors"

	"github.com/notifykit/notify/internal/recipient"
)

// A Phone is a number that a service can text.
type Phone struct {
	given string
	phone recipient.Phone
}

// ParsePhone reads a number as people write it: with spaces, brackets, dashes, 0, +, 00 or nothing in front. Without a
// country code it is British. The error is a [Problem] about the number or the permissions, in the order of Notify's
// own checks.
func ParsePhone(number string, may Permissions) (Phone, error) {
	p, err := recipient.ParsePhone(number)
	if err == nil {
		err = p.Permitted(true, true) // whatever the service may do, as Notify too checks first
	}
	if err == nil {
		err = p.Permitted(may.InternationalSMS, may.SMSToUKLandlines)
		if errors.Is(err, recipient.NotUKMobile) && p.International() && !p.CrownDependency() {
			return Phone{}, International
		}
	}
	if err != nil {
		return Phone{}, problem(err)
	}
	return Phone{given: recipient.Clean(number), phone: p}, nil
}

// E164 is the number in the international form that all spellings of it share, such as +447900900123: the one to store
// and compare. Notify takes it as well. The zero Phone has none.
func (p Phone) E164() string {
	if p.phone == (recipient.Phone{}) {
		return ""
	}
	return "+" + p.phone.E164()
}

// String is the number as it was given, without white space at its ends and invisible characters: so Notify's API shows
// it, as the phone_number of a notification and in callbacks.
func (p Phone) String() string { return p.given }

// Readable is the number with spaces as on Notify's pages: 07900 900123, or +33 6 12 34 56 78 if it is international.
func (p Phone) Readable() string { return p.phone.Readable() }

// CountryCode is the calling code, such as 44; many countries share 1.
func (p Phone) CountryCode() int { return p.phone.CountryCode() }

// International reports whether Notify charges a text to the number, and reports on it, as an international one. That
// includes Jersey, Guernsey and the Isle of Man, for which a service needs no permission though. The price is
// [Phone.RateMultiplier] times that of a text in the UK.
func (p Phone) International() bool { return p.phone.International() }

// RateMultiplier is what a fragment of a text to the number costs, in fragments to a UK mobile.
func (p Phone) RateMultiplier() int { return p.phone.RateMultiplier() }

// UKLandline reports whether it is a UK number that only a service with permission to text landlines can reach.
func (p Phone) UKLandline() bool { return p.phone.UKLandline() }
