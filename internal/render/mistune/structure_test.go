package mistune

import (
	"html"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/golden"
	"github.com/notifykit/notify/internal/text"
)

// outline shows the document that s is parsed into, with short tags.
func outline(s string) string { return outlineOf(Parse(s)) }

func outlineOf(blocks []Block) string {
	var b strings.Builder
	for i := range blocks {
		b.WriteString(outlineOfBlock(&blocks[i]))
	}
	return b.String()
}

func outlineOfBlock(b *Block) string {
	switch b.Kind {
	case TightParagraph:
		return proseOf(&b.Prose)
	case Heading:
		if b.Level <= 2 {
			return tag("h"+strconv.Itoa(int(b.Level)+1), proseOf(&b.Prose))
		}
		fallthrough
	case Paragraph:
		if s := proseOf(&b.Prose); text.Strip(s) != "" {
			return tag("p", s)
		}
	case Rule:
		return "<hr>"
	case Inset:
		return tag("bq", outlineOf(b.Children))
	case List:
		var items strings.Builder
		for i := range b.Children {
			items.WriteString("<li>" + text.Strip(outlineOf(b.Children[i].Children)) + "</li>")
		}
		if b.Ordered {
			return tag("ol", items.String())
		}
		return tag("ul", items.String())
	case Code:
		return b.Source
	case Newline:
		return "<br>"
	}
	return ""
}

func tag(name, inside string) string { return "<" + name + ">" + inside + "</" + name + ">" }

func proseOf(p *Prose) string {
	var b strings.Builder
	b.WriteString(p.Before)
	for _, l := range p.Links {
		switch {
		case l.Mail:
			b.WriteString("{m:" + l.URL + "}")
		case l.Bare:
			b.WriteString("{" + l.URL + "}")
		default:
			b.WriteString("[" + l.URL + "|" + l.Title + "|" + proseOf(&l.Label) + "]")
		}
		b.WriteString(l.After)
	}
	return strings.ReplaceAll(b.String(), string(HardBreak), "<br>")
}

// TestStructure compares with the patterns themselves, run in Python over random strings with many marks, footnotes and
// tables.
func TestStructure(t *testing.T) {
	t.Parallel()
	for _, r := range golden.Rows(t, "../testdata/structure.jsonl") {
		require.Equal(t, r.Str("html"), outline(r.Str("in")), "%q", r.Str("in"))
	}
}

// TestSeventhLevel: the seventh level of lists or insets still opens, but holds only text. Seen on the real service.
func TestSeventhLevel(t *testing.T) {
	t.Parallel()
	const original = "-------- Original message --------"
	nested := func(open, inner, end string) string { return strings.Repeat(open, 7) + inner + strings.Repeat(end, 7) }
	six := func(s string) string { return strings.Repeat(s, 6) }
	bullets := func(inner string) string { return nested("<ul><li>", inner, "</li></ul>") }
	for body, want := range map[string]string{
		"-------a":                bullets("-a"),
		original:                  bullets("-- Original message --------"),
		"******* WARNING *******": bullets("* WARNING *******"),
		"--------Forwarded message----------\n\nHello": bullets("--Forwarded message----------") + "<p>Hello</p>",
		"- - - - - - - - - - b":                        bullets("- - - - b"),
		"1. 2. 3. 4. 5. 6. 7. a":                       nested("<ol><li>", "7. a", "</li></ol>"),
		"^ ^ ^ ^ ^ ^ ^ ^ a":                            nested("<bq>", "<p>^ ^ a</p>", "</bq>"),
		"^^^^^^- a":                                    six("<bq>") + "<ul><li>a</li></ul>" + six("</bq>"),
	} {
		require.Equal(t, want, outline(body), "%q", body)
	}
}

// TestFootnoteInTable: a footnote that a table refers to is shown, though the table is not, and a later reference to it
// is text.
func TestFootnoteInTable(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"a|b\n-|-\n[^1]|c\n\n[^1]: note\n\nd[^1]":     "<p>d[^1]</p><p>note</p>",
		"x[^1]|b\n-|-\n\n[^1]: note\n\nd":             "<p>d</p><p>note</p>",
		"|a|\n|-|\n|[^1]|\n\n[^1]: note":              "<p>note</p>",
		"a|b\n-|-\nc|d\n\n[^1]: note\n\ne[^1]":        "<p>e</p><p>note</p>",
		"|a|\n|-|\n|[^1|2]|\n\n[^1|2]: note\n\nd":     "<p>d</p>",
		"|a|\n|-|\n|[^1\\|2]|\n\n[^1|2]: note\n\nd":   "<p>d</p><p>note</p>",
		"a|b\n-|-\n[^2]|[^1]\n\n[^1]: n\n\n[^2]: m\n": "<p>m</p><p>n</p>",
	} {
		require.Equal(t, want, outline(body), "%q", body)
	}
}

// TestEscapeText: &, < and > are escaped, but entities stay as they are.
func TestEscapeText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"a < b > c & d": "a &lt; b &gt; c &amp; d", "&amp; &#39; &#x27; &é;": "&amp; &#39; &#x27; &é;",
		"&; &# &#; &a b;": "&amp;; &amp;# &amp;#; &amp;a b;", "&&lt;": "&amp;&lt;", "\"'": "\"'",
	} {
		require.Equal(t, want, escapeText(s), "%q", s)
	}
}

func FuzzParse(f *testing.F) {
	for _, r := range golden.Rows(f, "../testdata/structure.jsonl") {
		f.Add(r.Str("in"))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		require.True(t, utf8.ValidString(outline(s)))
		// The input has no tags, so the prose must have none.
		for _, b := range Parse(html.EscapeString(s)) {
			require.NotContains(t, b.Prose.Before, "<")
			require.NotContains(t, b.Prose.Before, ">")
		}
	})
}

// typicalEmail is about 2 kB.
var typicalEmail = strings.Repeat(`# Your application

Dear Amala, it's about "AB-1234" - please see https://www.gov.uk/apply?a=1&b=2 or `+
	`[our page](https://example.gov.uk/x "T").

* bring a pen
* don't be late

^ You must reply by 5 May.

`, 7)

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalEmail)))
	for b.Loop() {
		Parse(typicalEmail)
	}
}
