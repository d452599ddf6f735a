package magic

import "bytes"

// isTar checks the checksum in the header of the first member.
func isTar(b []byte) bool {
	const header, sumAt, sumSize, nameSize = 512, 148, 8, 100
	if len(b) < header {
		return false
	}
	// Gentoo's packages are tar archives that have their own type.
	const gentoo = "/gpkg-1"
	if end := bytes.IndexByte(b[:nameSize], 0); end > len(gentoo) && string(b[end-len(gentoo):end]) == gentoo {
		return false
	}
	sum := 0
	for i, c := range b[:header] {
		if i >= sumAt && i < sumAt+sumSize {
			c = ' '
		}
		sum += int(c)
	}
	want, ok := octal(b[sumAt : sumAt+sumSize])
	return ok && sum == want
}

// octal reads an octal number. Blanks may come before it. Unless it fills the field, a blank or a zero byte must
// follow.
func octal(field []byte) (int, bool) {
	field = bytes.TrimLeft(field, " \t\n\v\f\r")
	n := 0
	for i, c := range field {
		if c < '0' || c > '7' {
			return n, c == 0 || bytes.IndexByte([]byte(" \t\n\v\f\r"), field[i]) >= 0
		}
		n = n<<3 | int(c-'0')
	}
	return n, len(field) > 0
}

// isCSV reports whether each line has the same number of commas, but not zero. It looks at ten lines, or at all if
// there are fewer, but at least three.
func isCSV(b []byte) bool {
	const enough = 10
	commas, want, lines := 0, 0, 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += quoted(b[i+1:])
		case ',':
			commas++
		case '\n':
			if lines++; lines == enough {
				return want != 0 && want == commas
			}
			switch {
			case want == 0 && commas == 0, want != 0 && want != commas:
				return false
			}
			want, commas = commas, 0
		}
	}
	return want != 0 && lines > 2
}

// quoted is the length of a field including the quotation mark that ends it. Two quotation marks stand for one in the
// field.
func quoted(b []byte) int {
	mark := false
	for i, c := range b {
		switch {
		case c == '"':
			mark = !mark
		case mark:
			return i
		}
	}
	return len(b)
}

// jsonType is the type for JSON, the type for lines of JSON, or "" if b is neither. A single value is neither unless it
// is a list or an object.
func jsonType(b []byte) string {
	p := jsonParser{rest: skipBlank(b)}
	if len(p.rest) == 0 {
		return ""
	}
	first := p.rest[0]
	if !p.value(0) || !p.compound && len(p.rest) == 0 {
		return ""
	}
	if len(p.rest) == 0 {
		return JSON
	}
	if first == p.rest[0] && p.value(1) && p.compound {
		return "application/x-ndjson"
	}
	return ""
}

// jsonParser is as lenient as libmagic: trailing commas and leading zeros are allowed.
type jsonParser struct {
	rest     []byte
	compound bool // a list or an object occurred
}

const maxJSONDepth = 500

func skipBlank(b []byte) []byte { return bytes.TrimLeft(b, " \n\r\t") }

func (p *jsonParser) value(depth int) bool {
	p.rest = skipBlank(p.rest)
	if len(p.rest) == 0 || depth > maxJSONDepth {
		return false
	}
	var ok bool
	switch p.rest[0] {
	case '"':
		ok = p.text()
	case '[':
		ok = p.list(depth + 1)
		p.compound = p.compound || ok
	case '{':
		ok = p.object(depth + 1)
		p.compound = p.compound || ok
	case 't':
		ok = p.word("true")
	case 'f':
		ok = p.word("false")
	case 'n':
		ok = p.word("null")
	default:
		ok = p.number()
	}
	p.rest = skipBlank(p.rest)
	return ok
}

func (p *jsonParser) text() bool {
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case 0:
			return false
		case '"':
			p.rest = p.rest[i+1:]
			return true
		case '\\':
			i++
			if i == len(p.rest) || bytes.IndexByte([]byte(`"\/bfnrtu`), p.rest[i]) < 0 {
				return false
			}
			if p.rest[i] == 'u' {
				if len(p.rest) < i+5 || !isHex(p.rest[i+1:i+5]) {
					return false
				}
				i += 4
			}
		}
	}
	return false
}

func isHex(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *jsonParser) list(depth int) bool {
	p.rest = p.rest[1:]
	for {
		if p.rest = skipBlank(p.rest); len(p.rest) == 0 {
			return false
		}
		if p.rest[0] == ']' {
			p.rest = p.rest[1:]
			return true
		}
		if !p.value(depth+1) || len(p.rest) == 0 {
			return false
		}
		switch p.rest[0] {
		case ',':
			p.rest = p.rest[1:]
		case ']':
		default:
			return false
		}
	}
}

func (p *jsonParser) object(depth int) bool {
	p.rest = p.rest[1:]
	for {
		if p.rest = skipBlank(p.rest); len(p.rest) == 0 {
			return false
		}
		if p.rest[0] == '}' {
			p.rest = p.rest[1:]
			return true
		}
		if p.rest[0] != '"' || !p.text() {
			return false
		}
		if p.rest = skipBlank(p.rest); len(p.rest) == 0 || p.rest[0] != ':' {
			return false
		}
		p.rest = p.rest[1:]
		if !p.value(depth+1) || len(p.rest) == 0 {
			return false
		}
		switch p.rest[0] {
		case ',':
			p.rest = p.rest[1:]
		case '}':
		default:
			return false
		}
	}
}

// word reads a constant, which may be cut off by the end of the file.
func (p *jsonParser) word(want string) bool {
	n := min(len(want), len(p.rest))
	ok := string(p.rest[:n]) == want[:n]
	p.rest = p.rest[n:]
	return ok
}

func (p *jsonParser) number() bool {
	i := 0
	if p.rest[0] == '-' {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(p.rest) && isDigit(p.rest[i]) {
			i++
		}
		return i > from
	}
	got := digits()
	if i < len(p.rest) && p.rest[i] == '.' {
		i++
	}
	got = digits() || got
	if got && i < len(p.rest) && p.rest[i]|0x20 == 'e' {
		if i++; i < len(p.rest) && (p.rest[i] == '+' || p.rest[i] == '-') {
			i++
		}
		got = digits()
	}
	p.rest = p.rest[i:]
	return got
}
