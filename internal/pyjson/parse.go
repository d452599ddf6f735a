package pyjson

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// ErrSyntax means that Python would not accept the input as JSON. The real service does not tell its callers more
// either.
var ErrSyntax = errors.New("pyjson: not JSON")

const (
	// maxDepth is how deep lists and objects may nest. Python has a limit too; deeper bodies are attacks.
	maxDepth = 1000
	// maxDigits is Python's limit on the digits of a whole number.
	maxDigits = 4300
)

// Parse reads one JSON value from UTF-8, or from UTF-16 or UTF-32 with or without a byte order mark. It accepts what
// Python's json.loads accepts: NaN, Infinity and -Infinity, numbers of any size, lone surrogates.
func Parse(body []byte) (any, error) {
	s, err := decode(body)
	if err != nil {
		return nil, err
	}
	p := parser{s: s}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i != len(p.s) {
		return nil, ErrSyntax
	}
	return v, nil
}

type parser struct {
	s string
	i int
}

func (p *parser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *parser) literal(word string) bool {
	if strings.HasPrefix(p.s[p.i:], word) {
		p.i += len(word)
		return true
	}
	return false
}

func (p *parser) value(depth int) (any, error) {
	if p.i == len(p.s) || depth > maxDepth {
		return nil, ErrSyntax
	}
	switch p.s[p.i] {
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case '"':
		return p.str()
	}
	switch {
	case p.literal("null"):
		return nil, nil
	case p.literal("true"):
		return true, nil
	case p.literal("false"):
		return false, nil
	case p.literal("NaN"):
		return math.NaN(), nil
	case p.literal("Infinity"):
		return math.Inf(1), nil
	case p.literal("-Infinity"):
		return math.Inf(-1), nil
	}
	return p.number()
}

func (p *parser) object(depth int) (any, error) {
	o := &Object{}
	p.i++
	p.space()
	if p.literal("}") {
		return o, nil
	}
	for {
		if p.i == len(p.s) || p.s[p.i] != '"' {
			return nil, ErrSyntax
		}
		key, err := p.str()
		if err != nil {
			return nil, err
		}
		p.space()
		if !p.literal(":") {
			return nil, ErrSyntax
		}
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
		p.space()
		if p.literal("}") {
			return o, nil
		}
		if !p.literal(",") {
			return nil, ErrSyntax
		}
		p.space()
	}
}

func (p *parser) list(depth int) (any, error) {
	list := []any{}
	p.i++
	p.space()
	if p.literal("]") {
		return list, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		p.space()
		if p.literal("]") {
			return list, nil
		}
		if !p.literal(",") {
			return nil, ErrSyntax
		}
		p.space()
	}
}

func (p *parser) str() (string, error) {
	p.i++
	start := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[start : p.i-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", ErrSyntax
		}
		p.i++
	}
	return "", ErrSyntax
}

// escaped continues from the first backslash of the string that began at start.
func (p *parser) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(p.s[start:p.i])
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == '"':
			return b.String(), nil
		case c < ' ':
			return "", ErrSyntax
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		if p.i == len(p.s) {
			return "", ErrSyntax
		}
		c = p.s[p.i]
		p.i++
		if c == 'u' {
			r, err := p.unicodeEscape()
			if err != nil {
				return "", err
			}
			var encoded [utf8.UTFMax]byte
			b.Write(text.AppendRune(encoded[:0], r))
			continue
		}
		at := strings.IndexByte(`"\/bfnrt`, c)
		if at < 0 {
			return "", ErrSyntax
		}
		b.WriteByte("\"\\/\b\f\n\r\t"[at])
	}
	return "", ErrSyntax
}

func (p *parser) unicodeEscape() (rune, error) {
	r, ok := p.hex4(p.i)
	if !ok {
		return 0, ErrSyntax
	}
	p.i += 4
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.s[p.i:], `\u`) {
		if low, ok := p.hex4(p.i + 2); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				p.i += 6
				return pair, nil
			}
		}
	}
	return r, nil
}

func (p *parser) hex4(at int) (rune, bool) {
	if at+4 > len(p.s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.s[at : at+4]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func (p *parser) digits() int {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}

func (p *parser) number() (any, error) {
	start := p.i
	p.literal("-")
	if !p.literal("0") && p.digits() == 0 {
		return nil, ErrSyntax
	}
	whole := p.i
	if p.literal(".") && p.digits() == 0 {
		p.i = whole
	}
	if mantissa := p.i; p.literal("e") || p.literal("E") {
		if !p.literal("-") {
			p.literal("+")
		}
		if p.digits() == 0 {
			p.i = mantissa
		}
	}
	digits := p.s[start:p.i]
	if p.i > whole {
		// Python and ParseFloat both turn a number beyond float64 into an infinity.
		f, _ := strconv.ParseFloat(digits, 64)
		return f, nil
	}
	if len(strings.TrimPrefix(digits, "-")) > maxDigits {
		return nil, ErrSyntax
	}
	if digits == "-0" {
		digits = "0"
	}
	return Int(digits), nil
}
