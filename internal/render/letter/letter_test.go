package letter_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pdf"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/render/letter"
)

var (
	streams = regexp.MustCompile(`(?s)\nstream\n(.*?)\nendstream`)
	texts   = regexp.MustCompile(`(?s)\((.*?[^\\]|)\) ?Tj`)
)

// shown returns the text of each page as it is encoded, with each string on a line.
func shown(content []byte) []string {
	var pages []string
	for _, m := range streams.FindAllSubmatch(content, -1) {
		var lines []string
		for _, s := range texts.FindAllSubmatch(m[1], -1) {
			lines = append(lines, strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`).Replace(string(s[1])))
		}
		pages = append(pages, strings.Join(lines, "\n"))
	}
	return pages
}

func draw(t *testing.T, l letter.Contents) []string {
	t.Helper()
	content, pages, err := letter.Draw(l)
	require.NoError(t, err)
	text := shown(content)
	require.Len(t, text, pages)

	info, err := pdf.Inspect(content)
	require.NoError(t, err)
	require.Equal(t, pages, info.Pages)
	for _, size := range info.Sizes {
		require.True(t, size.A4Portrait())
	}
	return text
}

// body reads a letter's Markdown.
func body(s string) []letter.Block { return render.NewLetter(s, render.NewValues(nil)).Blocks() }

func example() letter.Contents {
	return letter.Contents{
		Address:      []string{"Amala Bird", "123 High Street", "Richmond upon Thames", "SW14 6BF"},
		ContactBlock: []string{"Pigeon Affairs Bureau", "London"},
		Date:         time.Date(2026, time.October, 3, 9, 0, 0, 0, time.UTC),
		Subject:      "Your licence",
		Body: body("Dear Amala,\n\n# What to do\n\n* one\n* two\n\nThen:\n\n1. first\n2. second\n\n^ inset\n\n" +
			"Yours,\nThe Bureau (London)"),
	}
}

func TestDraw(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{strings.Join([]string{
		"Amala Bird", "123 High Street", "Richmond upon Thames", "SW14 6BF", "Pigeon Affairs Bureau", "London",
		"3 October 2026", "Your licence", "Dear Amala,", "What to do", "\x95", "one", "\x95", "two", "Then:",
		"1.", "first", "2.", "second", "inset", "Yours,", "The Bureau (London)", "Page 1 of 1",
	}, "\n")}, draw(t, example()))
}

func TestDrawBilingual(t *testing.T) {
	t.Parallel()
	l := example()
	l.WelshSubject, l.WelshBody = "Eich trwydded", body("Annwyl Ŵyn,\n***\nDiolch")
	pages := draw(t, l)
	require.Len(t, pages, 3)
	require.Contains(t, pages[0], "Amala Bird\n")
	require.Contains(t, pages[0], "3 Hydref 2026\nEich trwydded\nAnnwyl Wyn,\nTudalen 1 o 2")
	require.Equal(t, "Diolch\nTudalen 2 o 2", pages[1])
	require.True(t, strings.HasPrefix(pages[2], "3 October 2026\nYour licence\nDear Amala,\n"))
	require.True(t, strings.HasSuffix(pages[2], "Page 1 of 1"))
}

func TestWelshMonths(t *testing.T) {
	t.Parallel()
	for i, month := range strings.Fields(
		"Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr") {
		date := time.Date(2026, time.Month(i+1), 28-2*i, 0, 0, 0, 0, time.UTC)
		text := draw(t, letter.Contents{Date: date, WelshBody: body("x")})
		require.Contains(t, text[0], date.Format("2 ")+month+" 2026")
	}
}

func TestDrawBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []string // pages, without their footers
	}{
		{"empty", "", []string{""}},
		{"lines and paragraphs", "a\nb\r\nc\n\n\nd", []string{"a\nb\nc\nd"}},
		{"rules", "a\n\n---\n\nb\n* * *\nc\n\n*-_\nd", []string{"a", "b", "c", "d"}},
		{"rules that part nothing make no empty pages", "***\n***\na\n***\n\n***\nb", []string{"a", "b"}},
		{"a rule at the end begins a page", "a\n***", []string{"a", ""}},
		{"lower headings are paragraphs", "## a", []string{"a"}},
		{"a number sign that is no heading", `\# 5 is your case number`, []string{"# 5 is your case number"}},
		{"item on two lines", "- a\nb", []string{"\x95\na\nb"}},
		{"numbers are counted again", "1. a\n1. b\n7. c", []string{"1.\na\n2.\nb\n3.\nc"}},
		{"lists inside lists", "* a\n * b\n\n* * c", []string{"\x95\na\n\x95\nb\n\x95\n\x95\nc"}},
		{"an item without text", "* \n* b", []string{"\x95\n\x95\nb"}},
		{"a code", "qr: https://www.gov.uk/a?b=1&c=2", []string{"https://www.gov.uk/a?b=1&c=2"}},
		{"outside the encoding", "ŵ w\u0302 ẃ € “x”—漢🎉\u200b\x00\x1b\t.",
			[]string{"w w w \x80 \x93x\x94\x97??."}},
		{"what the PDF's syntax uses", `(a\b) {nb} %`, []string{`(a\b) {nb} %`}},
		{"invalid UTF-8", "a\xff\xfe", []string{"a??"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range draw(t, letter.Contents{Body: body(test.body)}) {
				i := strings.LastIndex(p, "Page ")
				got = append(got, strings.TrimSuffix(p[:i], "\n"))
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestDrawBreaksPages(t *testing.T) {
	t.Parallel()
	// At 16 points a line, 33 lines fit between the subject's place and the lower margin, and 47 on a further page.
	for lines, pages := range map[int]int{33: 1, 34: 2, 33 + 47: 2, 33 + 47 + 1: 3} {
		require.Len(t, draw(t, letter.Contents{Body: body(strings.Repeat("x\n", lines))}), pages, "%d lines", lines)
	}
	require.Len(t, draw(t, letter.Contents{Body: body(strings.Repeat("x", 300))}), 1, "a long word is cut into lines")
	require.Len(t, draw(t, letter.Contents{Body: body(strings.Repeat("***\nx\n", 1<<16))}), 101, "the rest is left out")
}

func TestDrawIsRepeatable(t *testing.T) {
	t.Parallel()
	for _, l := range []letter.Contents{{}, example()} {
		first, _, err := letter.Draw(l)
		require.NoError(t, err)
		second, _, err := letter.Draw(l)
		require.NoError(t, err)
		require.True(t, bytes.Equal(first, second))
	}
}

func TestDrawCutsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	l := letter.Contents{Address: make([]string, 1000), ContactBlock: make([]string, 1000), Body: body("body")}
	for i := range l.Address {
		l.Address[i], l.ContactBlock[i] = strings.Repeat("address ", 100), "contact"
	}
	text := draw(t, l)
	require.Len(t, text, 1)
	require.Equal(t, 14, strings.Count(text[0], "contact"))
	require.Equal(t, 7, strings.Count("\n"+text[0], "\naddress "))
}

func FuzzDraw(f *testing.F) {
	f.Add("subject", "# a\n\n* b\n\n---\n\n1. c\n^ d", "")
	f.Add("\xe5\xc5", "a", "")
	f.Add("ŵ", "\f\f", "***\n\xff")
	f.Fuzz(func(t *testing.T, subject, english, welsh string) {
		content, pages, err := letter.Draw(letter.Contents{Subject: subject, Body: body(english), WelshBody: body(welsh)})
		require.NoError(t, err)
		require.Positive(t, pages)
		info, err := pdf.Inspect(content)
		require.NoError(t, err)
		require.Equal(t, min(pages, 1000), info.Pages)
	})
}

func BenchmarkDraw(b *testing.B) {
	l := example()
	l.Body = append(l.Body, body(strings.Repeat("Please renew it before the end of the month. ", 40))...)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := letter.Draw(l); err != nil {
			b.Fatal(err)
		}
	}
}
