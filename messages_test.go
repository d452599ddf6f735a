package notify_test

import (
	"bytes"
	"encoding/base64"
	"io"
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
