package recipient

import (
	"slices"
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// cutForces removes the lines that name a British Forces Post Office (BFPO), and returns the number in the first line
// that has one. Without a number it is not a BFPO address, and keeps its lines.
func cutForces(lines []string) (rest []string, number string) {
	for _, line := range lines {
		if n, ok := forcesNumber(line); ok && n != "" {
			number = n
			break
		}
	}
	if number == "" {
		return lines, ""
	}
	return slices.DeleteFunc(lines, func(line string) bool {
		_, ok := forcesNumber(line)
		return ok
	}), number
}

// forcesNumber reads a line such as "BFPO 12" or "bfpo c/o 12". The number may be missing, as in "BFPO".
func forcesNumber(line string) (number string, ok bool) {
	if len(line) < 4 || !strings.EqualFold(line[:4], "bfpo") {
		return "", false
	}
	rest := strings.TrimSpace(line[4:])
	if len(rest) >= 3 && strings.EqualFold(rest[:3], "c/o") {
		rest = strings.TrimSpace(rest[3:])
	}
	if strings.ContainsFunc(rest, func(r rune) bool { return !unicode.IsDigit(r) }) {
		return "", false
	}
	return decimal(rest), true
}

// decimal rewrites digits of any script in ASCII without leading zeros, as Python does when it reads them as a number.
func decimal(digits string) string {
	if digits == "" {
		return ""
	}
	s := strings.TrimLeft(text.Digits(digits), "0")
	if s == "" {
		return "0"
	}
	return s
}
