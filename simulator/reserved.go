package simulator

import (
	"regexp"
	"strings"
	"sync"
)

// noteReserved counts a send to a recipient that can't exist against its live key; see WithRevocation. What is simulated by
// the real service's own rules never gets here.
func (d *draft) noteReserved() {
	if d.kind == SMS && dramaNumber().MatchString(d.phone.E164()) || d.kind == Email && reservedDomain(d.to) {
		d.service.noteInvalid(d.key)
	}
}

// noteMalformed counts a send that was refused because its recipient is malformed.
func (d *draft) noteMalformed(f *failure) {
	for _, e := range f.errors {
		if strings.HasPrefix(e.message, "phone_number ") || strings.HasPrefix(e.message, "email_address ") || e.class == classInvalidPhone {
			d.service.noteInvalid(d.key)
			return
		}
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
