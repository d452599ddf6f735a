package findings_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/findings"
)

type message struct {
	Text, Code string
	Links      []string
}

func messages(tb testing.TB) (all []message) {
	tb.Helper()
	data, err := os.ReadFile("testdata/messages.json")
	require.NoError(tb, err)
	require.NoError(tb, json.Unmarshal(data, &all))
	return all
}

// TestMessages: the code and the links of messages like those that people get.
func TestMessages(t *testing.T) {
	t.Parallel()
	for _, m := range messages(t) {
		t.Run(m.Text, func(t *testing.T) {
			t.Parallel()
			code, found := findings.Code(m.Text)
			require.Equal(t, m.Code, code)
			require.Equal(t, m.Code != "", found)
			require.Equal(t, m.Links, findings.InText(m.Text))
		})
	}
}

// TestInHTML: what a link leads to counts, not what it says, and an address to write to is no page.
func TestInHTML(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"https://example.gov.uk/?a=1&b=2", "http://example.gov.uk"}, findings.InHTML(
		`<p>https://no.link</p><a style="color: #1D70B8;" href="https://example.gov.uk/?a=1&amp;b=2">https://other</a>`+
			`<a href="http://example.gov.uk" title="T">x</a><a href="https://example.gov.uk/?a=1&amp;b=2">again</a>`+
			`<a href="mailto:jo@example.gov.uk">Jo</a><a href="https://">nowhere</a><a name="x">x</a><a href="https`))
	require.Empty(t, findings.InHTML(""))
}

// FuzzFindings: what is found stands in the text, has the form that is promised, and is found again on its own.
func FuzzFindings(f *testing.F) {
	for _, m := range messages(f) {
		f.Add(m.Text)
	}
	f.Add(`<a href="https://example.gov.uk">`)
	f.Fuzz(func(t *testing.T, text string) {
		if code, found := findings.Code(text); found {
			require.GreaterOrEqual(t, len(strings.ReplaceAll(code, "-", "")), 4)
			require.LessOrEqual(t, len(strings.ReplaceAll(code, "-", "")), 8)
			require.Empty(t, strings.Trim(code, "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			again, _ := findings.Code("Your code is " + code)
			require.Equal(t, code, again)
		} else {
			require.Empty(t, code)
		}
		links := findings.InText(text)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(links))), len(links))
		for _, link := range links {
			require.Contains(t, text, link)
			require.Equal(t, []string{link}, findings.InText(link))
		}
		findings.InHTML(text)
	})
}

func BenchmarkCode(b *testing.B) {
	text := "Your GOV.UK One Login code is 123 456. " + strings.Repeat("Call 0300 123 4567. ", 20)
	b.ReportAllocs()
	for b.Loop() {
		findings.Code(text)
	}
}
