package simulator

import (
	"regexp"
	"strings"
	"sync"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/recipient"
)

// noteReserved counts a send to a recipient that can't exist against its live key; see WithRevocation. What is simulated by
// the real service's own rules never gets here.
func (d *draft) noteReserved() {
	if d.kind == SMS && dramaNumber().MatchString(d.phone.E164()) || d.kind == Email && reservedDomain(d.to) {
		d.service.noteInvalid(d.key)
	}
}

// noteMalformed counts a send that was refused if its recipient is none. A message without a recipient, or to one that the service has
// no permission to reach, does not count.
func (d *draft) noteMalformed() {
	if d.sim.options.revokeAfter == 0 {
		return
	}
	fields, _ := d.parsed.(*pyjson.Object)
	given, ok := d.given(fields)
	if !ok {
		return
	}
	if d.kind == SMS {
		_, err := recipient.ParsePhone(given)
		ok = err == nil
	} else {
		_, ok = recipient.ParseEmail(given)
	}
	if !ok {
		d.service.noteInvalid(d.key)
	}
}

// dramaNumber matches the mobile numbers that Ofcom keeps for use in drama, 07700 900000 to 900999, the two of test keys
// among them ("Telephone numbers for drama use", Ofcom).
var dramaNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^447700900[0-9]{3}$`) })

// reservedDomain reports whether mail to the address can't arrive: RFC 2606 keeps these domains for examples and tests, and
// simulator.notify is Notify's own.
func reservedDomain(address string) bool {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	for _, reserved := range []string{"simulator.notify", "example.com", "example.org", "example.net", "example", "invalid", "test"} {
		if domain == reserved || strings.HasSuffix(domain, "."+reserved) {
			return true
		}
	}
	return false
}
