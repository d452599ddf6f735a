package simulator

import (
	"strings"

	"github.com/google/uuid"
)

// parseUUID reads an id as Python's uuid.UUID does: braces, "urn:" and "uuid:" and dashes anywhere are ignored.
func parseUUID(s string) (uuid.UUID, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "urn:", ""), "uuid:", "")
	s = strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	if len(s) != 32 {
		return uuid.UUID{}, false
	}
	u, err := uuid.Parse(s)
	return u, err == nil
}

// storedUUID reads an id as the database behind Notify does: braces in pairs, and a dash only after a group of four digits.
// An id that only parseUUID takes passes validation and then finds nothing, with an error of its own.
func storedUUID(s string) (uuid.UUID, bool) {
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
