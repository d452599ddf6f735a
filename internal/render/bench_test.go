package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/pyjson"
)

func personalisation(t testing.TB, json string) Values {
	t.Helper()
	v, err := pyjson.Parse([]byte(json))
	require.NoError(t, err)
	return NewValues(v.(*pyjson.Object))
}

// typicalEmail is about 2 kB.
var typicalEmail = strings.Repeat(`# Your application

Dear ((name)), it's about "((ref))" - please see https://www.gov.uk/apply?a=1&b=2 or `+
	`[our page](https://example.gov.uk/x "T").

* bring ((what))
* don't be late

^ You must reply by 5 May.

`, 7)

func BenchmarkSMS(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234"}`)
	b.ReportAllocs()
	for b.Loop() {
		m, _ := SMS("Hello ((name)), your ref is ((ref))", v, "")
		m.Fragments()
		m.Length()
	}
}

func BenchmarkEmailHTML(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234", "what": ["a pen", "a form"]}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalEmail)))
	for b.Loop() {
		NewEmail(typicalEmail, v).HTML()
	}
}

func BenchmarkEmailText(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234", "what": ["a pen", "a form"]}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalEmail)))
	for b.Loop() {
		NewEmail(typicalEmail, v).PlainText()
	}
}

// BenchmarkEmail makes every part of a delivered email.
func BenchmarkEmail(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234", "what": ["a pen", "a form"]}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalEmail)))
	for b.Loop() {
		e := NewEmail(typicalEmail, v)
		e.PlainText()
		e.HTML()
		e.Preheader()
	}
}

func BenchmarkLetter(b *testing.B) {
	v := personalisation(b, `{"name": "Amala", "ref": "AB-1234", "what": ["a pen", "a form"]}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalEmail)))
	for b.Loop() {
		l := NewLetter(typicalEmail, v)
		l.QRTooLong()
		l.HTML()
		l.Blocks()
	}
}

func BenchmarkSanitise(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Sanitise("Amala Bird *of* www.example.com/path or first.last@example.com")
	}
}
