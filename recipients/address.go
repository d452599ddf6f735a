package recipients

import (
	"slices"
	"strings"

	"github.com/notifykit/notify/internal/recipient"
)

// An Address is where Notify can send a letter.
type Address struct {
	lines   []string
	postage string
}

// ParseAddress reads a postal address from text with a line for each line of the address, three to seven: the last is a
// UK postcode, a BFPO number or, with permission, a country. The error is the first [Problem].
func ParseAddress(text string, may Permissions) (Address, error) {
	a, err := recipient.ParseAddress(text)
	if err == nil {
		err = a.Check(may.InternationalLetters)
	}
	if err != nil {
		return Address{}, problem(err)
	}
	return Address{a.Lines, a.Postage()}, nil
}

// Lines are the lines as Notify prints them: tidied, the postcode in capitals, the country by its usual name, and the
// UK left out. The first six are address_line_1 to address_line_6 of a letter's personalisation; the seventh is
// address_line_7.
func (a Address) Lines() []string { return slices.Clone(a.lines) }

// String is the lines, separated by line breaks.
func (a Address) String() string { return strings.Join(a.lines, "\n") }

// Postage is the postage of a letter abroad, "europe" or "rest-of-world". Within the UK it is empty: the template or
// the sender chooses.
func (a Address) Postage() string { return a.postage }
