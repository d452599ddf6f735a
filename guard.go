package notify

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Notify revokes live keys that keep sending to recipients which cannot exist. That happens when a test suite or a form
// runs with the live key. The guard refuses those recipients for live and unknown keys. It refuses only what Notify is
// sure to refuse too, and what nobody can have: see guard_reserved.go. A recipient that it lets through may still be
// wrong. Nothing it says quotes the recipient.

const guardAdvice = "; Notify revokes live keys over such recipients, so nothing was sent " +
	"(WithKeyType says what type a key is, WithoutGuard switches this check off)"

func (c *Client) guardPhone(number string) error {
	if !c.guard {
		return nil
	}
	digits, ok := phoneDigits(number)
	switch {
	case !ok:
		return c.refuseRecipient(ErrMalformedRecipient, "the phone number cannot be one")
	case slices.Contains(smokeTestNumbers, digits):
		return nil
	case slices.Contains(testKeyNumbers, digits):
		return c.refuseRecipient(ErrTestRecipient, "the phone number is one that fails on purpose, for test keys only")
	case reservedNumber(digits):
		return c.refuseRecipient(ErrReservedRecipient, "the phone number is one that Ofcom reserves for drama and nobody has")
	}
	return nil
}

func (c *Client) guardEmail(address string) error {
	if !c.guard {
		return nil
	}
	address = trimRecipient(address)
	_, host, _ := strings.Cut(address, "@")
	switch {
	case atTestKeyDomain(address):
		return c.refuseRecipient(ErrTestRecipient, "the email address is at simulator.notify, which is for test keys only")
	case !plausibleEmail(address):
		return c.refuseRecipient(ErrMalformedRecipient, "the email address cannot be one")
	case reservedDomain(host):
		return c.refuseRecipient(ErrReservedRecipient, "the email address is at a domain reserved for examples")
	}
	return nil
}

func (c *Client) refuseRecipient(kind error, why string) error {
	return refuse(kind, why+", and the key is of type "+string(c.keyType)+guardAdvice)
}

// Characters that Notify deletes from recipients wherever they stand, as measured on the real service.
const obscureSpace = "\u180e\u200b\u200c\u200d\u2060\ufeff\u2028\u2029\u00a0\u202f"

// Characters that Notify reads as a hyphen in a number.
const readAsHyphen = "\u2011\u2013\u2014\u2212"

func trimRecipient(s string) string {
	if strings.ContainsAny(s, obscureSpace) {
		s = strings.Map(func(r rune) rune {
			if strings.ContainsRune(obscureSpace, r) {
				return -1
			}
			return r
		}, s)
	}
	return strings.Trim(s, " \t\n\r\v\f")
}

// phoneDigits gives the national digits of a UK number, or all digits of another one. It is false if no phone number
// looks like that: if there is a letter in it or a symbol other than ( ) - +, or if it has fewer than 6 digits or more
// than 20. Beyond ASCII, Notify reads some dashes and overlooks some spaces; anything else, even a digit, is a symbol.
func phoneDigits(number string) (string, bool) {
	var buf [24]byte
	digits := buf[:0]
	for _, c := range number {
		switch {
		case c >= '0' && c <= '9':
			if c == '0' && len(digits) == 0 {
				continue // Notify forgives any number of them
			}
			if len(digits) == 20 {
				return "", false
			}
			digits = append(digits, byte(c))
		case strings.ContainsRune("()-+ \t\n\r\v\f"+readAsHyphen+obscureSpace, c):
		default:
			return "", false
		}
	}
	if len(digits) < 6 {
		return "", false
	}
	all := string(digits)
	if national, ok := strings.CutPrefix(all, "44"); ok {
		return strings.TrimLeft(national, "0"), true
	}
	return all, true
}

// plausibleEmail is Notify's rule without the parts that need tables: one @, a local part of unquoted ASCII, and a host
// with a dot and without white space, however it is written.
func plausibleEmail(address string) bool {
	local, host, ok := strings.Cut(address, "@")
	if !ok || local == "" || strings.Contains(host, "@") || strings.Contains(address, "..") ||
		utf8.RuneCountInString(address) > 320 {
		return false
	}
	for i := range len(local) {
		if c := local[i]; !isAlphanumeric(c) && strings.IndexByte(".!#$%&'*+/=?^_`{|}~-", c) < 0 {
			return false
		}
	}
	host = plainHost(host)
	ascii := true
	for _, r := range host {
		switch {
		case unicode.IsSpace(r):
			return false
		case r >= utf8.RuneSelf:
			ascii = false
		case !isAlphanumeric(byte(r)) && r != '.' && r != '-':
			return false
		}
	}
	if strings.Contains(host, "..") {
		return false
	}
	if !ascii {
		return true // an internationalised host: for Notify to judge
	}
	dot := strings.LastIndexByte(host, '.')
	return dot > 0 && host[0] != '.' && len(host)-dot > 2
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
