// Package ids reads UUIDs as GOV.UK Notify does: one way to check their form, another to look them up.
package ids

import (
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/pyint"
)

// Parse reads an id as Python's uuid.UUID does: it ignores braces at the ends, and "urn:", "uuid:" and dashes anywhere.
// The rest has to be 32 characters that int(…, 16) accepts, which include full-width digits, 0x, and white space at
// the ends.
func Parse(s string) (uuid.UUID, bool) {
	if len(s) == 36 {
		if u, err := uuid.Parse(s); err == nil {
			return u, true // the usual form
		}
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "urn:", ""), "uuid:", "")
	s = strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	if utf8.RuneCountInString(s) != 32 {
		return uuid.UUID{}, false
	}
	digits, _, ok := pyint.Digits(s, 16)
	if !ok {
		return uuid.UUID{}, false
	}
	u, err := uuid.Parse(strings.Repeat("0", 32-len(digits)) + digits)
	return u, err == nil
}

// Stored reads an id as the database behind Notify does: braces in pairs, and a dash only after a group of four digits.
// An id that only Parse accepts passes validation, and then fails in the database with an error of its own.
func Stored(s string) (uuid.UUID, bool) {
	if rest, ok := strings.CutPrefix(s, "{"); ok {
		if s, ok = strings.CutSuffix(rest, "}"); !ok {
			return uuid.UUID{}, false
		}
	}
	var digits strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '-' {
			if n := digits.Len(); n == 0 || n%4 != 0 || n == 32 || s[i-1] == '-' {
				return uuid.UUID{}, false
			}
			continue
		}
		digits.WriteByte(s[i])
	}
	if digits.Len() != 32 {
		return uuid.UUID{}, false
	}
	u, err := uuid.Parse(digits.String())
	return u, err == nil
}
