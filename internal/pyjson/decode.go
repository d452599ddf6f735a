package pyjson

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/notifykit/notify/internal/text"
)

// decode detects the encoding as json.detect_encoding does: by the byte order mark, then by where the zero bytes are.
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
	// Python decodes with "surrogatepass": the three-byte form of a surrogate is accepted.
	s := string(b)
	for i := 0; i < len(s); {
		r, size := text.Rune(s[i:])
		if r == utf8.RuneError && size == 1 {
			return "", ErrSyntax
		}
		i += size
	}
	return s, nil
}

func utf16Text(b []byte, order binary.ByteOrder) (string, error) {
	if len(b)%2 != 0 {
		return "", ErrSyntax
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if i+1 < len(units) {
			if pair := utf16.DecodeRune(r, rune(units[i+1])); pair != utf8.RuneError {
				r = pair
				i++
			}
		}
		out = text.AppendRune(out, r)
	}
	return string(out), nil
}

func utf32(b []byte, order binary.ByteOrder) (string, error) {
	if len(b)%4 != 0 {
		return "", ErrSyntax
	}
	out := make([]byte, 0, len(b))
	for ; len(b) > 0; b = b[4:] {
		r := order.Uint32(b)
		if r > utf8.MaxRune {
			return "", ErrSyntax
		}
		out = text.AppendRune(out, rune(r))
	}
	return string(out), nil
}
