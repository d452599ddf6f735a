package recipient

import (
	"errors"

	"github.com/notifykit/notify/internal/text"
)

// Clean returns a recipient as the real service stores and returns it: without any invisible characters or no-break
// spaces, and without ASCII white space at the ends.
func Clean(s string) string { return text.StripObscure(s) }

// Normalise returns the form in which recipients are compared, for instance with a guest list: [Phone.E164] for a
// number, lower case for a valid email address, and anything else unchanged. The only error is [text.ErrDecomposition]:
// the real service too reads everything as a number first, and fails there.
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

// IsSimulatedPhone reports whether the real service only pretends to send to a number, given as [Phone.E164] (GOV.UK
// Notify API documentation, "Smoke testing").
func IsSimulatedPhone(e164 string) bool {
	switch e164 {
	case "447700900000", "447700900111", "447700900222":
		return true
	}
	return false
}

// IsSimulatedEmail reports whether the real service only pretends to send to an address, in upper or lower case.
func IsSimulatedEmail(address string) bool {
	switch text.Lower(address) {
	case "simulate-delivered@notifications.service.gov.uk",
		"simulate-delivered-2@notifications.service.gov.uk",
		"simulate-delivered-3@notifications.service.gov.uk":
		return true
	}
	return false
}
