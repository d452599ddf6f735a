package render

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifykit/notify/internal/render/letter"
)

func paragraph(s string) letter.Block { return letter.Block{Content: s} }

func TestLetterBlocks(t *testing.T) {
	t.Parallel()
	got := NewLetter("# Your ((thing)) & <more>\n\nIt's \"due\" - now\nsee https://www.gov.uk/a-b\n\n"+
		"* one\n* two\n\nThen:\n1. x\n\n***\n\n[a](b.c)",
		personalisation(t, `{"thing": "<b>form</b>"}`)).Blocks()
	require.Equal(t, []letter.Block{
		{Kind: letter.Heading, Content: "Your <b>form</b> & <more>"},
		paragraph("It’s “due” – now\nsee www.gov.uk/a-b"),
		{Kind: letter.Item, Marker: "•", Content: "one", Depth: 1},
		{Kind: letter.Item, Marker: "•", Content: "two", Depth: 1, Last: true},
		paragraph("Then:"),
		{Kind: letter.Item, Marker: "1.", Content: "x", Depth: 1, Last: true},
		{Kind: letter.PageBreak},
		paragraph("[a](b.c)"),
	}, got)
}

func TestLetterBlockKinds(t *testing.T) {
	t.Parallel()
	item := func(marker, s string, depth int) letter.Block {
		return letter.Block{Kind: letter.Item, Marker: marker, Content: s, Depth: depth}
	}
	last := func(b letter.Block) letter.Block {
		b.Last = true
		return b
	}
	page := letter.Block{Kind: letter.PageBreak}
	inside := func(k letter.Kind, s string) letter.Block { return letter.Block{Kind: k, Content: s, Depth: 1} }
	code := func(s string) letter.Block { return letter.Block{Kind: letter.QRCode, Content: s} }
	for body, want := range map[string][]letter.Block{
		"":                             nil,
		`\# 5 is your case number`:     {paragraph("# 5 is your case number")},
		"#5 is your case number":       {{Kind: letter.Heading, Content: "5 is your case number"}},
		"a\n=":                         {{Kind: letter.Heading, Content: "a"}},
		"a\n-":                         {paragraph("a")},
		"## a\n### b":                  {paragraph("a"), paragraph("b")},
		"*a\n*b":                       {item("•", "a", 1), last(item("•", "b", 1))},
		"10.30am is when\n1.5 is what": {item("1.", "30am is when", 1), last(item("2.", "5 is what", 1))},
		"a\n• b":                       {paragraph("a\n• b")},
		"+ a":                          {paragraph("+ a")},
		"^ a\n\n^ # b":                 {paragraph("a"), {Kind: letter.Heading, Content: "b"}},
		"a\n***\nb\n\n---\n\n-_*\nc":   {paragraph("a"), page, paragraph("b"), page, page, paragraph("c")},
		"1. ---":                       {item("1.", "", 1), last(page)},
		"* a\n * b\n\n* c\n\n  d": {
			item("•", "a", 1), item("•", "b", 2), item("•", "c", 1),
			inside(letter.Gap, ""), last(inside(letter.Paragraph, "d")),
		},
		"```\nb &amp; c\n  d\n```\ne": {paragraph("b & c d"), paragraph("e")},
		"|a|\n|-|\n|b|\n\nc":          {paragraph("c")},
		"a[^1]\n\n[^1]: b\n\nc":       {paragraph("a"), paragraph("c"), paragraph("b")},
		"\n\na":                       {{Kind: letter.Gap}, paragraph("a")},
		"a\n– b":                      {paragraph("a\n– b")},
		"Qr : https://a.b/?c&d":       {code("https://a.b/?c&d")},
		"## qr:a":                     {code("a")},
		"* qr: a":                     {last(item("•", "qr: a", 1))},
		"* qr: a\n\n* b":              {item("•", "", 1), inside(letter.QRCode, "a"), last(item("•", "b", 1))},
	} {
		require.Equal(t, want, NewLetter(body, NewValues(nil)).Blocks(), "%q", body)
	}
}

var (
	code      = regexp.MustCompile(`<p class="qr\x{2011}code">.*?</p>`)
	tag       = regexp.MustCompile(`<[^>]*>`)
	unprinted = regexp.MustCompile(`[\s•‘’“”"'–—\x{2011}-]`)
)

// TestLetterBlocksAreTheHTML compares the blocks with the HTML: the same words in the same order, and as many items,
// page breaks and QR codes. Quotes and dashes may differ beside a tag.
func TestLetterBlocksAreTheHTML(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{
		"word ", "it's ", "\n", "\n\n", "* ", "- ", "1. ", "1.5", "#", "# ", "## ", "\\# ", "\\", "^ ", "---", "***\n",
		"_", "  ", "    ", "• ", "+ ", "[a](b)", "[^n]", "\n\n[^n]: note\n\n", "https://x.y/z ", "`", "```",
		"a|b\n-|-\n", "&lt;", "&", "<b>", "=", "\n-\n", "qr: z",
	})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(piece, 1, 20).Draw(t, "body"), "")
		none := NewValues(nil)
		printed := NewLetter(body, none).HTML()
		var words strings.Builder
		count := map[letter.Kind]int{}
		for _, b := range NewLetter(body, none).Blocks() {
			if b.Kind != letter.QRCode { // a code's data is not prose
				words.WriteString(b.Content)
			}
			count[b.Kind]++
		}
		prose := code.ReplaceAllString(printed, "")
		want := html.UnescapeString(tag.ReplaceAllString(strings.ReplaceAll(prose, "&nbsp;", ""), ""))
		want, got := unprinted.ReplaceAllString(want, ""), unprinted.ReplaceAllString(words.String(), "")
		require.Equal(t, want, got, "%q", printed)
		require.Equal(t, strings.Count(printed, "<li>"), count[letter.Item], "%q", printed)
		require.Equal(t, strings.Count(printed, "page\u2011break"), count[letter.PageBreak], "%q", printed)
		require.Equal(t, strings.Count(printed, "qr\u2011code"), count[letter.QRCode], "%q", printed)
	})
}
