// Package recipients checks phone numbers, email addresses and postal addresses by the rules of GOV.UK Notify, without
// sending anything: for forms that want to say at once what is wrong.
//
// It has Notify's rules in full, with the tables of phone numbers, domains and countries that they need. They have a
// price: a program becomes 5 MB larger (4 MB without symbols), and starts 5 to 15 ms later and with 3 MB more memory,
// because the library of phone numbers reads its tables then. The first postal address takes another 3 ms. A program
// that only sends pays nothing: this package neither imports package notify nor is imported by it. Package notify
// refuses the worst recipients for live keys by itself, without tables.
//
// What passes here can still fail later: a number that nobody has, a full mailbox, a team key. Permissions and the rest
// of the service are Notify's to judge when it is sent to.
//
// Functions are safe for concurrent use, and take time in proportion to the length of what they are given. No error
// quotes the recipient.
package recipients

import (
	"errors"

	"github.com/notifykit/notify/internal/recipient"
)

// Permissions are what a service may send, as on its settings page. The zero value is a service that sends texts to
// mobiles of the UK, Jersey, Guernsey and the Isle of Man, and letters within the UK.
type Permissions struct {
	InternationalSMS     bool // to numbers of other countries
	SMSToUKLandlines     bool // and to other UK numbers that are not mobiles, such as 03…
	InternationalLetters bool // to addresses that end with the name of another country
}

// A Problem is why Notify would refuse a recipient. Its text is what Notify's API says, word for word; a form may well
// say something more helpful. It is comparable: switch on it, or use errors.Is.
type Problem string

func (p Problem) Error() string { return string(p) }

// What Notify says about phone numbers.
const (
	TooManyDigits    = Problem(recipient.TooLong)
	NotEnoughDigits  = Problem(recipient.TooShort)
	LettersOrSymbols = Problem(recipient.UnknownCharacter)
	NotCountryPrefix = Problem(recipient.UnsupportedCountryCode)
	NotUKMobile      = Problem(recipient.NotUKMobile) // a UK number, but the service may not send to landlines
	NotValidNumber   = Problem(recipient.InvalidNumber)
	// International: a number of another country, and the service may not send there.
	International Problem = "Cannot send to international mobile numbers"
)

// NotEmailAddress is all that Notify says about email addresses.
const NotEmailAddress Problem = recipient.NotEmail

// What Notify says about postal addresses, in the order of its checks.
const (
	TooFewLines          = Problem(recipient.TooFewLines)
	TooManyLines         = Problem(recipient.TooManyLines)
	NotAlphanumeric      = Problem(recipient.NotAlphanumeric)
	CountryAfterBFPO     = Problem(recipient.CountryAfterBFPO)
	NotUKPostcode        = Problem(recipient.NotUKPostcode) // the service may not send letters abroad
	NotPostcodeOrCountry = Problem(recipient.NotPostcodeCountry)
	ForbiddenStart       = Problem(recipient.ForbiddenStart)
	NotRealAddress       = Problem(recipient.NotARealAddress)
)

// Unreadable is for the few characters, such as some musical symbols, on which Notify itself fails: it answers a send
// with status 500.
const Unreadable Problem = "Internal server error"

// problem makes a Problem of an error of internal/recipient: the API's words, unless the real service fails too.
func problem(err error) Problem {
	var phone recipient.PhoneError
	var address recipient.AddressError
	switch {
	case errors.As(err, &phone):
		return Problem(phone)
	case errors.As(err, &address):
		return Problem(address)
	}
	return Unreadable
}
