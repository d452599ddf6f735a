package strict

import (
	"fmt"
	"strings"
)

// longestName is the length in bytes up to which a name is compared with others.
const longestName = 40

// Nearest returns the known name that somebody most likely meant, or an empty string if none is near. Of several that
// are as near, it is the first.
func Nearest(name string, known []string) (nearest string) {
	if len(name) > longestName {
		return ""
	}
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	least := len(name)/3 + 2 // so many mistakes are too many
	for _, k := range known {
		if d := distance(name, k); d < least && d < len(k) {
			nearest, least = k, d
		}
	}
	return nearest
}

// meant is a suggestion for the end of a sentence about an unknown name, or empty.
func meant(name string, known []string) string {
	if nearest := Nearest(name, known); nearest != "" {
		return fmt.Sprintf(": did you mean %q?", nearest)
	}
	return ""
}

// distance is Levenshtein's: how many bytes have to be added, removed or replaced to make a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
