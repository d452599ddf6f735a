package notify

import "unicode/utf8"

// object writes a JSON object. It keeps the first error.
//
// The encoder is our own because json.Marshal checks and compacts what a Marshaler returns, and so would copy files
// several times over, and because errors of encoding/json quote values.
type object struct {
	buf []byte
	err error
}

func newObject() *object { return &object{buf: append(make([]byte, 0, 512), '{')} }

func (o *object) name(name string) {
	if len(o.buf) > 1 {
		o.buf = append(o.buf, ',')
	}
	o.buf = append(appendString(o.buf, name), ':')
}

func (o *object) field(name, value string) {
	o.name(name)
	o.buf = appendString(o.buf, value)
}

// optional leaves out what is empty.
func (o *object) optional(name, value string) {
	if value != "" {
		o.field(name, value)
	}
}

func (o *object) personalisation(p Personalisation) {
	o.name("personalisation")
	o.append(appendPersonalisation(o.buf, p))
}

// append takes what one of the functions that append returned.
func (o *object) append(buf []byte, err error) {
	if o.err == nil && err == nil {
		o.buf = buf
	} else if o.err == nil {
		o.err = err
	}
}

func (o *object) end() ([]byte, error) {
	if o.err != nil {
		return nil, o.err
	}
	return append(o.buf, '}'), nil
}

// appendString quotes a string as JSON. Invalid UTF-8 becomes U+FFFD, as in encoding/json.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), `\ufffd`...)
				start = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			start = i + 1
		}
		i++
	}
	return append(append(dst, s[start:]...), '"')
}

// asSent is a string as the service gets it: appendString writes U+FFFD for each byte that is not UTF-8.
func asSent(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
