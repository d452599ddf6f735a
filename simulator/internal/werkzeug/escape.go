package werkzeug

import (
	"strings"
	"unicode/utf8"
)

// The characters that are not escaped: in a path, in the query after it, and in a value of a query. A percent sign in a
// query is left alone because the caller has escaped that query already.
const (
	keptInPath  = "!$&'()*+,/:;=@"
	keptInQuery = "%" + keptInPath + "?"
	keptInValue = "!$'()*,/:;?@ "
)

const upperHex = "0123456789ABCDEF"

// EscapePath writes the path of a target.
func EscapePath(path string) string { return escape(path, keptInPath) }

// EscapeQuery writes the whole query of a target.
func EscapeQuery(query string) string { return escape(query, keptInQuery) }

// quote writes a name or a value of a query.
func quote(s string) string { return strings.ReplaceAll(escape(s, keptInValue), " ", "+") }

// escape percent-encodes all bytes except letters, digits, "-._~" and those in kept.
func escape(s, kept string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte("-._~", c) >= 0,
			strings.IndexByte(kept, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

// unquote decodes plus signs and percent escapes. Bytes that are not valid UTF-8 are escaped, with upper-case digits.
func unquote(s string) string {
	if !strings.ContainsAny(s, "+%") && utf8.ValidString(s) {
		return s
	}
	raw := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			raw = append(raw, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			raw = append(raw, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			raw = append(raw, s[i])
		}
	}
	var b strings.Builder
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		if r == utf8.RuneError && size == 1 {
			b.WriteByte('%')
			b.WriteByte(upperHex[raw[0]>>4])
			b.WriteByte(upperHex[raw[0]&15])
		} else {
			b.Write(raw[:size])
		}
		raw = raw[size:]
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// Decode reads bytes as Python's decode("utf-8", "replace") does: the beginning of a character that breaks off becomes
// one replacement character, however many bytes it has.
func Decode(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			for size < len(s) && !utf8.FullRuneInString(s[:size+1]) {
				size++
			}
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}
