package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// The objects of a PDF, chapter 7.3 of ISO 32000. An object is one of these, a bool, a float64 (PDF's two kinds of
// number need no telling apart here), or nil for null and for whatever is not there.
type (
	object any
	name   string
	quoted string
	array  []object
	dict   map[name]object
	ref    int // the number of another object; its generation adds nothing
)

// stream is a dictionary with data.
type stream struct {
	dict               dict
	start              int // of the data, in the file
	number, generation int // the key of an encrypted stream is made with them
}

const (
	maxDepth  = 100     // arrays and dictionaries in each other
	maxValues = 1 << 20 // in all that is read of one file
	maxNumber = 64      // characters: longer ones say nothing about a page
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

// space goes to what is neither white space nor a comment.
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

// accept goes past s if s is what follows.
func (l *lexer) accept(s string) bool {
	if !bytes.HasPrefix(l.b[l.pos:], []byte(s)) {
		return false
	}
	l.pos += len(s)
	return true
}

// word is what stands before the next white space or delimiter.
func (l *lexer) word() []byte {
	start := l.pos
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		l.pos++
	}
	return l.b[start:l.pos]
}

// integer reads a number without sign or fraction after white space.
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

// value reads the next object, which lies in depth others.
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
	case isDelimiter(c): // on its own it says nothing
		l.pos++
		return nil, nil
	case isDigit(c):
		if n, ok := l.reference(); ok {
			return n, nil
		}
	}
	return l.keyword()
}

// keyword reads what is neither composed nor quoted. What makes no sense is null, as in other lenient readers, unless
// it shows that the object has ended.
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
			return nil, nil //nolint:nilerr // a number that is none is null
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

// dict reads keys and values; the last of equal keys counts, a value of null is none, and what is no key is passed
// over. It also ends where its object does.
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
