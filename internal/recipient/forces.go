package recipient

import (
	"slices"
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/text"
)

// cutForces removes the lines that name a British Forces Post Office, and returns its number, from the first line that
// has one. Without a number it is no such address, and keeps its lines.
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

// forcesNumber reads "BFPO", "BFPO 12", "bfpo c/o 12"; the number may be missing.
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

// decimal rewrites digits of any script, as Python reads a number: without leading zeros.
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
