package pyjson

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 8, 20, 11, 11, 12, 345678999, time.FixedZone("BST", 3600))
	rate, name := 0.0, "J"
	for want, v := range map[string]any{
		`null`:                          nil,
		`-5`:                            -5,
		`0.0`:                           &rate,
		`"J"`:                           &name,
		`NaN`:                           math.NaN(),
		`[-Infinity]`:                   []any{math.Inf(-1)},
		`"2026-08-20T10:11:12.345678Z"`: at,
		`{"a":1,"b":[{"c":true}]}`:      Members{{"a", 1}, {"b", []Members{{{"c", true}}}}},
		`[]`:                            []any{},
		`{}`:                            Members{},
		`"\u007f\ud83d\ude00\u00e9 /"`:  "\x7f😀é /",
		`"\ud800"`:                      string(Surrogate(0xd800)),
		`"a\u20acb\u20acc"`:             "a€b€c",
	} {
		require.Equal(t, want, string(Append(nil, v)))
	}
	require.Equal(t, `null`, string(Append(nil, (*float64)(nil))))
	require.Equal(t, `null`, string(Append(nil, (*string)(nil))))
	require.Equal(t, `null`, string(Append(nil, time.Time{})))
}

func TestHasSurrogate(t *testing.T) {
	t.Parallel()
	for r := rune(0xd800); r < 0xe000; r++ {
		s := "é" + string(Surrogate(r)) + "x"
		require.True(t, HasSurrogate(s), "%x", r)
	}
	for _, s := range []string{"", "plain", "😀", "\U0010b7ff", "\U0010c000", "\ufffd"} {
		require.False(t, HasSurrogate(s), "%q", s)
	}
}
