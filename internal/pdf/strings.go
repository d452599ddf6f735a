package pdf

import "bytes"

// escapes maps a letter after a backslash to the character that the two stand for.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// literal reads "(text)". The only strings needed here are those about encryption, which may contain any byte.
func (l *lexer) literal() (object, error) {
	var out []byte
	open := 0
	for ; l.pos < len(l.b); l.pos++ {
		switch c := l.b[l.pos]; c {
		case '(':
			if open++; open > 1 {
				out = append(out, c)
			}
		case ')':
			if open--; open == 0 {
				l.pos++
				return quoted(out), nil
			}
			out = append(out, c)
		case '\\':
			out = l.escape(out)
		case '\r': // any line ending becomes a line feed
			out = append(out, '\n')
			if bytes.HasPrefix(l.b[l.pos:], []byte("\r\n")) {
				l.pos++
			}
		default:
			out = append(out, c)
		}
	}
	return nil, errSyntax
}

// escape reads an escape sequence, and stops at its last byte.
func (l *lexer) escape(out []byte) []byte {
	if l.pos+1 == len(l.b) {
		return out
	}
	l.pos++
	c := l.b[l.pos]
	if e, ok := escapes[c]; ok {
		return append(out, e)
	}
	switch {
	case c == '\n':
		return out
	case c == '\r': // the line continues
		if bytes.HasPrefix(l.b[l.pos:], []byte("\r\n")) {
			l.pos++
		}
		return out
	case c < '0' || c > '7':
		return append(out, c)
	}
	n := 0
	for i := 0; i < 3 && l.pos < len(l.b) && l.b[l.pos] >= '0' && l.b[l.pos] <= '7'; i++ {
		n = n*8 + int(l.b[l.pos]-'0')
		l.pos++
	}
	l.pos--
	return append(out, byte(n))
}

// hexadecimal reads a string like "<0aF>". A missing last digit is 0.
func (l *lexer) hexadecimal() (object, error) {
	l.pos++
	var out []byte
	odd := false
	for ; l.pos < len(l.b); l.pos++ {
		c := l.b[l.pos]
		var digit byte
		switch {
		case c == '>':
			l.pos++
			return quoted(out), nil
		case isDigit(c):
			digit = c - '0'
		case c >= 'a' && c <= 'f':
			digit = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			digit = c - 'A' + 10
		default: // white space, or a mistake
			continue
		}
		if odd = !odd; odd {
			out = append(out, digit<<4)
		} else {
			out[len(out)-1] |= digit
		}
	}
	return nil, errSyntax
}
