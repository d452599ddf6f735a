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
		`null`:                              nil,
		`-5`:                                -5,
		`0.0`:                               &rate,
		`"J"`:                               &name,
		`NaN`:                               math.NaN(),
		`[-Infinity]`:                       []any{math.Inf(-1)},
		`"2026-08-20T10:11:12.345678Z"`:     at,
		`{"a":1,"b":[{"c":true}]}`:          Members{{"a", 1}, {"b", []Members{{{"c", true}}}}},
		`[]`:                                []any{},
		`{}`:                                Members{},
		`"\u007f\ud83d\ude00\u00e9 /"`:      "\x7f😀é /",
		`"\ud800"`:                          "\xed\xa0\x80",
		`"\udbee\udc00\udbee\udfff"`:        "\U0010b800\U0010bbff",
		`"a\udfff\ud800\udc00\ufffd\ufffd"`: "a\xed\xbf\xbf\xed\xa0\x80\xed\xb0\x80\xed\xa0",
		`"a\u20acb\u20acc"`:                 "a€b€c",
	} {
		require.Equal(t, want, string(Append(nil, v)))
	}
	require.Equal(t, `null`, string(Append(nil, (*float64)(nil))))
	require.Equal(t, `null`, string(Append(nil, (*string)(nil))))
	require.Equal(t, `null`, string(Append(nil, time.Time{})))
}
