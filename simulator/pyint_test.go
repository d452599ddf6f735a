package simulator

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// What Python 3.11 to 3.13 made of these texts.
func TestIntDigits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ s, decimal, hex string }{
		{"10", "10", "10"},
		{"１2३", "123", "123"},
		{" \t10\u00a0", "10", "10"},
		{"\u0085１", "1", "1"},
		{"1_0", "10", "10"},
		{"+10", "10", "10"},
		{"-10", "-10", "-10"},
		{"0_1", "01", "01"},
		{"Ff", "", "Ff"},
		{"0x1", "", "1"},
		{"0X_1", "", "1"},
		{"０x1", "", "1"},
		{"+0x1", "", "1"},
		{"", "", ""},
		{"\x1c1", "", ""},
		{"_1", "", ""},
		{"1_", "", ""},
		{"1__0", "", ""},
		{"0x", "", ""},
		{"0x_", "", ""},
		{"- 1", "", ""},
		{"+-1", "", ""},
		{"1 0", "", ""},
		{"1.0", "", ""},
		{"²", "", ""},
		{"ｆ", "", ""},
	} {
		for base, want := range map[int]string{10: test.decimal, 16: test.hex} {
			digits, negative, ok := intDigits(test.s, base)
			require.Equal(t, want != "", ok, "%q to base %d", test.s, base)
			if negative {
				digits = "-" + digits
			}
			require.Equal(t, want, digits, "%q to base %d", test.s, base)
		}
	}
	_, _, ok := intDigits(strings.Repeat("1", 4300), 10)
	require.True(t, ok)
	_, _, ok = intDigits(strings.Repeat("1", 4301), 10)
	require.False(t, ok)
	_, _, ok = intDigits(strings.Repeat("1", 4301), 16)
	require.True(t, ok, "only decimal digits are limited")
}

func TestParseUUID(t *testing.T) {
	t.Parallel()
	const plain = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	undashed := strings.ReplaceAll(plain, "-", "")
	for s, want := range map[string]string{
		plain:                                  plain,
		strings.ToUpper(plain):                 plain,
		undashed:                               plain,
		"{" + plain + "}":                      plain,
		"}}" + undashed:                        plain,
		"urn:uuid:" + plain:                    plain,
		"6-ba7b8109dad11d180b400c04fd430c8-":   plain,
		strings.Repeat("１", 32):                "11111111-1111-1111-1111-111111111111",
		strings.ReplaceAll(plain, "1", "١"):    plain,
		"0x" + undashed[2:]:                    uuidOf(undashed[2:]),
		" " + undashed[2:] + "\n":              uuidOf(undashed[2:]),
		"+" + undashed[1:]:                     uuidOf(undashed[1:]),
		undashed[:16] + "_" + undashed[17:]:    uuidOf(undashed[:16] + undashed[17:]),
		undashed + "0":                         "",
		undashed[1:]:                           "",
		undashed[:30] + "__":                   "",
		strings.Repeat("ｆ", 32):                "",
		strings.Repeat("\ufffd", 32):           "",
		"":                                     "",
		"{" + strings.Repeat(" ", 32) + "}":    "",
		"urn:" + strings.Repeat("uuid:", 1000): "",
	} {
		u, ok := parseUUID(s)
		require.Equal(t, want != "", ok, "%q", s)
		if ok {
			require.Equal(t, want, u.String(), "%q", s)
		}
	}
}

// uuidOf is the id of fewer digits than an id has.
func uuidOf(digits string) string {
	return uuid.MustParse(strings.Repeat("0", 32-len(digits)) + digits).String()
}

func FuzzParseUUID(f *testing.F) {
	for _, s := range []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "{urn:uuid:0x_1１ }", strings.Repeat("１", 32)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, ok := parseUUID(s)
		stored, storable := storedUUID(s)
		require.False(t, storable && !ok, "what the database takes passes the check of form")
		if storable {
			require.Equal(t, u, stored)
		}
	})
}
