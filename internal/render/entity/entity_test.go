package entity

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify/internal/render/golden"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, r := range golden.Rows(t, "../testdata/escape.jsonl") {
		require.Equal(t, r.Str("want"), Escape(r.Str("in")), "%q", r.Str("in"))
	}
}

// TestEscapeIsSafe: an escaped string holds no tags.
func TestEscapeIsSafe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Escape(rapid.StringOf(rapid.RuneFrom([]rune("&;#x1aglt<> \"'amp"))).Draw(t, "s"))
		require.NotContains(t, s, "<")
		require.NotContains(t, s, ">")
	})
}

func TestUnescape(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "a & b": "a & b", "&amp;lt;": "&lt;", "&lt;b&gt;": "<b>", "&copy=1": "©=1", "&copyfoo": "©foo",
		"&#39": "'", "&#x27;": "'", "&#128;": "€", "&#1;": "", "&#0;": "\ufffd", "&#1114112;": "\ufffd",
		"&#x": "&#x", "&;": "&;", "&NotEqualTilde;": "≂\u0338",
	} {
		require.Equal(t, want, Unescape(s), "%q", s)
	}
}

func FuzzEscape(f *testing.F) {
	for _, r := range golden.Rows(f, "../testdata/escape.jsonl") {
		f.Add(r.Str("in"))
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Escape(s)
		require.NotContains(t, got, "<")
		require.NotContains(t, got, ">")
		Unescape(s)
	})
}
