package simulator

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// appendFolded appends a text as somebody would type it in a hurry: in lower case, with plain quotation marks and
// dashes, and one space for each stretch of white space. It goes over the text once, because a search goes over every
// message.
func appendFolded(b []byte, s string) []byte {
	b = slices.Grow(b, 2*len(s)) // a letter and its small one can differ in length
	space := false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			if c = lower[c]; c == ' ' {
				space = true
				continue
			}
			if space {
				b, space = append(b, ' '), false
			}
			b = append(b, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch r {
		case '‘', '’':
			r = '\''
		case '“', '”':
			r = '"'
		case '–', '—', '\u2011':
			r = '-'
		case '\u200b':
			continue
		}
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			b, space = append(b, ' '), false
		}
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return b
}

// lower is each character of ASCII in lower case, with a space for all white space.
var lower = func() (table [utf8.RuneSelf]byte) {
	for i := range table {
		c := byte(i)
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= '\t' && c <= '\r':
			c = ' '
		}
		table[i] = c
	}
	return table
}()
