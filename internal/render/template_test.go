package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/internal/render/letter"
)

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	tmpl := Template{
		Type: "letter", Subject: "((Subject))", Body: "((b)) ((B_)) ((c??shown)) ((sub-ject))",
		ContactBlock: "((phone))", WelshSubject: "((pwnc))", WelshBody: "((corff))",
	}
	require.Equal(t, []string{"phone", "pwnc", "corff", "Subject", "b", "c"}, tmpl.Placeholders())
	require.Equal(t, []string{"phone", "Subject", "b", "c"}, tmpl.SendPlaceholders())
	tmpl.Type = "email"
	require.Equal(t, []string{"Subject", "b", "c"}, tmpl.Placeholders())
	tmpl.Type = "sms"
	require.Equal(t, []string{"b", "c", "sub-ject"}, tmpl.Placeholders())
	for body, want := range map[string][]string{
		"(((x)))": {"x"}, "((a(b)))": nil, "(())": nil, "((x": nil, "(( ))": {" "}, "((??x))": {""}, "((name?))": {"name?"},
		"((a\nb))": {"a\nb"}, "((c??x ((d))))": {"d"}, "((x)": nil, "((x) )": nil, "((a)((b))": {"b"},
	} {
		require.Equal(t, want, Template{Type: "sms", Body: body}.Placeholders(), body)
	}
}

func TestIsEmpty(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind, body, json string
		want             bool
	}{
		{"sms", "((a))", `{"a": " "}`, true},
		{"sms", " ((a)) ", `{"a": "\u200b"}`, true},
		{"sms", "", `{}`, true},
		{"email", "\n((a))\n", `{"a": ""}`, false},
		{"email", "((a))", `{"a": "\u00a0"}`, true},
		{"email", "((a))", `{"a": "\u200b"}`, false},
		{"email", "((a)) ((b))", `{"a": "", "b": ""}`, true},
		{"email", "((a))x((b))", `{"a": "", "b": ""}`, false},
		{"letter", "", `{}`, true},
	} {
		v := personalisation(t, tc.json)
		body := Body(tc.body, v)
		if tc.kind == "sms" {
			m, err := SMS(tc.body, v, "")
			require.NoError(t, err)
			body = m.Body
		}
		require.Equal(t, tc.want, IsEmpty(Template{Type: tc.kind, Body: tc.body}, body), "%v", tc)
	}
}

func TestQRTooLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("&", 101) // five bytes each
	for _, tc := range []struct {
		body, json string
		want       int
	}{
		{"qr: ((x))", `{"x": "` + long + `"}`, 505},
		{"QR : https://((x))", `{"x": "` + strings.Repeat("a", 496) + `"}`, 0},
		{"qr: https://((x))", `{"x": "` + strings.Repeat("a", 497) + `"}`, 505},
		{"text qr: ((x))", `{"x": "` + long + `"}`, 0},
		{"## qr: ((x))", `{"x": "` + long + `"}`, 505},
		{"^ qr: ((x))", `{"x": "` + long + `"}`, 505},
		{"# qr: ((x))", `{"x": "` + long + `"}`, 0},
		{"* qr: ((x))", `{"x": "` + long + `"}`, 0},
		{"qr: " + strings.Repeat("<", 126), `{}`, 0},
		{"qr: " + strings.Repeat("<", 127), `{}`, 508},
		{"qr: " + strings.Repeat("&", 505), `{}`, 2525},
		{"qr:", `{}`, 0},
	} {
		_, n, tooLong := NewLetter(tc.body, personalisation(t, tc.json)).QRTooLong()
		require.Equal(t, tc.want > 0, tooLong, "%.30s", tc.body)
		require.Equal(t, tc.want, n, "%.30s", tc.body)
	}
}

// TestQRWithoutData: if only white space follows the colon, the last character of it is the data.
func TestQRWithoutData(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"QR: ((name))":             "<p class=\"qr\u2011code\"> </p>",
		"qr:((name))\u00a0":        "<p class=\"qr\u2011code\">\u00a0</p>",
		"qr:  \u2003((name))":      "<p class=\"qr\u2011code\">\u2003</p>",
		"qr:((name))":              "<p>qr:</p>",
		"qr: ((name))\nb":          "<p class=\"qr\u2011code\"><br>b</p>",
		"qr:((name))\n((name)) \v": "<p class=\"qr\u2011code\">\v</p>",
	} {
		require.Equal(t, want, NewLetter(body, with("")).HTML(), "%q", body)
	}
	require.Equal(t, []letter.Block{{Kind: letter.QRCode, Content: " "}}, NewLetter("QR: ((name))", with("")).Blocks())
}
