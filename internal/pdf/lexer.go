package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// The objects of a PDF, chapter 7.3 of ISO 32000. An object is one of these, a bool, a float64 (for both of PDF's kinds
// of number), or nil, for null and for anything missing.
type (
	object any
	name   string
	quoted string
	array  []object
	dict   map[name]object
	ref    int // the number of another object; its generation is not needed
)

// stream is a dictionary with data.
type stream struct {
	dict               dict
	start              int // of the data, in the file
	number, generation int // part of the key of an encrypted stream
}

const (
	maxDepth  = 100     // of arrays and dictionaries within each other
	maxValues = 1 << 20 // read from one file
	maxNumber = 64      // characters; no number that matters for a page is longer
	spaces    = "\x00\t\n\f\r "
)

var (
	errSyntax = errors.New("malformed object")
	errEnd    = errors.New("object without an end")
	errLimit  = errors.New("asks for more memory or time than a letter needs")
)

// lexer reads objects.
type lexer struct {
	b      []byte
	pos    int
	values *int // how many may still be read
}

// space skips white space and comments.
func (l *lexer) space() {
	for l.pos < len(l.b) {
		switch c := l.b[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '%':
			end := bytes.IndexAny(l.b[l.pos:], "\r\n")
			if end < 0 {
				end = len(l.b) - l.pos
			}
			l.pos += end
		default:
			return
		}
	}
}

// accept skips s if s comes next.
func (l *lexer) accept(s string) bool {
	if !bytes.HasPrefix(l.b[l.pos:], []byte(s)) {
		return false
	}
	l.pos += len(s)
	return true
}

// word reads up to the next white space or delimiter.
func (l *lexer) word() []byte {
	start := l.pos
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		l.pos++
	}
	return l.b[start:l.pos]
}

// integer skips white space and reads a number without sign or fraction.
func (l *lexer) integer() (int, bool) {
	l.space()
	start := l.pos
	for l.pos < len(l.b) && isDigit(l.b[l.pos]) {
		l.pos++
	}
	if l.pos == start || l.pos-start > maxNumber {
		return 0, false
	}
	n, err := strconv.ParseInt(string(l.b[start:l.pos]), 10, 48)
	return int(n), err == nil && int64(int(n)) == n
}

// value reads the next object, which is nested in depth others.
func (l *lexer) value(depth int) (object, error) {
	l.space()
	if *l.values--; *l.values < 0 {
		return nil, errLimit
	}
	if l.pos == len(l.b) || depth > maxDepth {
		return nil, errSyntax
	}
	switch c := l.b[l.pos]; {
	case c == '/':
		return l.name(), nil
	case c == '(':
		return l.literal()
	case l.accept("<<"):
		return l.dict(depth)
	case c == '<':
		return l.hexadecimal()
	case l.accept("["):
		return l.array(depth)
	case c == ']' || c == '>':
		return nil, errSyntax
	case isDelimiter(c): // on its own it means nothing
		l.pos++
		return nil, nil
	case isDigit(c):
		if n, ok := l.reference(); ok {
			return n, nil
		}
	}
	return l.keyword()
}

// keyword reads a boolean, a number or null. As in other lenient readers, anything else is null too, except a word that
// shows that the object has ended.
func (l *lexer) keyword() (object, error) {
	start := l.pos
	switch w := l.word(); string(w) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "obj", "endobj", "stream", "endstream", "xref", "trailer", "startxref":
		l.pos = start
		return nil, errEnd
	default:
		if len(w) > maxNumber || len(bytes.Trim(w, "+-.0123456789")) > 0 {
			return nil, nil
		}
		n, err := strconv.ParseFloat(string(w), 64)
		if err != nil {
			return nil, nil //nolint:nilerr // a malformed number is null
		}
		return n, nil
	}
}

// reference reads "12 0 R".
func (l *lexer) reference() (ref, bool) {
	start := l.pos
	if n, ok := l.integer(); ok {
		if _, ok := l.integer(); ok {
			l.space()
			if string(l.word()) == "R" {
				return ref(n), true
			}
		}
	}
	l.pos = start
	return 0, false
}

func (l *lexer) name() name {
	l.pos++
	w := l.word()
	if !bytes.Contains(w, []byte("#")) {
		return name(w)
	}
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if c, err := strconv.ParseUint(string(w[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(c))
				i += 2
				continue
			}
		}
		out = append(out, w[i])
	}
	return name(out)
}

func (l *lexer) array(depth int) (object, error) {
	var a array
	for {
		if l.space(); l.accept("]") {
			return a, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

// dict reads keys and values. If a key is repeated, the last value counts; a null value counts as missing; anything
// that is not a key is skipped. A dictionary without an end ends with its object.
func (l *lexer) dict(depth int) (object, error) {
	d := dict{}
	for {
		if l.space(); l.accept(">>") {
			return d, nil
		}
		if l.accept(">") || l.accept("]") {
			continue
		}
		key, err := l.value(depth + 1)
		if errors.Is(err, errEnd) && len(d) > 0 {
			return d, nil
		}
		if err != nil {
			return nil, err
		}
		k, ok := key.(name)
		if !ok {
			continue
		}
		if l.space(); l.accept(">>") { // the last key has no value
			return d, nil
		}
		v, err := l.value(depth + 1)
		if errors.Is(err, errEnd) && len(d) > 0 {
			return d, nil
		}
		if err != nil {
			return nil, err
		}
		if v != nil {
			d[k] = v
		}
	}
}

func isSpace(c byte) bool {
	switch c {
	case 0, '\t', '\n', '\f', '\r', ' ': // as in spaces
		return true
	}
	return false
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
