package sms

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/golden"
	"github.com/notifykit/notify/internal/render/placeholder"
	"github.com/notifykit/notify/internal/text"
)

func TestSMSGolden(t *testing.T) {
	t.Parallel()
	for _, r := range golden.Rows(t, "../testdata/sms.jsonl") {
		body := r.Str("body")
		if n, ok := r.Get("times"); ok {
			var times int
			_, err := fmt.Sscan(pyjson.Str(n), &times)
			require.NoError(t, err)
			body = strings.Repeat(body, times)
		}
		got, err := Render(body, placeholder.NewValues(r.Personalisation()), r.Str("prefix"))
		require.NoError(t, err)
		r.Equal(t, "want", got.Delivered())
		length := got.Length()
		if name := r.Str("prefix"); name != "" {
			// The library subtracts the name with the spaces around it, which are not delivered. Notify never asks for this
			// length.
			shown, _ := text.Downgrade(name, inAlphabet)
			length = max(0, Length(got.Delivered())-Length(shown)-len(": "))
		}
		r.Equal(t, "want_length", length)
		r.Equal(t, "want_fragments", got.Fragments())
	}
}

func TestDowngradeGolden(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../testdata/downgrade.tsv")
	require.NoError(t, err)
	for l := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		want, composed, ok := strings.Cut(l, "\t")
		require.True(t, ok)
		for in := range strings.FieldsSeq(composed) {
			if hex, ok := strings.CutPrefix(in, "U+"); ok {
				var r rune
				_, err := fmt.Sscanf(hex, "%x", &r)
				require.NoError(t, err)
				in = string(r)
			}
			got, err := Render(in, placeholder.NewValues(nil), "")
			require.NoError(t, err)
			require.Equal(t, want, got.Body, "%q", in)
		}
	}
}

func body(t *testing.T, template string, v placeholder.Values) string {
	t.Helper()
	m, err := Render(template, v, "")
	require.NoError(t, err)
	return m.Body
}

func with(value string) placeholder.Values {
	o := &pyjson.Object{}
	o.Set("name", value)
	return placeholder.NewValues(o)
}

func TestMarkOfUnfilledPlaceholders(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"((name))":           "",
		"a((name))b":         "ab",
		"a ((name)) b":       "a  b",
		"🇬🇧🐦((name))":        "???",
		"🇬🇧🐦✉\ufe0f":         "",
		"🇬🇧🐦✉ \ufe0f":        "???? ?",
		"🇬🇧🐦✉\u200b\ufe0f a": " a",
		"🇬🇧🐦🇬🇧🐦✉\ufe0f✉\ufe0f ((name))": "????? ",
	} {
		require.Equal(t, want, body(t, template, with("🇬🇧🐦✉\ufe0f")), "%q", template)
	}
	require.Equal(t, "a  b", body(t, "a ((name)) b", placeholder.NewValues(nil)))
	require.Empty(t, body(t, "((name))", with("🇬🇧🐦✉\ufe0f")))
}

func FuzzRender(f *testing.F) {
	for _, r := range golden.Rows(f, "../testdata/sms.jsonl") {
		f.Add(r.Str("body"), "<i>&amp; ŵ€")
	}
	f.Fuzz(func(t *testing.T, body, value string) {
		if !utf8.ValidString(body) || !utf8.ValidString(value) {
			return
		}
		got, _ := Render(body, with(value), "")
		require.Equal(t, got.Body, got.Delivered())
		require.Len(t, utf16.Encode([]rune(got.Body)), got.Length())
		require.Positive(t, got.Fragments())
		for _, r := range got.Body {
			require.True(t, inAlphabet(r), "%q", r)
		}
		for _, never := range [...]string{"  ", "\n\n\n", " \n", "\n ", "\t"} {
			require.NotContains(t, got.Body, never)
		}
		require.Equal(t, strings.Trim(got.Body, " \n"), got.Body)
		named, _ := Render(body, with(value), "Service")
		require.Equal(t, got.Body, named.Body, "the name changes nothing but what goes before")
		require.True(t, strings.HasPrefix(named.Delivered(), "Service:"))
		require.True(t, strings.HasSuffix(named.Delivered(), named.Body))
		require.GreaterOrEqual(t, named.Fragments(), got.Fragments())
	})
}

// TestName: what goes between the service's name and the message.
func TestName(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"a": "S: a", " \ta": "S: a", ", a": "S:, a", " . a": "S:. a", "\n, a": "S:\n, a", "\n \n\na": "S:\n\na",
		"\u200b,": "S: ,", "": "S:", " \n": "S:", "🇬🇧🐦✉\ufe0f": "S: ",
	} {
		m, err := Render(template, placeholder.NewValues(nil), " S ")
		require.NoError(t, err)
		require.Equal(t, want, m.Delivered(), "%q", template)
		require.Equal(t, body(t, template, placeholder.NewValues(nil)), m.Body, "%q", template)
	}
	m, err := Render("((name))", with("\U0001d15e"), "🎵")
	require.ErrorIs(t, err, text.ErrDecomposition)
	require.Equal(t, "?: ?", m.Delivered())
	m, err = Render("a", with(""), "\U0001d15e")
	require.NoError(t, err, "a service's name does not fail")
	require.Equal(t, "?: a", m.Delivered())
}

func BenchmarkRender(b *testing.B) {
	o := &pyjson.Object{}
	o.Set("name", "Amala")
	o.Set("ref", "AB-1234")
	v := placeholder.NewValues(o)
	b.ReportAllocs()
	for b.Loop() {
		m, _ := Render("Hello ((name)), your ref is ((ref))", v, "Service")
		m.Fragments()
	}
}
