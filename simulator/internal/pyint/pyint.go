// Package pyint reads numbers as Python's int does, from strings and from JSON values.
package pyint

import (
	"math"
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
)

// Exception is the class of the exception that Python's int raises, or empty if it raises none.
type Exception string

// The exceptions of int.
const (
	ValueError    Exception = "ValueError"
	TypeError     Exception = "TypeError"
	OverflowError Exception = "OverflowError"
)

// maxDigits is Python's limit on the decimal digits of a string that int reads.
const maxDigits = 4300

// Digits reads a string as Python's int(s, base) does, for base 10 or 16, and returns the digits in ASCII. It accepts
// the digits of any script, white space around them, a sign, single underscores between them and, in base 16, 0x before
// them.
func Digits(s string, base int) (digits string, negative, ok bool) {
	s = text.Digits(strings.TrimSpace(s))
	if unsigned := strings.TrimLeft(s, "+-"); len(s)-len(unsigned) <= 1 {
		negative = strings.HasPrefix(s, "-")
		s = unsigned
	} else {
		return "", false, false
	}
	alphabet := "0123456789"
	if base == 16 {
		alphabet += "abcdefABCDEF"
		if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
			s = strings.TrimPrefix(s[2:], "_")
		}
	}
	for group := range strings.SplitSeq(s, "_") {
		if group == "" || strings.Trim(group, alphabet) != "" {
			return "", false, false
		}
	}
	digits = strings.ReplaceAll(s, "_", "")
	return digits, negative, base == 16 || len(digits) <= maxDigits
}

// Of is Python's int(v), with the exception it raises, if any.
func Of(v any) (n float64, raised Exception) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, ""
		}
		return 0, ""
	case pyjson.Int:
		n, _ = strconv.ParseFloat(string(v), 64)
		return n, ""
	case float64:
		switch {
		case math.IsNaN(v):
			return 0, ValueError
		case math.IsInf(v, 0):
			return 0, OverflowError
		}
		return math.Trunc(v), ""
	case string:
		digits, negative, ok := Digits(v, 10)
		if !ok {
			return 0, ValueError
		}
		n, _ = strconv.ParseFloat(digits, 64)
		if negative {
			n = -n
		}
		return n, ""
	}
	return 0, TypeError
}
