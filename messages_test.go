package notify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestSendSMS(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/sms", 201, referencedAnswer)
	sent, err := c.SendSMS(t.Context(), notify.SMS{
		PhoneNumber:     "07900 900123",
		TemplateID:      templateID,
		Reference:       "r-1",
		SenderID:        serviceID,
		Personalisation: notify.Personalisation{"name": "Amala"},
	})
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{
		"phone_number":    "07900 900123",
		"template_id":     templateID,
		"reference":       "r-1",
		"sms_sender_id":   serviceID,
		"personalisation": map[string]any{"name": "Amala"},
	}}, *bodies)
	require.Equal(t, &notify.SentSMS{
		ID:        notificationID,
		Reference: "r-1",
		URI:       notify.DefaultBaseURL + "/v2/notifications/" + notificationID,
		Template:  notify.TemplateRef{ID: templateID, Version: 3, URI: notify.DefaultBaseURL + "/services/c/templates/f"},
		Content:   notify.SMSContent{Body: "Hello Amala", FromNumber: "GOVUK"},
	}, sent)

	bodies = answer(mock, "POST", "/v2/notifications/sms", 201, smsAnswer)
	_, err = c.SendSMS(t.Context(), sms())
	require.NoError(t, err)
	want := map[string]any{"phone_number": "07900900123", "template_id": templateID}
	require.Equal(t, want, (*bodies)[0], "what is zero is absent")
}

func TestSendEmail(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/email", 201, `{"content":{"body":"b",`+
		`"from_email":"f@notifications.service.gov.uk","one_click_unsubscribe_url":"https://u","subject":"s"},
		"id":"`+notificationID+`","reference":"r+1",`+
		`"sanitised_content":{"name":{"sanitised":"a\\.b","unsanitised":"a.b"}},`+
		`"scheduled_for":"2024-05-17 15:58:38.342838",`+
		`"template":{"id":"t","uri":"u","version":1},"uri":"x","new":1}`)
	no := false
	file := notify.FileFromBytes("a.csv", []byte("a,b\n"))
	file.RetentionWeeks, file.ConfirmEmail = 4, &no
	sent, err := c.SendEmail(t.Context(), notify.Email{
		EmailAddress:           "a@example.com",
		TemplateID:             templateID,
		Reference:              "r+1",
		ReplyToID:              serviceID,
		OneClickUnsubscribeURL: "https://u",
		SanitiseContentFor:     []string{"name"},
		Personalisation: notify.Personalisation{
			"name":  "a.b",
			"file":  &file,
			"other": notify.FileFromReader("", strings.NewReader("x")),
		},
	})
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"email_address":             "a@example.com",
		"template_id":               templateID,
		"reference":                 "r+1",
		"email_reply_to_id":         serviceID,
		"one_click_unsubscribe_url": "https://u",
		"sanitise_content_for":      []any{"name"},
		"personalisation": map[string]any{
			"name":  "a.b",
			"other": map[string]any{"file": "eA=="},
			"file": map[string]any{
				"file":                          "YSxiCg==",
				"filename":                      "a.csv",
				"retention_period":              "4 weeks",
				"confirm_email_before_download": false,
			},
		},
	}, (*bodies)[0])
	require.Equal(t, map[string]notify.Sanitised{"name": {Sanitised: `a\.b`, Unsanitised: "a.b"}}, sent.Sanitised)
	require.Equal(t, notify.EmailContent{
		Subject:                "s",
		Body:                   "b",
		FromEmail:              "f@notifications.service.gov.uk",
		OneClickUnsubscribeURL: "https://u",
	}, sent.Content)
	require.Equal(t, time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC), sent.ScheduledFor)
	require.Equal(t, "r+1", sent.Reference)
}

func TestSendLetter(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/letter", 201, `{"content":{"body":"b","subject":"s"},`+
		`"id":"`+notificationID+`","reference":"r","scheduled_for":null,"template":{},"uri":"x"}`)
	values := notify.Personalisation{"name": "Amala"}
	sent, err := c.SendLetter(t.Context(), notify.Letter{
		Address:         []string{"A Bird", "1 Street", "SW1A 1AA"},
		TemplateID:      templateID,
		Personalisation: values,
		Reference:       "r",
	})
	require.NoError(t, err)
	require.Equal(t, notify.LetterContent{Subject: "s", Body: "b"}, sent.Content)
	require.Equal(t, map[string]any{
		"template_id": templateID,
		"reference":   "r",
		"personalisation": map[string]any{
			"name": "Amala", "address_line_1": "A Bird", "address_line_2": "1 Street", "address_line_3": "SW1A 1AA",
		},
	}, (*bodies)[0])
	require.Equal(t, notify.Personalisation{"name": "Amala"}, values, "not changed")

	bodies = answer(mock, "POST", "/v2/notifications/letter", 201, `{"id":"`+notificationID+`","reference":null}`)
	_, err = c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID})
	require.NoError(t, err)
	require.Equal(t, map[string]any{}, (*bodies)[0]["personalisation"], "required even if empty")
	address := notify.Personalisation{"address_line_1": "A"}
	_, err = c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID, Personalisation: address})
	require.NoError(t, err, "an address in the personalisation is fine on its own")

	for _, bad := range []notify.Letter{
		{Address: make([]string, 8)},
		{Address: []string{"A"}, Personalisation: notify.Personalisation{"address_line_1": "B"}},
		{Address: []string{"A"}, Personalisation: notify.Personalisation{"Address Line 7": "B"}},
		{Address: []string{"A"}, Personalisation: notify.Personalisation{"postcode": "B"}},
	} {
		_, err := c.SendLetter(t.Context(), bad)
		require.ErrorIs(t, err, notify.ErrInvalidRequest)
	}
}

