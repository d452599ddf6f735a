// Package text handles strings as the real service does: Python's white space and lines, Notify's invisible characters,
// and the reduction of any string to a small alphabet.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsSpace reports whether r is white space to Python (str.isspace and \s in a regular expression).
// Go's unicode.IsSpace lacks the four information separators U+001C to U+001F.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// IsASCIISpace reports whether r is one of Python's string.whitespace.
func IsASCIISpace(r rune) bool {
	return r == ' ' || r >= '\t' && r <= '\r'
}

// Strip removes Python's white space from both ends.
func Strip(s string) string { return strings.TrimFunc(s, IsSpace) }

// Lines splits s as Python's splitlines does: also at vertical tab, form feed, the file, group and record separators,
// U+0085, U+2028 and U+2029. A final line break does not start another line.
func Lines(s string) []string {
	var lines []string
	for len(s) > 0 {
		i := strings.IndexFunc(s, IsLineBreak)
		if i < 0 {
			return append(lines, s)
		}
		lines = append(lines, s[:i])
		if strings.HasPrefix(s[i:], "\r\n") {
			s = s[i+2:]
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		s = s[i+size:]
	}
	return lines
}

// IsLineBreak reports whether Python's splitlines ends a line at r.
func IsLineBreak(r rune) bool {
	return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isZeroWidth reports whether r is one of the characters that people paste without seeing them and that Notify deletes
// everywhere.
func isZeroWidth(r rune) bool {
	switch r {
	case 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x2028, 0x2029:
		return true
	}
	return false
}

func isNoBreakSpace(r rune) bool { return r == 0xa0 || r == 0x202f }

// IsObscure reports whether r is one of the ten characters Notify calls obscure white space: the zero-width ones,
// the line and paragraph separators, and the two no-break spaces.
func IsObscure(r rune) bool { return isZeroWidth(r) || isNoBreakSpace(r) }

// StripObscure deletes obscure white space anywhere in s, then ASCII white space from both ends: what Notify does to a
// recipient and to each member of a list.
func StripObscure(s string) string {
	s = mapValid(s, func(s string) string {
		return strings.Map(func(r rune) rune {
			if IsObscure(r) {
				return -1
			}
			return r
		}, s)
	})
	return strings.TrimFunc(s, IsASCIISpace)
}

// NormaliseSpace turns s into one line: zero-width characters vanish, every run of white space, no-break spaces
// included, becomes one space, and the ends are trimmed.
func NormaliseSpace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case isZeroWidth(r):
		case IsSpace(r):
			gap = true
		default:
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteString(s[i-size : i])
		}
	}
	return b.String()
}

// TightenPunctuation removes spaces and tabs before a comma or a full stop.
func TightenPunctuation(s string) string {
	if !strings.ContainsAny(s, ",.") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && (s[end] == ' ' || s[end] == '\t') {
			end++
		}
		if end > i {
			if end == len(s) || s[end] != ',' && s[end] != '.' {
				b.WriteString(s[i:end])
			}
			i = end
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// Digits rewrites the decimal digits of any script in ASCII, as Python's int reads them. Unicode encodes such digits in
// runs of ten, from zero to nine.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.IsDigit(r) {
			return r
		}
		for _, run := range unicode.Nd.R16 {
			if r <= rune(run.Hi) {
				return '0' + (r-rune(run.Lo))%10
			}
		}
		for _, run := range unicode.Nd.R32 {
			if r <= rune(run.Hi) {
				return '0' + (r-rune(run.Lo))%10
			}
		}
		return r
	}, s)
}

// Lower is Python's full lower-casing. It is Go's, except that İ becomes i with a combining dot, and a sigma at the
// end of a word becomes ς.
func Lower(s string) string { return mapValid(s, lower) }

func lower(s string) string {
	if !strings.ContainsAny(s, "İΣ") {
		return strings.ToLower(s)
	}
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == 'İ':
			b.WriteString("i̇")
		case r == 'Σ' && endsWord(runes, i):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endsWord is Unicode's Final_Sigma condition: a letter before, none after, ignoring marks and the like in between.
func endsWord(runes []rune, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && caseIgnorable(runes[before]) {
		before--
	}
	for after < len(runes) && caseIgnorable(runes[after]) {
		after++
	}
	return before >= 0 && cased(runes[before]) && (after == len(runes) || !cased(runes[after]))
}

func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

func caseIgnorable(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) ||
		strings.ContainsRune("'.:·’․‘", r)
}
