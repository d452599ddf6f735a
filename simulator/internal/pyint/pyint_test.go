package pyint_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/pyint"
)

// TestDigits has the results of Python 3.11 to 3.13.
func TestDigits(t *testing.T) {
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
			digits, negative, ok := pyint.Digits(test.s, base)
			require.Equal(t, want != "", ok, "%q to base %d", test.s, base)
			if negative {
				digits = "-" + digits
			}
			require.Equal(t, want, digits, "%q to base %d", test.s, base)
		}
	}
	_, _, ok := pyint.Digits(strings.Repeat("1", 4300), 10)
	require.True(t, ok)
	_, _, ok = pyint.Digits(strings.Repeat("1", 4301), 10)
	require.False(t, ok)
	_, _, ok = pyint.Digits(strings.Repeat("1", 4301), 16)
	require.True(t, ok, "only decimal digits are limited")
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		v      any
		want   float64
		raised pyint.Exception
	}{
		{true, 1, ""},
		{pyjson.Int("12"), 12, ""},
		{-1.9, -1, ""},
		{" -1_0", -10, ""},
		{"1.0", 0, pyint.ValueError},
		{math.NaN(), 0, pyint.ValueError},
		{math.Inf(-1), 0, pyint.OverflowError},
		{nil, 0, pyint.TypeError},
		{[]any{1}, 0, pyint.TypeError},
	} {
		n, raised := pyint.Of(test.v)
		require.Equal(t, test.want, n, "%v", test.v)
		require.Equal(t, test.raised, raised, "%v", test.v)
	}
}
