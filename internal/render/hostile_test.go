package render

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hostile are texts that make backtracking patterns take quadratic time or worse: a beginning, something repeated, an end.
var hostile = [][3]string{
	{"", "[", ""}, {"", "[", "]"}, {"", "[[a]", ""}, {"", "[[a]", "](x)"}, {"", "[a](", ""}, {"", "[a](<", ""}, {"", "[a](<b> \"", ""},
	{"", "[a](b \"c", ""}, {"[k]: u\n\n", "[[a]", "[x]"}, {"[k]: u\n\n", "[a]", ""}, {"[k]: u\n\n", "[", "]"}, {"", "![", ""},
	{"", "[a\n", ""}, {"", "[^a\n", ""}, {"", "[^a]: b\n", ""}, {"", "[^a", ""}, {"", "[a]: b\n", ""},
	{"", "((", ""}, {"", "((a", ""}, {"", "((a))", ""}, {"", "))", ""}, {"", "((a??", ""},
	{"", "* ", ""}, {"", "* a\n", ""}, {"", "* a\n\n", ""}, {"", " * a\n", ""}, {"", "1. ", ""}, {"", "*", ""}, {"", "- - ", "x"},
	{"", "> ", ""}, {"", "^ ", ""}, {"", "^", "x"}, {"", "^ a\n\n", ""}, {"", "* ^ ", "x"},
	{"", "`", ""}, {"", "```\n", ""}, {"", "```a\nx\n", ""}, {"", "~", "\nx"}, {"", "~~~\nx\n~~~~\n", ""}, {"", "~~~a\n", "~~~ ~"},
	{"", "<a", ""}, {"", "<a=x", ">"}, {"", "<a y=x", ">"}, {"", "<a='", ""}, {"", "<a>", ""}, {"", "<b><c></b>", ""}, {"", "<div></div>x\n\n", ""},
	{"", "<!--", ""}, {"", "<!-- >", ""}, {"", "<!-- --", ">"}, {"", "<", ""}, {"", "<a@", ""}, {"", "<a!", ""},
	{"", "\n", ""}, {"", "\n\n ", ""}, {"x", " ", "\n\v"}, {"x", " ", "x"}, {"x", "\t", "x"}, {"x", " -", ""}, {"", " \n", "x"}, {"", "\u00a0", "x"},
	{"", "# ", ""}, {"", "#", ""}, {"", "a\n#\n", ""}, {"", "a\n=", ""}, {"", "=", "\n"}, {"", "|", "\n-|-\n"}, {"", "a|b\n-|-\n", ""},
	{"", "'", ""}, {"", `"`, ""}, {"", `'"`, "x"}, {"", "'s", ""}, {"", `\`, ""}, {"", "&", ""}, {"", "&a", ";"}, {"", "&#1", ""}, {"", "&lt;", ""},
	{"", "@", ""}, {"", "’@", ""}, {"", "a@’ ", ""}, {"", "http://", ""}, {"", "http://..", ""}, {"", "GOV.UK ", ""},
	{"", "a.", ""}, {"", "a.b@", ""}, {"", "a-", ".1"}, {"", "https://a", ""}, {"", ".", ""}, {"", "aa.", "1"}, {"", "    x\n", ""},
	{"", "a\n+ ", ""}, {"", "---\n", ""}, {"", "- - -", " x"}, {"", "qr:", ""},
}

func renderings(s string, v Values) {
	SMS(s, v, "")
	Sanitise(s)
	tmpl := Template{Type: "letter", Subject: s, Body: s}
	Missing(tmpl.Placeholders(), v)
	EmailSubject(s, v)
	LetterSubject(s, v)
	for _, f := range []func(string, Values) string{EmailHTML, EmailText, EmailPreheader, LetterHTML} {
		f(s, v)
	}
	LetterBlocks(s, v)
	QRTooLong(tmpl, v)
}

// TestHostile renders what might take for ever, in every way there is.
func TestHostile(t *testing.T) {
	t.Parallel()
	size := 1 << 17
	if testing.Short() {
		size >>= 3
	}
	v := personalisation(t, `{"a": "[b](c)"}`)
	for _, h := range hostile {
		took := func(size int) time.Duration {
			s := h[0] + strings.Repeat(h[1], size/len(h[1])) + h[2]
			start := time.Now()
			renderings(s, v)
			return time.Since(start)
		}
		if d := took(size); d > time.Second {
			// Four times as much takes four times as long, or sixteen times if time is quadratic.
			require.Less(t, d, 10*took(size/4), "%q", h)
		}
	}
}
