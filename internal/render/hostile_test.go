package render

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile lists inputs on which backtracking patterns take quadratic time or worse. Each is a beginning, a part to
// repeat and an end.
var hostile = [][3]string{
	{"", "[", ""}, {"", "[", "]"}, {"", "[[a]", ""}, {"", "[[a]", "](x)"}, {"", "[a](", ""}, {"", "[a](<", ""},
	{"", "[a](<b> \"", ""},
	{"", "[a](b \"c", ""}, {"[k]: u\n\n", "[[a]", "[x]"}, {"[k]: u\n\n", "[a]", ""}, {"[k]: u\n\n", "[", "]"},
	{"", "![", ""},
	{"", "[a\n", ""}, {"", "[^a\n", ""}, {"", "[^a]: b\n", ""}, {"", "[^a", ""}, {"", "[a]: b\n", ""},
	{"", "((", ""}, {"", "((a", ""}, {"", "((a))", ""}, {"", "))", ""}, {"", "((a??", ""},
	{"", "* ", ""}, {"", "* a\n", ""}, {"", "* a\n\n", ""}, {"", " * a\n", ""}, {"", "1. ", ""}, {"", "*", ""},
	{"", "- - ", "x"},
	{"", "> ", ""}, {"", "^ ", ""}, {"", "^", "x"}, {"", "^ a\n\n", ""}, {"", "* ^ ", "x"},
	{"", "`", ""}, {"", "```\n", ""}, {"", "```a\nx\n", ""}, {"", "~", "\nx"}, {"", "~~~\nx\n~~~~\n", ""},
	{"", "~~~a\n", "~~~ ~"},
	{"", "<a", ""}, {"", "<a=x", ">"}, {"", "<a y=x", ">"}, {"", "<a='", ""}, {"", "<a>", ""}, {"", "<b><c></b>", ""},
	{"", "<div></div>x\n\n", ""},
	{"", "<!--", ""}, {"", "<!-- >", ""}, {"", "<!-- --", ">"}, {"", "<", ""}, {"", "<a@", ""}, {"", "<a!", ""},
	{"", "\n", ""}, {"", "\n\n ", ""}, {"x", " ", "\n\v"}, {"x", " ", "x"}, {"x", "\t", "x"}, {"x", " -", ""},
	{"", " \n", "x"}, {"", "\u00a0", "x"},
	{"", "# ", ""}, {"", "#", ""}, {"", "a\n#\n", ""}, {"", "a\n=", ""}, {"", "=", "\n"}, {"", "|", "\n-|-\n"},
	{"", "a|b\n-|-\n", ""},
	{"", "'", ""}, {"", `"`, ""}, {"", `'"`, "x"}, {"", "'s", ""}, {"", `\`, ""}, {"", "&", ""}, {"", "&a", ";"},
	{"", "&#1", ""}, {"", "&lt;", ""},
	{"", "@", ""}, {"", "’@", ""}, {"", "a@’ ", ""}, {"", "http://", ""}, {"", "http://..", ""}, {"", "GOV.UK ", ""},
	{"", "a.", ""}, {"", "a.b@", ""}, {"", "a-", ".1"}, {"", "https://a", ""}, {"", ".", ""}, {"", "aa.", "1"},
	{"", "    x\n", ""},
	{"", "a\n+ ", ""}, {"", "---\n", ""}, {"", "- - -", " x"}, {"", "qr:", ""}, {"qr:", " ", ""}, {"", "qr: \n", ""},
	{"", "qr: a\n\n", ""},
	{"", "-------- x\n\n", ""}, {"", "-------- x\n", ""}, {"", "^^^^^^^ x\n", ""}, {"", "^-^-^-^-^-^-^-^-", "x"},
	{"", "* \n", ""}, {"", "* \n\n ", "x"},
	{"a|b\n-|-\n", "[^a]|", "\n\n[^a]: b"}, {"a|b\n-|-\n", "[^a|b\n", ""}, {"", "|[^a]|\n|-|-|\n\n", "[^a]: b"},
	{"", `\|`, "\n-|-\n"},
	{"", "a\n", ""}, {"", "\r", "x"}, {"", "[a](b)", ""}, {"", "&copy&amp;", ";"}, {"&copy", "&nbsp;", ";"},
	{"", "🇬🇧🐦", "✉️"}, {"", "🇬🇧🐦✉️", ""},
	{"", "\xed\xa0\x80", ""}, {"", "\xed\xa0\x80A", ""}, {"", "\U0001d15e", ""}, {"", "A\u0301", ""},
}

func renderings(s string, v Values) {
	m, _ := SMS(s, v, "Service")
	m.Fragments()
	m.Delivered()
	Sanitise(s)
	tmpl := Template{Type: "letter", Subject: s, Body: s}
	v.Missing(tmpl.Placeholders())
	Subject(s, v)
	SubjectHTML(s, v)
	email, letter := NewEmail(s, v), NewLetter(s, v)
	email.HTML()
	email.PlainText()
	email.Preheader()
	letter.HTML()
	letter.Blocks()
	letter.QRTooLong()
}

// TestHostile renders the hostile inputs in every way. An input should take about as long as a quarter of it rendered
// four times. It takes four times as long if time is quadratic. Other work on the machine distorts a measurement, so a
// bad one is repeated, and the best times count.
func TestHostile(t *testing.T) {
	t.Parallel()
	size := 1 << 16
	if testing.Short() {
		size >>= 2
	}
	v := personalisation(t, `{"a": "[b](c)"}`)
	for _, h := range hostile {
		quarter := h[0] + strings.Repeat(h[1], size/4/len(h[1])) + h[2]
		whole := h[0] + strings.Repeat(h[1], size/len(h[1])) + h[2]
		took := func(s string, times int) time.Duration {
			return worked(t, func() {
				for range times {
					renderings(s, v)
				}
			})
		}
		const growth, tries = 2.5, 10
		before, after := took(quarter, 4), took(whole, 1)
		for n := 1; n < tries && after.Seconds() > growth*before.Seconds(); n++ {
			before, after = min(before, took(quarter, 4)), min(after, took(whole, 1))
		}
		require.LessOrEqual(t, after.Seconds(), growth*before.Seconds(), "%q", h)
	}
}
