// Package entity escapes HTML as GOV.UK Notify does, and unescapes it as Python does. Notify's escaping decodes
// entities first.
package entity

import (
	"html"
	"strconv"
	"strings"
)

// Escape makes HTML of s. It first decodes entities that end with a semicolon, so <b> and &lt;b&gt; become the same.
// &amp;, &nbsp; and quotes stay as they are. An old entity needs no semicolon of its own if one follows later:
// &copyfoo; becomes ©foo;.
func Escape(s string) string {
	i := strings.IndexAny(s, "&<>")
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 32)
	for ; i >= 0; i = strings.IndexAny(s, "&<>") {
		b.WriteString(s[:i])
		s = s[i:]
		switch {
		case hiddenLength(s) > 0:
			n := hiddenLength(s)
			b.WriteString(s[:n])
			s = s[n:]
		case s[0] == '&' && entityLength(s, true) > 0:
			n := entityLength(s, true)
			if hidden := strings.IndexByte(s[1:n], '&') + 1; hidden > 0 {
				n = hidden
			}
			writeEscaped(&b, decodeEntity(s[:n]))
			s = s[n:]
		default:
			writeEscaped(&b, s[:1])
			s = s[1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

func writeEscaped(b *strings.Builder, s string) {
	for i := range len(s) {
		switch s[i] {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		default:
			b.WriteByte(s[i])
		}
	}
}

// Unescape decodes every HTML entity, with or without its semicolon, as Python's html.unescape does.
func Unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; i >= 0; i = strings.IndexByte(s, '&') {
		b.WriteString(s[:i])
		s = s[i:]
		n := max(1, entityLength(s, false))
		b.WriteString(decodeEntity(s[:n]))
		s = s[n:]
	}
	b.WriteString(s)
	return b.String()
}

// hiddenLength returns the length of &amp; or &nbsp; at the start of s, or 0. The real service hides these two before
// it looks for other entities.
func hiddenLength(s string) int {
	for _, hidden := range [...]string{"&amp;", "&nbsp;"} {
		if strings.HasPrefix(s, hidden) {
			return len(hidden)
		}
	}
	return 0
}

// entityLength returns how many bytes at the start of s, which begins with &, may be an entity, or 0. If it must end
// with a semicolon, each hidden entity inside it counts as three characters, the length of its stand-in in the source
// that Notify publishes.
func entityLength(s string, semicolon bool) int {
	i := 1
	if strings.HasPrefix(s, "&#") {
		digit := isDecimal
		if i = 2; len(s) > 2 && s[2]|0x20 == 'x' {
			digit, i = isHex, 3
		}
		start := i
		for i < len(s) && digit(s[i]) {
			i++
		}
		if i == start {
			return 0
		}
	} else {
		const longestName = 32 // characters
		for n := 0; i < len(s); n++ {
			c := s[i]
			if hidden := hiddenLength(s[i:]); hidden > 0 && semicolon && n+3 <= longestName {
				i += hidden
				n += 2
				continue
			}
			if n == longestName || strings.IndexByte("\t\n\f <&#;", c) >= 0 {
				break
			}
			for i++; i < len(s) && s[i]&0xc0 == 0x80; i++ {
			}
		}
		if i == 1 {
			return 0
		}
	}
	if i < len(s) && s[i] == ';' {
		return i + 1
	}
	if semicolon {
		return 0
	}
	return i
}

func isDecimal(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDecimal(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func decodeEntity(s string) string {
	if !strings.HasPrefix(s, "&#") {
		return html.UnescapeString(s)
	}
	digits, base := s[2:], 10
	if digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(digits, ";"), base, 32)
	switch {
	case err != nil: // too large
		return "\ufffd"
	case n >= 0x80 && n < 0xa0: // windows-1252
		return html.UnescapeString("&#" + strconv.Itoa(int(n)) + ";")
	case n == 0, n >= 0xd800 && n < 0xe000, n > 0x10ffff:
		return "\ufffd"
	case n < 9, n == 0xb, n >= 0xe && n < 0x20, n == 0x7f, n >= 0xfdd0 && n < 0xfdf0, n&0xfffe == 0xfffe:
		return "" // controls and noncharacters
	}
	return string(rune(n))
}
