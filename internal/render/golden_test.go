package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/render/golden"
)

func rows(t require.TestingT, file string) []golden.Row { return golden.Rows(t, "testdata/"+file) }

func values(r golden.Row) Values { return NewValues(r.Personalisation()) }

func TestSanitiseGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "sanitise.jsonl") {
		require.Equal(t, r.Str("want"), Sanitise(r.Str("in")), "%q", r.Str("in"))
	}
}

func TestEmailGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "email.jsonl") {
		r.Equal(t, "want_subject", Subject(r.Str("subject"), values(r)))
		r.Equal(t, "want_body", Body(r.Str("body"), values(r)))
		html := NewEmail(r.Str("body"), values(r)).HTML()
		r.Equal(t, "want_html", html)
		plain := NewEmail(r.Str("body"), values(r)).PlainText()
		r.Equal(t, "want_text", plain)
	}
	for _, r := range rows(t, "preheader.jsonl") {
		got := NewEmail(r.Str("body"), values(r)).Preheader()
		r.Equal(t, "want", got)
	}
}

func TestLetterGolden(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "letter.jsonl") {
		r.Equal(t, "want_subject", SubjectHTML(r.Str("subject"), values(r)))
		r.Equal(t, "want_body", Body(r.Str("body"), values(r)))
		html := NewLetter(r.Str("body"), values(r)).HTML()
		r.Equal(t, "want_html", html)
	}
}

// TestMarkdown compares with the patterns themselves, run in Python over random strings.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	none := NewValues(nil)
	for _, r := range rows(t, "markdown.jsonl") {
		html := NewEmail(r.Str("in"), none).HTML()
		r.Equal(t, "html", html)
		plain := NewEmail(r.Str("in"), none).PlainText()
		r.Equal(t, "text", plain)
	}
}

// TestStructure compares with the patterns themselves, run in Python over random strings with many marks, footnotes and
// tables.
func TestStructure(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "structure.jsonl") {
		read := parse(r.Str("in"))
		require.Equal(t, r.Str("text"), plainText().write(&read), "%q", r.Str("in"))
	}
}

// TestSeventhLevel: the seventh level of lists still opens, but holds only text. Seen on the real service.
func TestSeventhLevel(t *testing.T) {
	t.Parallel()
	const original = "-------- Original message --------"
	shown := strings.Repeat("• ", 7) + "– Original message --------"
	require.Equal(t, shown+"\n", NewEmail(original, NewValues(nil)).PlainText())
	require.Equal(t, shown, NewEmail(original, NewValues(nil)).Preheader())
}

// TestRecorded compares with responses of the real service.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t, "recorded.jsonl") {
		tmpl := Template{
			Type: r.Str("type"), Subject: r.Str("subject"), Body: r.Str("body"), ContactBlock: r.Str("contact_block"),
		}
		v := values(r)
		if names, ok := r.Get("sanitise"); ok {
			v = sanitised(t, r, names)
		}
		r.Equal(t, "want_missing", strings.Join(v.Missing(tmpl.Placeholders()), ", "))
		body := Body(tmpl.Body, v)
		subject := Subject(tmpl.Subject, v)
		switch tmpl.Type {
		case "sms":
			m, err := SMS(tmpl.Body, v, r.Str("prefix"))
			require.NoError(t, err)
			body = m.Body
			r.Equal(t, "want_fragments", m.Fragments())
		case "letter":
			subject = SubjectHTML(tmpl.Subject, v)
		}
		r.Equal(t, "want_body", body)
		r.Equal(t, "want_subject", subject)
		if tmpl.Type == "email" {
			html := NewEmail(tmpl.Body, v).HTML()
			r.Equal(t, "want_html", html)
		}
		if want, ok := r.Get("want_qr"); ok {
			data, n, tooLong := NewLetter(tmpl.Body, v).QRTooLong()
			require.True(t, tooLong)
			require.Equal(t, want, []any{data, pyjson.Int(fmt.Sprint(n))})
		}
		r.Equal(t, "want_empty", IsEmpty(tmpl, body))
		if _, ok := r.Get("want_body"); ok {
			require.Empty(t, v.Missing(tmpl.SendPlaceholders()))
		}
	}
}

// sanitised cleans the values that the request names, which the service does first.
func sanitised(t *testing.T, r golden.Row, names any) Values {
	t.Helper()
	chosen := map[string]bool{}
	for _, name := range names.([]any) {
		if s, ok := name.(string); ok {
			chosen[Key(s)] = true
		}
	}
	given := r.Personalisation()
	changed, clean := &pyjson.Object{}, given.Clone()
	for i := range given.Len() {
		name := given.Keys[i]
		if before, ok := given.At(i).(string); ok && chosen[Key(name)] {
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
