package mistune

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// skipNumber: (?:\d+\.)?
func skipNumber(s string, i int) int {
	end := i
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !unicode.IsDigit(r) {
			break
		}
		end += size
	}
	if end > i && end < len(s) && s[end] == '.' {
		return end + 1
	}
	return i
}

func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

func atLineEnd(s string, i int) bool { return i == len(s) || s[i] == '\n' }

func skipNewlines(s string, i int) int {
	for i < len(s) && s[i] == '\n' {
		i++
	}
	return i
}

func skipSpaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

func startsWithSpace(s string) bool {
	if s == "" {
		return false
	}
	_, space := text.SpaceAt(s, 0)
	return space
}

// finder remembers where something was found, so that searching again from the next place costs nothing.
type finder struct {
	from, at int
	asked    bool
}

// never is the place of something that is not there.
const never = math.MaxInt

// find returns the result of search(i). It searches only if the last search does not cover i.
func (f *finder) find(i int, search func(i int) int) int {
	if !f.asked || i < f.from || i > f.at {
		*f = finder{from: i, at: search(i), asked: true}
	}
	return f.at
}
