package text

import (
	"strings"
	"unicode/utf8"
)

// Python's strings can hold a lone surrogate, U+D800 to U+DFFF, but UTF-8 cannot. Here a lone surrogate is the three
// bytes that UTF-8 would give it, as with Python's "surrogatepass". Go does not decode them as a character, so they
// can't be mistaken for one.

// Rune returns the character at the start of s and its length in bytes, as [utf8.DecodeRuneInString] does, or a lone
// surrogate.
func Rune(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if size == 1 && len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2]&0xc0 == 0x80 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// AppendRune appends a character, or a lone surrogate.
func AppendRune(b []byte, r rune) []byte {
	if IsSurrogate(r) {
		return append(b, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(b, r)
}

// IsSurrogate reports whether r is U+D800 to U+DFFF.
func IsSurrogate(r rune) bool { return r >= 0xd800 && r < 0xe000 }

// HasSurrogate reports whether s holds a lone surrogate, which Python can't write as UTF-8.
func HasSurrogate(s string) bool {
	for i := strings.IndexByte(s, 0xed); i >= 0; {
		if r, _ := Rune(s[i:]); IsSurrogate(r) {
			return true
		}
		n := strings.IndexByte(s[i+1:], 0xed)
		if n < 0 {
			break
		}
		i += 1 + n
	}
	return false
}

// mapValid applies f to the valid UTF-8 in s, and leaves everything else as it is.
func mapValid(s string, f func(string) string) string {
	if utf8.ValidString(s) {
		return f(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b.WriteString(f(s[start:i]))
			b.WriteByte(s[i])
			start = i + 1
		}
		i += size
	}
	b.WriteString(f(s[start:]))
	return b.String()
}
