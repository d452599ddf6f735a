package pyjson

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// surrogateBase is where lone surrogates are kept: 2,048 private-use characters of plane 16.
const surrogateBase = 0x10b800

// Surrogate returns the private-use character that stands for the lone surrogate r (U+D800 to U+DFFF).
func Surrogate(r rune) rune { return surrogateBase + r - 0xd800 }

func loneSurrogate(r rune) (code rune, ok bool) {
	if r >= surrogateBase && r < surrogateBase+0x800 {
		return r - surrogateBase + 0xd800, true
	}
	return 0, false
}

// HasSurrogate reports whether s holds a lone surrogate, which Python can't write as UTF-8.
func HasSurrogate(s string) bool {
	for i := 0; i+3 < len(s); i++ { // all begin with F4 8B
		if s[i] == 0xf4 && s[i+1] == 0x8b && s[i+2]&^0x1f == 0xa0 {
			return true
		}
	}
	return false
}

// decode finds the encoding as json.detect_encoding does: by the byte order mark, then by where the zero bytes are.
func decode(b []byte) (string, error) {
	bigEndian, littleEndian := binary.ByteOrder(binary.BigEndian), binary.ByteOrder(binary.LittleEndian)
	has := func(mark string) bool { return strings.HasPrefix(string(b[:min(4, len(b))]), mark) }
	switch {
	case has("\x00\x00\xfe\xff"):
		return utf32(b[4:], bigEndian)
	case has("\xff\xfe\x00\x00"):
		return utf32(b[4:], littleEndian)
	case has("\xfe\xff"):
		return utf16Text(b[2:], bigEndian)
	case has("\xff\xfe"):
		return utf16Text(b[2:], littleEndian)
	case has("\xef\xbb\xbf"):
		return utf8Text(b[3:])
	case len(b) >= 4 && b[0] == 0 && b[1] == 0:
		return utf32(b, bigEndian)
	case len(b) >= 4 && b[0] == 0:
		return utf16Text(b, bigEndian)
	case len(b) >= 4 && b[1] == 0 && (b[2] != 0 || b[3] != 0):
		return utf16Text(b, littleEndian)
	case len(b) >= 4 && b[1] == 0:
		return utf32(b, littleEndian)
	case len(b) == 2 && b[0] == 0:
		return utf16Text(b, bigEndian)
	case len(b) == 2 && b[1] == 0:
		return utf16Text(b, littleEndian)
	}
	return utf8Text(b)
}

func utf8Text(b []byte) (string, error) {
	if utf8.Valid(b) {
		return string(b), nil
	}
	// Python decodes with "surrogatepass": the three-byte form of a surrogate is let through.
	var out strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if len(b) < 3 || b[0] != 0xed || b[1] < 0xa0 || b[1] > 0xbf || b[2]&0xc0 != 0x80 {
				return "", ErrSyntax
			}
			r, size = Surrogate(0xd000|rune(b[1]&0x3f)<<6|rune(b[2]&0x3f)), 3
		}
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String(), nil
}

func utf16Text(b []byte, order binary.ByteOrder) (string, error) {
	if len(b)%2 != 0 {
		return "", ErrSyntax
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	var out strings.Builder
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(units) {
				if pair := utf16.DecodeRune(r, rune(units[i+1])); pair != utf8.RuneError {
					out.WriteRune(pair)
					i++
					continue
				}
			}
			r = Surrogate(r)
		}
		out.WriteRune(r)
	}
	return out.String(), nil
}

func utf32(b []byte, order binary.ByteOrder) (string, error) {
	if len(b)%4 != 0 {
		return "", ErrSyntax
	}
	var out strings.Builder
	for ; len(b) > 0; b = b[4:] {
		r := order.Uint32(b)
		switch {
		case r > utf8.MaxRune:
			return "", ErrSyntax
		case utf16.IsSurrogate(rune(r)):
			out.WriteRune(Surrogate(rune(r)))
		default:
			out.WriteRune(rune(r))
		}
	}
	return out.String(), nil
}