func TestSendPrecompiledLetter(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/letter", 201,
		`{"id":"`+notificationID+`","postage":"first","reference":"r"}`)
	sent, err := c.SendPrecompiledLetter(t.Context(), notify.PrecompiledLetter{
		Reference: "r",
		Content:   strings.NewReader("%PDF"),
		Postage:   notify.PostageFirst,
	})
	require.NoError(t, err)
	require.Equal(t, &notify.SentPrecompiledLetter{ID: notificationID, Reference: "r", Postage: notify.PostageFirst}, sent)
	content := base64.StdEncoding.EncodeToString([]byte("%PDF"))
	require.Equal(t, []map[string]any{{"reference": "r", "postage": "first", "content": content}}, *bodies)

	for name, tc := range map[string]struct {
		letter notify.PrecompiledLetter
		is     error
	}{
		"no reference": {notify.PrecompiledLetter{Content: strings.NewReader("x")}, notify.ErrInvalidRequest},
		"no content":   {notify.PrecompiledLetter{Reference: "r"}, notify.ErrInvalidRequest},
		"empty": {
			notify.PrecompiledLetter{Reference: "r", Content: strings.NewReader("")},
			notify.ErrInvalidRequest,
		},
		"too large": {
			notify.PrecompiledLetter{Reference: "r", Content: bytes.NewReader(make([]byte, notify.MaxLetterBytes+1))},
			notify.ErrTooLarge,
		},
		"too large a stream": {
			notify.PrecompiledLetter{Reference: "r", Content: io.LimitReader(zeros{}, notify.MaxLetterBytes+1)},
			notify.ErrTooLarge,
		},
	} {
		_, err := c.SendPrecompiledLetter(t.Context(), tc.letter)
		require.ErrorIs(t, err, tc.is, name)
		require.True(t, notify.SafeToRetry(err))
	}
	require.Equal(t, 1, mock.GetTotalCallCount())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Whatever takes a personalisation refuses what cannot be sent, before it sends anything.
func TestPersonalisationIsRefusedByAll(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	bad := notify.Personalisation{"when": time.Now()}
	for name, call := range map[string]func() error{
		"sms": func() error {
			_, err := c.SendSMS(t.Context(), notify.SMS{Personalisation: bad})
			return err
		},
		"email": func() error {
			_, err := c.SendEmail(t.Context(), notify.Email{Personalisation: bad})
			return err
		},
		"letter": func() error {
			_, err := c.SendLetter(t.Context(), notify.Letter{Personalisation: bad})
			return err
		},
		"preview": func() error {
			_, err := c.PreviewTemplate(t.Context(), templateID, bad)
			return err
		},
	} {
		err := call()
		require.ErrorIs(t, err, notify.ErrInvalidRequest, name)
		require.EqualError(t, err, `notify: personalisation "when": a value of type time.Time cannot be used here`, name)
	}
}

func TestFileLimits(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
	send := func(f notify.File) error {
		_, err := c.SendEmail(t.Context(), notify.Email{
			EmailAddress:    "a@example.com",
			Personalisation: notify.Personalisation{"f": f},
		})
		return err
	}
	endless := &counter{}
	broken := errors.New("disk on fire")
	breaksOff := io.MultiReader(strings.NewReader("x"), iotestErr{broken})
	for name, tc := range map[string]struct {
		file notify.File
		is   error
	}{
		"too large":          {notify.FileFromBytes("a.csv", make([]byte, notify.MaxFileBytes+1)), notify.ErrTooLarge},
		"endless":            {notify.FileFromReader("a.csv", endless), notify.ErrTooLarge},
		"empty":              {notify.FileFromBytes("a.csv", nil), notify.ErrInvalidRequest},
		"zero":               {notify.File{}, notify.ErrInvalidRequest},
		"no extension":       {notify.FileFromBytes("a", []byte("x")), notify.ErrInvalidRequest},
		"long name":          {notify.FileFromBytes(strings.Repeat("a", 97)+".csv", []byte("x")), notify.ErrInvalidRequest},
		"retention too long": {notify.File{Filename: "a.csv", RetentionWeeks: 79}, notify.ErrInvalidRequest},
		"broken reader":      {notify.FileFromReader("a.csv", breaksOff), broken},
	} {
		err := send(tc.file)
		require.ErrorIs(t, err, tc.is, name)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, name)
		require.ErrorContains(t, err, `personalisation "f": `)
	}
	require.LessOrEqual(t, endless.n, notify.MaxFileBytes+1, "no more is read than tells that it is too much")
	require.Zero(t, mock.GetTotalCallCount())

	for _, size := range []int{1, 2, 3, 48 << 10, 48<<10 + 1, notify.MaxFileBytes} {
		content := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		require.NoError(t, send(notify.FileFromReader("a.csv", io.MultiReader(bytes.NewReader(content)))))
		last := (*bodies)[len(*bodies)-1]["personalisation"].(map[string]any)["f"].(map[string]any)["file"].(string)
		got, err := base64.StdEncoding.DecodeString(last)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got), size)
	}
}

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }

