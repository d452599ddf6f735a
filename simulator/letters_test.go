package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func (w town) addTemplate(t *testing.T, kind simulator.MessageType, subject, body string) (id string) {
	t.Helper()
	id, err := w.svc.AddTemplate(simulator.TemplateConfig{
		Type: kind, Name: "Any", Versions: []simulator.TemplateVersion{{Subject: subject, Body: body}},
	})
	require.NoError(t, err)
	return id
}

// sendLetterOf sends a letter from a new template with that subject and body.
func (w town) sendLetterOf(t *testing.T, key, subject, body string) (id string) {
	t.Helper()
	template := w.addTemplate(t, simulator.MessageTypeLetter, subject, body)
	sent := w.do(t, key, "POST", "/v2/notifications/letter", fields{"template_id": template, "personalisation": fields{
		"address_line_1": "Amala Bird", "address_line_2": "123 High Street", "postcode": "SW14 6BF",
	}})
	require.Equal(t, 201, sent.status, sent.raw)
	return sent.id()
}

// TestLetterIsReadOnce: the PDF and the HTML come from the same reading of the Markdown.
func TestLetterIsReadOnce(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	for body, want := range map[string]struct{ html, drawn string }{
		`\# 5 is your case number`:  {"<p># 5 is your case number</p>", "(# 5 is your case number)"},
		"*important":                {"<ul>\n<li>important</li>\n</ul>\n", "(important)"},
		"a\n+ b":                    {"<p>a</p><p>+ b</p>", "(+ b)"},
		"Opening times\n=\nOn 1. 5": {"<h2>Opening times</h2>\n<p>On 1. 5</p>", "(On 1. 5)"},
		"Yours,\n^ The Bureau":      {"<p>Yours,<br>^ The Bureau</p>", "(^ The Bureau)"},
	} {
		letter, ok := w.svc.Delivered(w.sendLetterOf(t, key, "Decision", body))
		require.True(t, ok)
		require.Equal(t, want.html, letter.HTML)
		require.Contains(t, string(letter.PDF), want.drawn)
	}
}

// TestLetterOfManyLines: a letter that is too long is recognised, whatever makes it long.
func TestLetterOfManyLines(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	for _, line := range []string{"+ \n", "## a\n", "------a\n\nb\n\n", "1. 1. 1. 1. 1. 1. 1. a\n\n- b\n\nc\n\n"} {
		for lines, status := range map[int]string{20: "received", 233: "validation-failed"} {
			id := w.sendLetterOf(t, key, "Decision", strings.Repeat(line, lines))
			require.Equal(t, status, w.status(t, key, id), "%d times %q", lines, line)
		}
	}
	require.Equal(t, "validation-failed", w.status(t, key, w.sendLetterOf(t, key, strings.Repeat("word ", 3000), "a")))
}

// TestLetterOfManyBreaks: eleven pages are too many, however the page breaks are written.
func TestLetterOfManyBreaks(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeLive)
	for _, rule := range []string{"***", "- - -", "*-_", "^ ---", "1. ___"} {
		for breaks, status := range map[int]string{9: "received", 10: "validation-failed"} {
			body := strings.Repeat("text\n\n"+rule+"\n\n", breaks) + "text"
			id := w.sendLetterOf(t, key, "Decision", body)
			require.Equal(t, status, w.status(t, key, id), "%d times %s", breaks, rule)
		}
	}
}
