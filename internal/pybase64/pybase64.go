// Package pybase64 decodes base64 as Python does, which is lenient.
package pybase64

import "errors"

// ErrInvalid is the error for input that can't be decoded.
var ErrInvalid = errors.New("invalid base64")

const (
	foreign = 0xff // a character outside the alphabet, which is skipped
	padding = '='
)

// alphabet maps a byte to the six bits it stands for. It is the standard alphabet. The two letters of the URL-safe one
// are not in it and are skipped, so input that uses them usually fails because letters are missing.
var alphabet = func() (a [256]byte) {
	for i := range a {
		a[i] = foreign
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		a[c] = byte(i)
	}
	return a
}()

// Decode skips ASCII characters that are not in the alphabet. It ignores everything after the padding, and stray
// padding before that. The error is [ErrInvalid], for a character outside ASCII or a last group without its padding.
func Decode(s string) ([]byte, error) {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return nil, ErrInvalid
		}
	}
	out := make([]byte, len(s)/4*3+3)
	var (
		n    int    // bytes in out
		bits uint32 // of the group so far
		have int    // letters in the group
		pads int    // padding since the last letter
	)
	for i := 0; i < len(s); i++ {
		// Whole groups: most inputs hold nothing else.
		for have == 0 && i+4 <= len(s) {
			a, b, c, d := alphabet[s[i]], alphabet[s[i+1]], alphabet[s[i+2]], alphabet[s[i+3]]
			if a|b|c|d == foreign {
				break
			}
			group := out[n : n+3]
			group[0], group[1], group[2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
			n += 3
			i += 4
			pads = 0
		}
		if i == len(s) {
			break
		}
		if s[i] == padding {
			if have >= 2 {
				if pads++; have+pads >= 4 {
					return out[:n+putGroup(out[n:], bits, have)], nil
				}
			}
			continue
		}
		letter := alphabet[s[i]]
		if letter == foreign {
			continue
		}
		bits, pads = bits<<6|uint32(letter), 0
		if have++; have == 4 {
			n += putGroup(out[n:], bits, have)
			bits, have = 0, 0
		}
	}
	if have != 0 {
		return nil, ErrInvalid
	}
	return out[:n], nil
}

// putGroup writes the whole bytes of a group of letters and returns their number.
func putGroup(out []byte, bits uint32, letters int) int {
	bits <<= 6 * (4 - letters)
	return copy(out[:letters-1], []byte{byte(bits >> 16), byte(bits >> 8), byte(bits)})
}
