package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestFind finds one of several messages by each field, and with the other queries none of them.
func TestFind(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{GuestList: []string{"guest@example.com"}})
	test, live := w.svc.Key(simulator.KeyTypeTest), w.svc.Key(simulator.KeyTypeLive)
	text := w.sendSMS(t, test, "+447700900003").id() // fails
	email := w.do(t, live, "POST", "/v2/notifications/email", fields{
		"email_address": "Amala.Bird@example.gov.uk", "reference": "",
		"template_id": w.add(t, simulator.MessageTypeEmail, simulator.TemplateVersion{
			Subject: "It's on - at last", Body: "# News\n\nDon't panic - it's\n\"over\"",
		}),
	}).id()
	letter := w.do(t, test, "POST", "/v2/notifications/letter", fields{
		"template_id": w.letter, "reference": "r-1", "personalisation": fields{
			"name": "Jo", "address_line_1": "Amala Bird", "address_line_2": "123 High Street", "postcode": "SW14 6BF",
		},
	}).id()
	w.do(t, test, "POST", "/v2/notifications/letter", fields{"reference": "pdf", "content": "JVBERi0xLjQK"})

	found := func(q simulator.Query) (all []string) {
		for _, n := range w.svc.Find(q) {
			all = append(all, n.ID)
		}
		return all
	}
	require.Equal(t, w.svc.Messages(), w.svc.Find(simulator.Query{}))
	for name, c := range map[string]struct {
		query simulator.Query
		want  string
	}{
		"number":             {simulator.Query{To: "07700900003"}, text},
		"number abroad":      {simulator.Query{To: "0044 (0)7700 900-003"}, text},
		"address":            {simulator.Query{To: " amala.bird@EXAMPLE.gov.uk"}, email},
		"postcode":           {simulator.Query{To: "sw146bf"}, letter},
		"whole address":      {simulator.Query{To: "AMALA BIRD, 123 High Street, SW14 6BF"}, letter},
		"line of an address": {simulator.Query{To: "123 high street"}, letter},
		"part of a line":     {simulator.Query{To: "123"}, ""},
		"no recipient":       {simulator.Query{To: "\u1100\U000110b9"}, ""},
		"template id":        {simulator.Query{Template: "{" + w.sms + "}"}, text},
		"template name":      {simulator.Query{Template: "A template"}, email},
		"other template":     {simulator.Query{Template: w.email}, ""},
		"reference":          {simulator.Query{Reference: new("r-1")}, letter},
		"empty reference":    {simulator.Query{Reference: new("")}, email},
		"no reference":       {simulator.Query{NoReference: true}, text},
		"contradiction":      {simulator.Query{Reference: new("r-1"), NoReference: true}, ""},
		"text with prefix":   {simulator.Query{Text: "Town Council: Hello"}, text},
		"text of an email":   {simulator.Query{Text: `Don't panic - it's "over"`}, email},
		"subject":            {simulator.Query{Text: "It's on - at last"}, email},
		"text of a letter":   {simulator.Query{Text: "Dear Jo", Type: simulator.MessageTypeLetter}, letter},
		"case":               {simulator.Query{Text: "dear jo"}, ""},
		"status":             {simulator.Query{Status: simulator.StatusTemporaryFailure}, text},
		"type":               {simulator.Query{Type: simulator.MessageTypeEmail}, email},
		"type of key":        {simulator.Query{KeyType: simulator.KeyTypeLive}, email},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.want == "" {
				require.Empty(t, found(c.query))
			} else {
				require.Equal(t, []string{c.want}, found(c.query))
			}
			for _, id := range []string{text, email, letter} {
				differences, known := w.svc.Differences(id, c.query)
				require.True(t, known)
				require.Equal(t, id == c.want, len(differences) == 0, differences)
			}
		})
	}
}

// TestDifferences: each field that does not match is named, with what the message has.
func TestDifferences(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	id := w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900 900123").id()
	other := w.email
	got, known := w.svc.Differences(id, simulator.Query{
		To: "07900900999", Template: other, Reference: new("r"), Text: "Bye", Status: simulator.StatusSending,
		Type: simulator.MessageTypeEmail, KeyType: simulator.KeyTypeLive,
	})
	require.True(t, known)
	require.Equal(t, []simulator.Difference{
		{Field: "Type", Want: "email", Got: "sms"}, {Field: "KeyType", Want: "live", Got: "test"},
		{Field: "Status", Want: "sending", Got: "delivered"}, {Field: "Reference", Want: `"r"`, Got: "none"},
		{Field: "Template", Want: other, Got: w.sms}, {Field: "To", Want: "07900900999", Got: "07900 900123"},
		{Field: "Text", Want: "Bye", Got: "Town Council: Hello Jo"},
	}, got)
	_, known = w.svc.Differences("nothing", simulator.Query{})
	require.False(t, known)
}
