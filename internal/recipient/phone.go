// Package recipient decides, as the real service does, where a message can go: telephone numbers, email addresses and
// postal addresses. All of it is pure and safe for concurrent use; its tables are read at the first need of them.
package recipient

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/notifykit/notify/internal/text"
)

// A PhoneError says why a telephone number is refused, in the words of the v2 API.
type PhoneError string

// What the v2 API says of telephone numbers.
const (
	TooLong                PhoneError = "Too many digits"
	TooShort               PhoneError = "Not enough digits"
	NotUKMobile            PhoneError = "Not a UK mobile number"
	UnknownCharacter       PhoneError = "Must not contain letters or symbols"
	UnsupportedCountryCode PhoneError = "Not a valid country prefix"
	InvalidNumber          PhoneError = "Number is not valid – double check the phone number you entered"
)

func (e PhoneError) Error() string { return string(e) }

const (
	uk       = 44
	ukRegion = "GB"
)

// Phone is a number to which the real service can send, given the permissions.
type Phone struct {
	e164        string // without +
	countryCode int
	landline    bool
	elsewhere   bool // not in the UK; Jersey, Guernsey and the Isle of Man are not, though their country code is 44
}

// ParsePhone reads a number as people write it, without a country code as a British one. A number that can't be read is
// tried again, forgivingly: without any +, without leading zeros, with typographic dashes and spaces as plain ones. So
// +07…, 0+44… and 0447… are understood. Errors are a [PhoneError], that of the second try;
// or [text.ErrDecomposition], when the real service can't read the number either.
func ParsePhone(s string) (Phone, error) {
	p, err := parsePhone(s)
	if err == nil {
		return p, nil
	}
	s, err = text.Downgrade(strings.TrimLeft(strings.ReplaceAll(s, "+", ""), "0"), text.PrintableASCII)
	if err != nil {
		return Phone{}, err
	}
	return parsePhone(s)
}

func parsePhone(s string) (Phone, error) {
	if strings.ContainsFunc(s, foreignToPhone) {
		return Phone{}, UnknownCharacter
	}
	if s == "" {
		return Phone{}, TooShort
	}
	n, err := phonenumbers.Parse(s, ukRegion)
	if err != nil {
		return Phone{}, InvalidNumber
	}
	if reason := phonenumbers.IsPossibleNumberWithReason(n); reason != phonenumbers.IS_POSSIBLE {
		// Of no British length; perhaps the + of another country's number was left out.
		foreign, err := phonenumbers.Parse("+"+s, "")
		if err != nil || !phonenumbers.IsPossibleNumber(foreign) {
			return Phone{}, impossible(reason)
		}
		n = foreign
	}
	return newPhone(n)
}

func foreignToPhone(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r == '(', r == ')', r == '-', r == '+':
		return false
	}
	return !text.IsASCIISpace(r) && !text.IsObscure(r)
}

func impossible(reason phonenumbers.ValidationResult) PhoneError {
	switch reason {
	case phonenumbers.TOO_LONG:
		return TooLong
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return TooShort
	case phonenumbers.INVALID_COUNTRY_CODE:
		return UnsupportedCountryCode
	}
	return InvalidNumber
}

// newPhone accepts a number of possible length if it is valid and of a kind that can take a text message. The type says
// both: that of an invalid number is unknown.
func newPhone(n *phonenumbers.PhoneNumber) (Phone, error) {
	code := int(n.GetCountryCode())
	p := Phone{
		e164:        strconv.Itoa(code) + phonenumbers.GetNationalSignificantNumber(n),
		countryCode: code,
	}
	tv := isForTV(n)
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.FIXED_LINE, phonenumbers.FIXED_LINE_OR_MOBILE, phonenumbers.UAN:
		p.landline = true
	case phonenumbers.MOBILE, phonenumbers.PERSONAL_NUMBER:
	default:
		if !tv {
			return Phone{}, InvalidNumber
		}
	}
	p.elsewhere = !tv && (code != uk || phonenumbers.GetRegionCodeForNumber(n) != ukRegion)
	return p, nil
}

// isForTV tells the range 07700 900 that Ofcom keeps for drama, which is not valid otherwise. The real service takes
// much more for it: anything that begins 7700, in any country and of any possible length. Nor does it count such a
// number as international.
func isForTV(n *phonenumbers.PhoneNumber) bool {
	national := strconv.FormatUint(n.GetNationalNumber(), 10)
	return len(national) > len("7700") && strings.HasPrefix(national, "7700")
}

// Permitted checks p against what a service may do: send to international numbers, and to British landlines. Its error
// is nil, [NotUKMobile] or [UnsupportedCountryCode].
func (p Phone) Permitted(international, landline bool) error {
	switch {
	case p.countryCode != uk && !international:
		return NotUKMobile
	case p.countryCode == uk && p.landline && !landline:
		return NotUKMobile
	}
	if _, ok := billing()[strconv.Itoa(p.countryCode)]; !ok {
		return UnsupportedCountryCode
	}
	return nil
}

// E164 is the international form without the leading +: the form that is compared and sent to.
func (p Phone) E164() string { return p.e164 }

// Abroad reports whether p is outside +44: what counts against the daily limit of international texts.
func (p Phone) Abroad() bool { return p.countryCode != uk }

// International reports whether p counts as international for price and status; the crown dependencies' numbers do.
// It is no matter of permission: see [Phone.Permitted].
func (p Phone) International() bool { return p.elsewhere }

// CrownDependency reports whether p is a number of Jersey, Guernsey or the Isle of Man.
func (p Phone) CrownDependency() bool { return p.elsewhere && p.countryCode == uk }

// RateMultiplier is how many UK messages one to p costs; 1 where Notify has no rate.
func (p Phone) RateMultiplier() int {
	if rate, ok := p.rate(); ok && p.elsewhere {
		return rate.multiplier
	}
	return 1
}

// ReportsDelivery reports whether the networks of p's country tell Notify of delivery.
func (p Phone) ReportsDelivery() bool {
	rate, _ := p.rate()
	return rate.reportsDelivery
}

// rate is that of the country code. Some of the many places behind +1 have a rate of their own, by their area code.
func (p Phone) rate() (rate, bool) {
	code := strconv.Itoa(p.countryCode)
	if p.countryCode == 1 {
		if r, ok := billing()[p.e164[:min(4, len(p.e164))]]; ok {
			return r, true
		}
	}
	r, ok := billing()[code]
	return r, ok
}