func TestPersonalisation(t *testing.T) {
	t.Parallel()
	type name string
	type names []name
	text := "p"
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/sms", 201, `{"id":"`+notificationID+`"}`)
	for label, tc := range map[string]struct {
		value any
		want  string // JSON; "" for refused
	}{
		"text":          {"a\"\\\n\t\x00\x7f<é😀\u2028", `"a\"\\\n\t\u0000` + "\x7f" + `<é😀\u2028"`},
		"invalid UTF-8": {"a\xffb", `"a\ufffdb"`},
		"int":           {-5, `-5`}, "uint8": {uint8(7), `7`}, "int64": {int64(math.MaxInt64), `9223372036854775807`},
		"float": {1.5, `1.5`}, "whole float": {3.0, `3`}, "float32": {float32(0.1), `0.1`},
		"huge": {1e30, `1e+30`}, "tiny": {1e-9, `1e-09`},
		"bool": {true, `true`}, "nil": {nil, `null`}, "number": {json.Number("1.20"), `1.20`},
		"named": {name("n"), `"n"`}, "pointer": {&text, `"p"`}, "nil pointer": {(*string)(nil), `null`},
		"strings": {[]string{"a", "b"}, `["a","b"]`}, "any": {[]any{"a", 1, true, nil}, `["a",1,true,null]`},
		"named list": {names{"a"}, `["a"]`},
		"empty list": {[]string{}, `[]`}, "nil list": {[]string(nil), `[]`}, "array": {[2]int{1, 2}, `[1,2]`},
		"NaN": {math.NaN(), ""}, "infinite": {math.Inf(1), ""}, "infinite in a list": {[]float64{math.Inf(-1)}, ""},
		"bad number": {json.Number("secret"), ""},
		"bytes":      {[]byte("secret"), ""}, "map": {map[string]string{"secret": "secret"}, ""},
		"struct": {struct{ A string }{"secret"}, ""}, "time": {time.Now(), ""},
		"func": {func() {}, ""}, "channel": {make(chan int), ""}, "complex": {1i, ""},
		"nested list":    {[]any{[]string{"secret"}}, ""},
		"file in a list": {[]any{notify.FileFromBytes("a.csv", []byte("secret"))}, ""},
		"nil file":       {(*notify.File)(nil), `null`},
	} {
		before := mock.GetTotalCallCount()
		m := sms()
		m.Personalisation = notify.Personalisation{"k\"1": tc.value}
		_, err := c.SendSMS(t.Context(), m)
		if tc.want == "" {
			require.ErrorIs(t, err, notify.ErrInvalidRequest, label)
			require.NotContains(t, err.Error(), "secret", label)
			require.Equal(t, before, mock.GetTotalCallCount())
			continue
		}
		require.NoError(t, err, label)
		raw, err := json.Marshal((*bodies)[len(*bodies)-1]["personalisation"].(map[string]any)["k\"1"])
		require.NoError(t, err)
		require.JSONEq(t, tc.want, string(raw), label)
	}
}

func FuzzPersonalisation(f *testing.F) {
	f.Add("name", "value\x00\xff\"")
	f.Add("", "\u2028</script>")
	f.Fuzz(func(t *testing.T, key, value string) {
		c, mock := setup(t)
		stored, err := json.Marshal(string([]rune(value)))
		require.NoError(t, err)
		bodies := answer(mock, "POST", "/v2/notifications/sms", 201,
			`{"id":"`+notificationID+`","reference":`+string(stored)+`}`)
		m := sms()
		m.Reference = value
		m.Personalisation = notify.Personalisation{key: value, "list": []string{value}}
		_, err = c.SendSMS(t.Context(), m)
		require.NoError(t, err)
		want := strings.ToValidUTF8(value, "\ufffd")
		if strings.Count(want, "\ufffd") != strings.Count(value, "\ufffd") {
			want = string([]rune(value)) // one replacement for each bad byte
		}
		p := (*bodies)[0]["personalisation"].(map[string]any)
		if key != "list" {
			require.Equal(t, want, p[string([]rune(key))])
		}
	})
}
