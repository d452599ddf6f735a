package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify/internal/pyjson"
)

func seeds(f *testing.F) {
	f.Helper()
	for _, file := range [...]string{"email.jsonl", "markdown.jsonl", "quotes.jsonl"} {
		for _, r := range rows(f, file) {
			f.Add(r.Str("body")+r.Str("in"), "<i>&amp; \"x\" https://x.com [a](b)")
		}
	}
}

func with(value string) Values {
	o := &pyjson.Object{}
	o.Set("name", value)
	return NewValues(o)
}

func FuzzEmailHTML(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body, value string) {
		if !utf8.ValidString(body) || !utf8.ValidString(value) {
			return
		}
		v := with(value)
		renderings(body, v)
		html := NewEmail(body, v).HTML()
		require.True(t, utf8.ValidString(html))
		// All that the author wrote is escaped. The only tags are the renderer's own, and they come in pairs.
		require.Equal(t, strings.Count(html, "<p "), strings.Count(html, "</p>"))
		require.Equal(t, strings.Count(html, "<li "), strings.Count(html, "</li>"))
		require.NotContains(t, strings.ToLower(html), "<script")
	})
}

func FuzzSanitise(f *testing.F) {
	for _, r := range rows(f, "sanitise.jsonl") {
		f.Add(r.Str("in"))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := Sanitise(s)
		require.LessOrEqual(t, len(got), 3*len(s))
		special := "`*_(){}[]<>#+-.!|\\"
		for i := 0; i < len(got); i++ {
			if got[i] == '\\' {
				i++
				require.Less(t, i, len(got))
				require.Contains(t, special, got[i:i+1])
			} else {
				require.NotContains(t, special, got[i:i+1], "unescaped in %q", got)
			}
		}
	})
}

func FuzzTemplate(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body, value string) {
		tmpl := Template{Type: "email", Subject: value, Body: body}
		o := &pyjson.Object{}
		for _, name := range tmpl.Placeholders() {
			require.NotContains(t, name, "(")
			require.NotContains(t, name, "??")
			o.Set(name, value)
		}
		v := NewValues(o)
		require.Empty(t, v.Missing(tmpl.Placeholders()), "a name finds its own value")
		if !strings.Contains(value, "<span class='placeholder") && !strings.Contains(body, "<span class='placeholder") {
			require.NotContains(t, Body(body, v), "<span class='placeholder")
		}
	})
}

// TestBreaksOfLines: it makes no difference whether lines end with \n or with \r\n.
func TestBreaksOfLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("ab \n*#-^1.[]()"))).Draw(t, "s")
		unix := NewEmail(s, NewValues(nil)).HTML()
		windows := NewEmail(strings.ReplaceAll(s, "\n", "\r\n"), NewValues(nil)).HTML()
		require.Equal(t, unix, windows)
	})
}
