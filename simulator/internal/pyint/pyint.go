// Package pyint reads numbers as Python's int does, from text and from what stands in JSON.
package pyint

import (
	"math"
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
)

// Exception is the class of what Python's int raises; the empty one means that it raises nothing.
type Exception string

// The exceptions of int.
const (
	ValueError    Exception = "ValueError"
	TypeError     Exception = "TypeError"
	OverflowError Exception = "OverflowError"
)

// maxDigits is Python's limit on the decimal digits of a text that int reads.
const maxDigits = 4300

// Digits reads a text as Python's int(s, base) does, for base 10 or 16, and returns the digits in ASCII: white
// space round them, a sign, single underscores between them and, in base 16, 0x before them are fine, and so are the
// digits of any script.
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

// Of is Python's int(v), with the exception that it raises, if it does.
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
