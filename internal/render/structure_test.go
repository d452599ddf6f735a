package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// outline shows what a text was understood as, with short tags.
func outline() form {
	return form{
		paragraph: tags{"<p>", "</p>"}, inset: tags{"<bq>", "</bq>"},
		headings: []tags{{"<h2>", "</h2>"}, {"<h3>", "</h3>"}},
		bullets:  tags{"<ul>", "</ul>"}, numbers: tags{"<ol>", "</ol>"},
		item:    func(b []byte, _ bool, _ int) []byte { return append(b, "<li>"...) },
		itemEnd: "</li>", rule: "<hr>", lineBreak: "<br>",
		link: func(url, title string) tags { return tags{"[" + url + "|" + title + "|", "]"} },
		bareLink: func(b []byte, l *link) []byte {
			if l.mail {
				return append(b, "{m:"+l.url+"}"...)
			}
			return append(b, "{"+l.url+"}"...)
		},
	}
}

// TestStructure compares with the patterns themselves, run in Python over random texts of many marks, footnotes and
// tables.
func TestStructure(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "structure.jsonl") {
		require.Equal(t, r.str("html"), markdown(r.str("in"), outline()), "%q", r.str("in"))
		require.Equal(t, r.str("text"), markdown(r.str("in"), plainText()), "%q", r.str("in"))
	}
}

// TestSeventhLevel: a list or an inset opens on the seventh level as well, and what it holds is text. Seen on the
// real service.
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
		require.Equal(t, want, markdown(body, outline()), "%q", body)
	}
	shown := strings.Repeat("• ", 7) + "– Original message --------"
	require.Equal(t, shown+"\n", EmailText(original, NewValues(nil)))
	require.Equal(t, shown, EmailPreheader(original, NewValues(nil)))
}

// TestFootnoteInTable: what a table refers to is shown though the table is not, and what refers to it later is text.
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
		require.Equal(t, want, markdown(body, outline()), "%q", body)
	}
}
