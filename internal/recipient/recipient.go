package recipient

import (
	"errors"

	"github.com/notifykit/notify/internal/text"
)

// Clean is a recipient as the real service stores and returns it: without invisible characters and no-break spaces
// anywhere, and without ASCII white space at the ends.
func Clean(s string) string { return text.StripObscure(s) }

// Normalise is the form in which recipients are compared, as with a guest list: of a number its [Phone.E164], of a
// valid address that in lower case, and anything else as it is. The error is [text.ErrDecomposition]: anything is read
// as a number first, and what [ParsePhone] fails over the real service can't compare either.
func Normalise(s string) (string, error) {
	p, err := ParsePhone(s)
	switch {
	case err == nil:
		return p.E164(), nil
	case errors.Is(err, text.ErrDecomposition):
		return "", err
	}
	if address, ok := ParseEmail(s); ok {
		return text.Lower(address), nil
	}
	return s, nil
}

// IsSimulatedPhone tells the numbers to which the real service only pretends to send (GOV.UK Notify API documentation,
// "Smoke testing"), given as [Phone.E164].
func IsSimulatedPhone(e164 string) bool {
	switch e164 {
	case "447700900000", "447700900111", "447700900222":
		return true
	}
	return false
}

// IsSimulatedEmail tells the addresses to which the real service only pretends to send, in any case of letters.
func IsSimulatedEmail(address string) bool {
	switch text.Lower(address) {
	case "simulate-delivered@notifications.service.gov.uk",
		"simulate-delivered-2@notifications.service.gov.uk",
		"simulate-delivered-3@notifications.service.gov.uk":
		return true
	}
	return false
}
