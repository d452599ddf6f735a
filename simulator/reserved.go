package simulator

import (
	"regexp"
	"strings"
	"sync"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// noteReserved counts a live key's send to a recipient that can't exist; see WithRevocation. Sends to the documented
// smoke-test recipients never get here.
func (c *call) noteReserved(kind MessageType, to destination) {
	isSMS, isEmail := kind == MessageTypeSMS, kind == MessageTypeEmail
	if isSMS && dramaNumber().MatchString(to.phone.E164()) || isEmail && reservedDomain(to.to) {
		c.service.noteInvalid(c.key)
	}
}

// noteMalformed counts a refused send if its recipient is malformed. A message without a recipient, or to one that the
// service has no permission to reach, does not count.
func (c *call) noteMalformed(kind MessageType, body any) {
	if c.service.sim.options.revokeAfter == 0 {
		return
	}
	fields, _ := body.(*pyjson.Object)
	given, ok := form{kind: kind, fields: fields}.recipient()
	if !ok {
		return
	}
	if kind == MessageTypeSMS {
		_, err := recipient.ParsePhone(given)
		ok = err == nil
	} else {
		_, ok = recipient.ParseEmail(given)
	}
	if !ok {
		c.service.noteInvalid(c.key)
	}
}

// The recipients that can't exist, apart from malformed ones. The client refuses the same recipients by a definition of
// its own: the tests of both read the table testdata/recipients.json.
//
//   - Telephone numbers that Ofcom reserves for fiction, including the two for test keys. The three smoke-test numbers
//     of Notify's documentation count as existing, and don't get this far.
//   - Email addresses at a domain that RFC 2606 or RFC 6761 reserves, at Notify's own simulator.notify, or below one of
//     these. Hosts are converted as for delivery, with tables that the client lacks: only here does
//     ⓔxample.com count.

// dramaNumber matches the numbers of Ofcom's "Telephone numbers for use in TV and radio drama programmes", in E.164
// without the +. Some of them, such as 01632 960, are not valid numbers and so count as malformed already; that depends
// on the version of the phone metadata.
var dramaNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^44(?:` + strings.Join([]string{
		`1(?:1[3-8]|[2-6]1)4960`, // the towns from 0113 to 0118 and from 0121 to 0161
		`1632960`,                // an area that does not exist
		`1914980`,                // Tyneside
		`2079460`,                // London
		`2896496`,                // Northern Ireland
		`2920180`,                // Cardiff
		`3069990`,                // all of the UK
		`7700900`,                // mobile
		`8081570`,                // freephone
		`9098790`,                // premium rate
	}, "|") + `)[0-9]{3}$`)
})

// reservedDomain reports whether mail to the address can't arrive, however its host is written.
func reservedDomain(address string) bool {
	domain := "." + recipient.Domain(address)
	for _, reserved := range []string{
		".example", ".example.com", ".example.net", ".example.org", ".invalid", ".localhost", ".test", ".simulator.notify",
	} {
		if strings.HasSuffix(domain, reserved) {
			return true
		}
	}
	return false
}
