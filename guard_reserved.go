package notify

import (
	"slices"
	"strings"
	"unicode"
)

// Recipients that cannot exist. The simulator counts the same ones against a live key, by a definition of its own: the
// two meet in testdata/recipients.json, a table that the tests of both read.
//
//   - Telephone numbers that Ofcom keeps for fiction. Of these, the three smoke-test numbers of Notify's documentation
//     exist for every key, and two others are for test keys.
//   - Email addresses at or below a domain that RFC 2606 or RFC 6761 reserves. Those at simulator.notify, which is
//     Notify's own, are for test keys.

// smokeTestNumbers exist for live keys too: Notify answers and sends nothing ("GOV.UK Notify API documentation, Smoke
// testing").
var smokeTestNumbers = []string{"7700900000", "7700900111", "7700900222"}

// smokeTestAddresses, in upper or lower case, are the same for emails.
var smokeTestAddresses = []string{
	"simulate-delivered@notifications.service.gov.uk",
	"simulate-delivered-2@notifications.service.gov.uk",
	"simulate-delivered-3@notifications.service.gov.uk",
}

// testKeyNumbers fail on purpose ("GOV.UK Notify API documentation, Testing").
var testKeyNumbers = []string{"7700900002", "7700900003"}

// testKeyDomain is that of the addresses that fail on purpose.
const testKeyDomain = "simulator.notify"

// IsSmokeTestRecipient reports whether s, in any spelling, is one of the phone numbers 07700900000, 07700900111 and
// 07700900222, or of the email addresses simulate-delivered@, simulate-delivered-2@ and simulate-delivered-3@ of
// notifications.service.gov.uk. Notify takes a message to them with a key of any type, checks all of it, answers with
// an id, and then neither sends nor keeps it: reading that id is [ErrNotFound], looking up its reference finds nothing,
// and no receipt comes. They cost nothing and do not count towards the daily limit. But a team key reaches them only if
// they are on the guest list, and so does a live key in trial mode.
//
// https://docs.notifications.service.gov.uk/rest-api.html#smoke-testing
func IsSmokeTestRecipient(s string) bool {
	if digits, ok := phoneDigits(s); ok {
		return slices.Contains(smokeTestNumbers, digits)
	}
	s = trimRecipient(s)
	return slices.ContainsFunc(smokeTestAddresses, func(address string) bool {
		return len(s) == len(address) && strings.EqualFold(s, address) // of one length, so no letters beyond ASCII
	})
}

// IsTestKeyRecipient reports whether s, in any spelling, is made for test keys: the phone numbers 07700900002 and
// 07700900003, and the email addresses at simulator.notify. With a test key, 07700900003 and
// temp-fail@simulator.notify end in temporary-failure, 07700900002 and perm-fail@simulator.notify in permanent-failure,
// but only when spelt so, or with +44 for the first 0: with spaces or capitals they are delivered, as everything else
// is. With a live key or one of unknown type, the client refuses them all ([ErrTestRecipient]), because Notify revokes
// live keys over them.
//
// https://docs.notifications.service.gov.uk/rest-api.html#testing
func IsTestKeyRecipient(s string) bool {
	if digits, ok := phoneDigits(s); ok {
		return slices.Contains(testKeyNumbers, digits)
	}
	return atTestKeyDomain(trimRecipient(s))
}

func atTestKeyDomain(address string) bool {
	_, host, _ := strings.Cut(address, "@")
	return atDomain(host)(testKeyDomain)
}

// dramaNumbers are the first seven of ten national digits. Any three follow ("Telephone numbers for use in TV and radio
// drama programmes", Ofcom).
var dramaNumbers = []string{
	"1134960", "1144960", "1154960", // Leeds, Sheffield, Nottingham
	"1164960", "1174960", "1184960", // Leicester, Bristol, Reading
	"1214960", "1314960", "1414960", "1514960", "1614960", // Birmingham, Edinburgh, Glasgow, Liverpool, Manchester
	"2079460", "1914980", "2896496", "2920180", // London, Tyneside, Northern Ireland, Cardiff
	"1632960", // nowhere
	"3069990", // all of the UK
	"7700900", // mobile
	"8081570", // freephone
	"9098790", // premium rate
}

// reservedNumber takes the national digits of a UK number, or all digits of another one.
func reservedNumber(digits string) bool {
	return len(digits) == 10 && slices.Contains(dramaNumbers, digits[:7])
}

var reservedDomains = []string{"example", "example.com", "example.net", "example.org", "invalid", "localhost", "test"}

func reservedDomain(host string) bool { return slices.ContainsFunc(reservedDomains, atDomain(host)) }

// atDomain gives a function that reports whether the host is a certain domain or below it.
func atDomain(host string) func(domain string) bool {
	host = plainHost(host)
	return func(domain string) bool {
		above, ok := strings.CutSuffix(host, domain)
		return ok && (above == "" || above[len(above)-1] == '.')
	}
}

// plainHost folds what a host in plain ASCII may be written with: letters that have a plain one as another case, such
// as the long s; what East Asian keyboards type; and what is not seen at all (RFC 3490, section 3.1, and RFC 3491). RFC
// 3491 folds more, but circled letters, ligatures and others that take a table are left as they are.
func plainHost(host string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '。' || r == '｡':
			return '.'
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case unseenInHost(r):
			return -1
		}
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if other >= 'a' && other <= 'z' {
				return other
			}
		}
		return r
	}, host)
}

// unseenInHost knows the characters of RFC 3454, table B.1, except those that Notify deletes from a recipient before it
// looks at the host.
func unseenInHost(r rune) bool {
	switch {
	case r == '\u00ad', r == '\u034f', r == '\u1806', r >= '\u180b' && r <= '\u180d', r >= '\ufe00' && r <= '\ufe0f':
		return true
	}
	return false
}
