package magic

import (
	"encoding/binary"
	"unicode/utf8"
)

// decodeWindow is how much of a file is read to decide whether it is text.
const decodeWindow = 64 << 10

// Which texts a byte can occur in.
const (
	never    = iota
	ascii    // any text
	latin    // ISO 8859
	extended // other extensions of ASCII
)

func class(c byte) int {
	switch {
	case c >= 0x07 && c <= 0x0d, c == 0x1b, c >= ' ' && c < 0x7f, c == 0x85:
		return ascii
	case c >= 0xa0:
		return latin
	case c >= 0x80:
		return extended
	}
	return never
}

// decode returns the beginning of a text file in UTF-8, or false if b is not text. UTF-7 counts as text, but the result
// is empty.
func decode(b []byte) ([]byte, bool) {
	b = b[:min(len(b), decodeWindow)]
	most := ascii
	control := false
	for _, c := range b {
		if k := class(c); k == never {
			control = true
		} else {
			most = max(most, k)
		}
	}
	if !control && most == ascii {
		if len(b) > 4 && string(b[:3]) == "+/v" && (b[3] == '8' || b[3] == '9' || b[3] == '+' || b[3] == '/') {
			return nil, true
		}
		return fromLatin1(b), true
	}
	if len(b) > 3 && string(b[:3]) == "\xef\xbb\xbf" {
		if out, _, ok := fromUTF8(b[3:]); ok {
			return out, true
		}
	}
	if out, beyond, ok := fromUTF8(b); ok && beyond {
		return out, true
	}
	if out, ok := fromUTF32(b); ok {
		return out, true
	}
	if out, ok := fromUTF16(b); ok {
		return out, true
	}
	if !control {
		return fromLatin1(b), true
	}
	return fromEBCDIC(b)
}

// fromLatin1 turns each byte into the character with that number.
func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// fromUTF8 reads UTF-8 without odd control characters. It leaves out a character that is cut off at the end. Beyond
// means that there are characters beyond ASCII.
func fromUTF8(b []byte) (out []byte, beyond, ok bool) {
	end := len(b)
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			if class(b[i]) != ascii {
				return nil, false, false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			if utf8.FullRune(b[i:]) {
				return nil, false, false
			}
			end = i
			break
		}
		beyond = true
		i += size
	}
	return b[:end], beyond, true
}

func fromUTF32(b []byte) ([]byte, bool) {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 4:
		return nil, false
	case string(b[:4]) == "\x00\x00\xfe\xff":
		order = binary.BigEndian
	case string(b[:4]) != "\xff\xfe\x00\x00":
		return nil, false
	}
	var out []byte
	for b = b[4:]; len(b) >= 4; b = b[4:] {
		c := order.Uint32(b)
		if c == 0xfffe || c < 0x80 && class(byte(c)) != ascii {
			return nil, false
		}
		out = utf8.AppendRune(out, rune(min(c, utf8.MaxRune)))
	}
	return out, true
}

func fromUTF16(b []byte) ([]byte, bool) {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 2:
		return nil, false
	case string(b[:2]) == "\xfe\xff":
		order = binary.BigEndian
	case string(b[:2]) != "\xff\xfe":
		return nil, false
	}
	var out []byte
	high := rune(0)
	for b = b[2:]; len(b) >= 2; b = b[2:] {
		c := rune(order.Uint16(b))
		isHigh, isLow := c >= 0xd800 && c < 0xdc00, c >= 0xdc00 && c < 0xe000
		switch {
		case c >= 0xfffe, c >= 0xfdd0 && c <= 0xfdef, c < 0x80 && class(byte(c)) != ascii, (high != 0) != isLow:
			return nil, false
		case isHigh:
			high = c
			continue
		case isLow:
			c = 0x10000 + (high-0xd800)<<10 + c - 0xdc00
			high = 0
		}
		out = utf8.AppendRune(out, c)
	}
	return out, true
}

// fromEBCDIC reads EBCDIC, the encoding of IBM's mainframes, with dd(1)'s table. It is text if the result is ASCII or
// ISO 8859.
func fromEBCDIC(b []byte) ([]byte, bool) {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = ebcdic[c]
		if k := class(out[i]); k != ascii && k != latin {
			return nil, false
		}
	}
	return fromLatin1(out), true
}

var ebcdic = [256]byte{
	0, 1, 2, 3, 156, 9, 134, 127, 151, 141, 142, 11, 12, 13, 14, 15, 16, 17, 18, 19, 157, 133, 8, 135, 24, 25, 146,
	143, 28, 29, 30, 31, 128, 129, 130, 131, 132, 10, 23, 27, 136, 137, 138, 139, 140, 5, 6, 7, 144, 145, 22, 147,
	148, 149, 150, 4, 152, 153, 154, 155, 20, 21, 158, 26, ' ', 160, 161, 162, 163, 164, 165, 166, 167, 168, 213,
	'.', '<', '(', '+', '|', '&', 169, 170, 171, 172, 173, 174, 175, 176, 177, '!', '$', '*', ')', ';', '~', '-',
	'/', 178, 179, 180, 181, 182, 183, 184, 185, 203, ',', '%', '_', '>', '?', 186, 187, 188, 189, 190, 191, 192,
	193, 194, '`', ':', '#', '@', '\'', '=', '"', 195, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 196, 197, 198,
	199, 200, 201, 202, 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', '^', 204, 205, 206, 207, 208, 209, 229, 's',
	't', 'u', 'v', 'w', 'x', 'y', 'z', 210, 211, 212, '[', 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 224,
	225, 226, 227, 228, ']', 230, 231, '{', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 232, 233, 234, 235, 236,
	237, '}', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 238, 239, 240, 241, 242, 243, '\\', 159, 'S', 'T', 'U',
	'V', 'W', 'X', 'Y', 'Z', 244, 245, 246, 247, 248, 249, '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 250,
	251, 252, 253, 254, 255,
}
