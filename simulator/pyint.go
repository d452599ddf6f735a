package simulator

import (
	"math"
	"strconv"
	"strings"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// maxIntDigits is Python's limit on the decimal digits of a text that int reads.
const maxIntDigits = 4300

// intDigits reads a text as Python's int(s, base) does, for base 10 or 16, and returns the digits in ASCII: white
// space round them, a sign, single underscores between them and, in base 16, 0x before them are fine, and so are the
// digits of any script.
func intDigits(s string, base int) (digits string, negative, ok bool) {
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
	return digits, negative, base == 16 || len(digits) <= maxIntDigits
}

// pythonInt is Python's int(v), with the class of the exception it raises, if it does.
func pythonInt(v any) (n float64, exception wire.Class) {
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
			return 0, wire.ValueError
		case math.IsInf(v, 0):
			return 0, wire.OverflowError
		}
		return math.Trunc(v), ""
	case string:
		digits, negative, ok := intDigits(v, 10)
		if !ok {
			return 0, wire.ValueError
		}
		n, _ = strconv.ParseFloat(digits, 64)
		if negative {
			n = -n
		}
		return n, ""
	}
	return 0, wire.TypeError
}
