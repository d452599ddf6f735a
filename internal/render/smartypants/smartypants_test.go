package smartypants

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/golden"
)

func TestCurl(t *testing.T) {
	t.Parallel()
	for _, r := range golden.Rows(t, "../testdata/quotes.jsonl") {
		require.Equal(t, r.Str("want"), Curl(r.Str("in")), "%q", r.Str("in"))
	}
}

// straight undoes what Curl does to quotes.
var straight = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`)

// FuzzCurl: without backslashes and entities, only quotes change.
func FuzzCurl(f *testing.F) {
	for _, r := range golden.Rows(f, "../testdata/quotes.jsonl") {
		f.Add(r.Str("in"))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		got := Curl(s)
		require.True(t, utf8.ValidString(got))
		if !strings.ContainsAny(s, `\&`) {
			require.Equal(t, straight.Replace(s), straight.Replace(got))
		}
	})
}

func BenchmarkCurl(b *testing.B) {
	const html = `<p class="a">Dear Amala, it's about "AB-1234": <a href="b">don't</a> be late, 'as they say'.</p>`
	b.ReportAllocs()
	for b.Loop() {
		Curl(html)
	}
}
