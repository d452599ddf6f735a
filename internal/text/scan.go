package text

import (
	"unicode"
	"unicode/utf8"
)

// SpaceAt is the length of the character at i, and whether it is white space.
func SpaceAt(s string, i int) (size int, space bool) {
	if c := s[i]; c < utf8.RuneSelf {
		return 1, c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	return size, IsSpace(r)
}

// SkipSpace is the first place at or after i that holds no white space, or the end of s.
func SkipSpace(s string, i int) int {
	for i < len(s) {
		size, space := SpaceAt(s, i)
		if !space {
			break
		}
		i += size
	}
	return i
}

// IsWord is Python's \w: letters and numbers of any kind, and the underscore, but no combining marks.
func IsWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}
