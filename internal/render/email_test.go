package render

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadings: the parts of an email or a letter come out the same, whichever is read first.
func TestReadings(t *testing.T) {
	t.Parallel()
	emailReadings := []func(*Email) string{(*Email).HTML, (*Email).PlainText, (*Email).Preheader}
	for _, r := range rows(t, "email.jsonl") {
		body, v := r.Str("body"), values(r)
		var want []string
		for _, read := range emailReadings {
			want = append(want, read(NewEmail(body, v)))
		}
		forth, back := NewEmail(body, v), NewEmail(body, v)
		for i, read := range emailReadings {
			require.Equal(t, want[i], read(forth), "%q", body)
		}
		for i, read := range slices.Backward(emailReadings) {
			require.Equal(t, want[i], read(back), "%q", body)
		}

		letter := NewLetter(body, v)
		letter.QRTooLong()
		require.Equal(t, NewLetter(body, v).Blocks(), letter.Blocks(), "%q", body)
		require.Equal(t, NewLetter(body, v).HTML(), letter.HTML(), "%q", body)
	}
}

// TestOneParse: the HTML and the plain text of an email come from one parse, unless escaping changes the Markdown.
func TestOneParse(t *testing.T) {
	t.Parallel()
	for body, one := range map[string]bool{
		"# a\n\n* \"b\" - https://www.gov.uk/c": true, "((name))": true,
		"a & b": false, "<b>": false, "&copy;": false, "((name)) ((a<b))": false,
	} {
		e := NewEmail(body, with("x"))
		e.PlainText()
		e.HTML()
		e.Preheader()
		require.Equal(t, one, e.plain == e.escaped, "%q", body)
	}
	e := NewEmail("((name))", with("x & y"))
	e.HTML()
	e.PlainText()
	require.NotSame(t, e.escaped, e.plain)
}
