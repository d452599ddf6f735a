package render

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

// row is one line of a file in testdata. What was recorded is compared, what is absent is not.
type row struct{ *pyjson.Object }

func rows(t testing.TB, file string) []row {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	require.NoError(t, err)
	defer f.Close()
	var rows []row
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		v, err := pyjson.Parse(lines.Bytes())
		require.NoError(t, err, "%s", lines.Bytes())
		rows = append(rows, row{v.(*pyjson.Object)})
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, rows)
	return rows
}

func (r row) str(key string) string {
	v, _ := r.Get(key)
	s, _ := v.(string)
	return s
}

func (r row) values() Values {
	v, _ := r.Get("personalisation")
	o, _ := v.(*pyjson.Object)
	return NewValues(o)
}

// equal compares got with what the row says under key, if anything.
func (r row) equal(t *testing.T, key string, got any) {
	t.Helper()
	want, ok := r.Get(key)
	if !ok {
		return
	}
	if n, isInt := got.(int); isInt {
		got = pyjson.Int(fmt.Sprint(n))
	}
	require.Equal(t, want, got, "%s in %s", key, pyjson.Repr(r.Object))
}

func TestSMSGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "sms.jsonl") {
		body := r.str("body")
		if n, ok := r.Get("times"); ok {
			var times int
			_, err := fmt.Sscan(pyjson.Str(n), &times)
			require.NoError(t, err)
			body = strings.Repeat(body, times)
		}
		got := SMS(body, r.values(), r.str("prefix"))
		r.equal(t, "want", got.Body)
		r.equal(t, "want_length", got.Length)
		r.equal(t, "want_fragments", got.Fragments)
	}
}

func TestDowngradeGolden(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/downgrade.tsv")
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
			got, err := SMSBody(in, NewValues(nil))
			require.NoError(t, err)
			require.Equal(t, want, got, "%q", in)
		}
	}
}

func TestSubstitutionGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "substitution.jsonl") {
		r.equal(t, "want_plain", field{bullets: true, unfilled: unfilledHTML}.substitute(r.str("body"), r.values()))
		r.equal(t, "want_escaped",
			field{bullets: true, escape: true, unfilled: unfilledHTML}.substitute(r.str("body"), r.values()))
	}
}

func TestTextGolden(t *testing.T) {
	t.Parallel()
	for file, f := range map[string]func(string) string{
		"quotes.jsonl": smartQuotes, "escape.jsonl": escape, "sanitise.jsonl": Sanitise,
	} {
		for _, r := range rows(t, file) {
			require.Equal(t, r.str("want"), f(r.str("in")), "%s: %q", file, r.str("in"))
		}
	}
}

func TestEmailGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "email.jsonl") {
		r.equal(t, "want_subject", EmailSubject(r.str("subject"), r.values()))
		r.equal(t, "want_body", Body(r.str("body"), r.values()))
		html := EmailHTML(r.str("body"), r.values())
		r.equal(t, "want_html", html)
		plain := EmailText(r.str("body"), r.values())
		r.equal(t, "want_text", plain)
	}
	for _, r := range rows(t, "preheader.jsonl") {
		got := EmailPreheader(r.str("body"), r.values())
		r.equal(t, "want", got)
	}
}

func TestLetterGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "letter.jsonl") {
		r.equal(t, "want_subject", LetterSubject(r.str("subject"), r.values()))
		r.equal(t, "want_body", Body(r.str("body"), r.values()))
		html := LetterHTML(r.str("body"), r.values())
		r.equal(t, "want_html", html)
	}
}

// TestMarkdown compares with the patterns themselves, run in Python over random texts.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	none := NewValues(nil)
	for _, r := range rows(t, "markdown.jsonl") {
		html := EmailHTML(r.str("in"), none)
		r.equal(t, "html", html)
		plain := EmailText(r.str("in"), none)
		r.equal(t, "text", plain)
	}
}

// TestRecorded compares with answers of the real service.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "recorded.jsonl") {
		tmpl := Template{
			Type: r.str("type"), Subject: r.str("subject"), Body: r.str("body"), ContactBlock: r.str("contact_block"),
		}
		v := r.values()
		if names, ok := r.Get("sanitise"); ok {
			v = sanitised(t, r, v, names)
		}
		r.equal(t, "want_missing", strings.Join(Missing(tmpl.Placeholders(), v), ", "))
		body := Body(tmpl.Body, v)
		subject := EmailSubject(tmpl.Subject, v)
		switch tmpl.Type {
		case "sms":
			var err error
			body, err = SMSBody(tmpl.Body, v)
			require.NoError(t, err)
			r.equal(t, "want_fragments", SMSFragments(tmpl.Body, v, r.str("prefix")))
		case "letter":
			subject = LetterSubject(tmpl.Subject, v)
		}
		r.equal(t, "want_body", body)
		r.equal(t, "want_subject", subject)
		if tmpl.Type == "email" {
			html := EmailHTML(tmpl.Body, v)
			r.equal(t, "want_html", html)
		}
		if want, ok := r.Get("want_qr"); ok {
			data, n, tooLong := QRTooLong(tmpl, v)
			require.True(t, tooLong)
			require.Equal(t, want, []any{data, pyjson.Int(fmt.Sprint(n))})
		}
		r.equal(t, "want_empty", IsEmpty(tmpl, body))
		if _, ok := r.Get("want_body"); ok {
			require.Empty(t, Missing(tmpl.SendPlaceholders(), v))
		}
	}
}

// sanitised cleans those values that the request names, as the service does before anything else.
func sanitised(t *testing.T, r row, v Values, names any) Values {
	t.Helper()
	chosen := map[string]bool{}
	for _, name := range names.([]any) {
		if s, ok := name.(string); ok {
			chosen[Key(s)] = true
		}
	}
	changed, clean := &pyjson.Object{}, v.given.Clone()
	for i := range v.given.Len() {
		name := v.given.Keys[i]
		if before, ok := v.given.At(i).(string); ok && chosen[Key(name)] {
			after := Sanitise(before)
			clean.Set(name, after)
			if after != before {
				changed.Set(name, after)
			}
		}
	}
	want, _ := r.Get("want_sanitised")
	require.JSONEq(t, string(pyjson.Append(nil, want)), string(pyjson.Append(nil, changed)), "%s", pyjson.Repr(r.Object))
	return NewValues(clean)
}
