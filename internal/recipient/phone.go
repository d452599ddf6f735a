// Package recipient decides, as the real service does, where a message can go: telephone numbers, email addresses and
// postal addresses. Its functions are pure and safe for concurrent use; its tables are loaded when they are first
// needed.
package recipient

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/notifykit/notify/internal/text"
)

// A PhoneError says why a telephone number is refused, in the words of the v2 API.
type PhoneError string

// What the v2 API says about telephone numbers.
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

// Phone is a number that the real service can send to, given the permissions.
type Phone struct {
	e164        string // without +
	countryCode int
	landline    bool
	elsewhere   bool // outside the UK, as Jersey, Guernsey and the Isle of Man are, though their country code is 44
}

// ParsePhone reads a number as people write it; without a country code it is British. If that fails, it tries again
// more leniently: without any +, without leading zeros, and with typographic dashes and spaces replaced by plain ones.
// So it understands +07…, 0+44… and 0447…. The error is the [PhoneError] of the second try, or
// [text.ErrDecomposition] for a number on which the real service fails too.
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
		// Not the length of a British number; perhaps the + of a foreign one was left out.
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

// newPhone accepts a number of possible length if it is valid and of a kind that can receive a text message. The
// number's type tells both: an invalid number has the unknown type.
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

// isForTV reports whether the real service treats n as one of the numbers 07700 900… that Ofcom keeps for drama,
// which are accepted although they are not valid. It treats many more numbers that way: all that begin with 7700, in
// any country and of any possible length. It counts none of them as international.
func isForTV(n *phonenumbers.PhoneNumber) bool {
	national := strconv.FormatUint(n.GetNationalNumber(), 10)
	return len(national) > len("7700") && strings.HasPrefix(national, "7700")
}

// Permitted checks p against a service's permissions to send to international numbers and to British landlines. Its
// error is nil, [NotUKMobile] or [UnsupportedCountryCode].
func (p Phone) Permitted(international, landline bool) error {
	switch {
	case p.countryCode != uk && !international:
		return NotUKMobile
	case p.UKLandline() && !landline:
		return NotUKMobile
	}
	if _, ok := billing()[strconv.Itoa(p.countryCode)]; !ok {
		return UnsupportedCountryCode
	}
	return nil
}

// E164 is the international form without the leading +. This form is compared and sent to.
func (p Phone) E164() string { return p.e164 }

// CountryCode is the calling code, such as 44.
func (p Phone) CountryCode() int { return p.countryCode }

// UKLandline reports whether p is a number of +44 that only services with permission to text landlines can reach.
func (p Phone) UKLandline() bool { return p.countryCode == uk && p.landline }

// Readable is p as the real service's pages show it: with spaces, in the national form if it is one of +44. It is empty
// for the zero Phone.
func (p Phone) Readable() string {
	n, err := phonenumbers.Parse("+"+p.e164, "")
	switch {
	case err != nil:
		return p.e164
	case p.countryCode == uk:
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Abroad reports whether p is outside +44. Texts to such a number count towards the daily limit of international texts.
func (p Phone) Abroad() bool { return p.countryCode != uk }

// International reports whether p counts as international for price and status, as numbers in the crown dependencies
// do. Permissions follow a different rule: see [Phone.Permitted].
func (p Phone) International() bool { return p.elsewhere }

// CrownDependency reports whether p is a number of Jersey, Guernsey or the Isle of Man.
func (p Phone) CrownDependency() bool { return p.elsewhere && p.countryCode == uk }

// RateMultiplier is the price of a message to p, in UK messages; 1 if Notify has no rate.
func (p Phone) RateMultiplier() int {
	if rate, ok := p.rate(); ok && p.elsewhere {
		return rate.multiplier
	}
	return 1
}

// ReportsDelivery reports whether the networks of p's country report delivery to Notify.
func (p Phone) ReportsDelivery() bool {
	rate, _ := p.rate()
	return rate.reportsDelivery
}

// rate returns the rate of the country code. Some of the many places behind +1 have their own rate, by area code.
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
