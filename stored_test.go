package notify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// sentBody is the body of the request that a client makes of a message.
func sentBody(t *testing.T, m notify.Message) string {
	t.Helper()
	var body []byte
	capture := func(req *http.Request) (*http.Response, error) {
		body, _ = io.ReadAll(req.Body)
		return nil, io.EOF
	}
	client, err := notify.New(exampleKey, notify.WithHTTPClient(&http.Client{Transport: transportFunc(capture)}))
	require.NoError(t, err)
	_, err = client.Send(t.Context(), m)
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
	return string(body)
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A message that was stored in between makes the same request, byte for byte.
func TestStoredMessages(t *testing.T) {
	t.Parallel()
	no := false
	file := notify.FileFromBytes("a.csv", []byte("1,2"))
	file.RetentionWeeks, file.ConfirmEmail = 4, &no
	pdf := []byte("%PDF-1.4")
	for name, message := range map[string]func() notify.Message{
		"text": func() notify.Message {
			return notify.SMS{
				PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "é<+>", SenderID: "s",
				Personalisation: notify.Personalisation{
					"name": "A\u2028\"b", "n": 3, "big": uint64(1<<64 - 1), "f": 1.50, "exp": 1e21, "yes": true, "nothing": nil,
					"list": []string{"a", "b"}, "numbers": []any{1, 2.5, json.Number("1.0")}, "exact": json.Number("1.10"),
				},
			}
		},
		"no personalisation":    func() notify.Message { return notify.SMS{PhoneNumber: "1", TemplateID: exampleSMS} },
		"empty personalisation": func() notify.Message { return &notify.SMS{Personalisation: notify.Personalisation{}} },
		"email": func() notify.Message {
			return notify.Email{
				EmailAddress: "a@b.gov.uk", TemplateID: exampleEmail, ReplyToID: "r", SanitiseContentFor: []string{"name"},
				OneClickUnsubscribeURL: "https://u.gov.uk/?a=1&b=2", Reference: "r",
				Personalisation: notify.Personalisation{"file": file, "plain": notify.FileFromBytes("", []byte("x"))},
			}
		},
		"letter": func() notify.Message {
			return notify.Letter{
				Address: []string{"A", "B", "SW1A 1AA"}, TemplateID: exampleLetter, Reference: "r",
				Personalisation: notify.Personalisation{"name": "A"},
			}
		},
		"precompiled": func() notify.Message {
			return notify.PrecompiledLetter{Reference: "r", Content: bytes.NewReader(pdf), Postage: notify.PostageFirst}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stored, err := notify.MarshalMessage(message())
			require.NoError(t, err)
			again, err := notify.UnmarshalMessage(stored)
			require.NoError(t, err)
			require.Equal(t, message().Type(), again.Type())
			require.Equal(t, sentBody(t, message()), sentBody(t, again))
		})
	}
}

func TestStoredMessagesRefused(t *testing.T) {
	t.Parallel()
	var none *notify.SMS
	for _, m := range []notify.Message{
		nil, none, notify.SMS{Personalisation: notify.Personalisation{"x": struct{}{}}}, notify.PrecompiledLetter{},
	} {
		_, err := notify.MarshalMessage(m)
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
	}
	for _, data := range []string{
		"", "{}", `{"kind":"fax","body":{}}`, `{"kind":"sms","body":"secret"}`, `{"kind":"sms","body":{"reference":1}}`,
		`{"kind":"email","body":{"personalisation":{"f":{"file":"not base64!"}}}}`,
		`{"kind":"email","body":{"personalisation":{"f":{"file":"","retention_period":"x weeks"}}}}`,
	} {
		_, err := notify.UnmarshalMessage([]byte(data))
		require.EqualError(t, err, "notify: what is stored is not a message of MarshalMessage", data)
	}
}

func FuzzUnmarshalMessage(f *testing.F) {
	for _, m := range []notify.Message{
		notify.SMS{PhoneNumber: "1", Personalisation: notify.Personalisation{"a": []int{1}, "b": nil}},
		notify.Email{Personalisation: notify.Personalisation{"f": notify.FileFromBytes("a.pdf", []byte("x"))}},
		notify.Letter{}, notify.PrecompiledLetter{Reference: "r", Content: strings.NewReader("x")},
	} {
		data, err := notify.MarshalMessage(m)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := notify.UnmarshalMessage(data)
		if err != nil {
			require.Nil(t, m)
			return
		}
		once, err := notify.MarshalMessage(m)
		if err != nil { // such as an empty PDF
			require.ErrorIs(t, err, notify.ErrInvalidRequest)
			return
		}
		again, err := notify.UnmarshalMessage(once)
		require.NoError(t, err)
		twice, err := notify.MarshalMessage(again)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}

// A message within a type of the program's own is of its kind: it can be sent, and so stored and read.
func TestStoredMessageWithinAnotherType(t *testing.T) {
	t.Parallel()
	type row struct{ notify.PrecompiledLetter }
	of := func() notify.Message {
		return row{notify.PrecompiledLetter{Reference: "r", Content: strings.NewReader("%PDF-1.4")}}
	}
	stored, err := notify.MarshalMessage(of())
	require.NoError(t, err)
	again, err := notify.UnmarshalMessage(stored)
	require.NoError(t, err)
	require.Equal(t, sentBody(t, of()), sentBody(t, again))
}
