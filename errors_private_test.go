package notify_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// A peer need not quote a value as it was sent: without its blanks, in part, in another case, or in a place where
// Notify puts something else. And it can make its answer look like Notify's.
func TestPiecesOfTheRequestAreNotShown(t *testing.T) {
	t.Parallel()
	m := notify.SMS{
		PhoneNumber: "07900 900 456", TemplateID: templateID, Reference: "ref/Quetzal",
		Personalisation: notify.Personalisation{"name": "Xanthippe Marlowe", "n": 8675309, "short": "Zoe"},
	}
	for _, tc := range []struct{ class, message, trace string }{
		{message: "Missing personalisation: 07900900456"},
		{message: "Missing personalisation: 0-7-9-0-0-9-0-0-4-5-6"},
		{message: "Missing personalisation: xanthippe"},
		{message: "Missing personalisation: Marlowe%20Xanthippe"},
		{message: "Missing personalisation: Zoe"},
		{message: "Missing personalisation: a\x1b[31mred"},
		{message: "Missing personalisation: a\u202eb"},
		{message: "The requested URL was not found on the server. Xanthippe  Marlowe."},
		{message: "marlowe is a required property"},
		{message: "Exceeded rate limit for key type TEST of 8675309 requests per 60 seconds"},
		{message: "Your message is too long. Quetzal cannot be longer than 1 bytes. Your message is 2 bytes."},
		{class: "XanthippeMarlowe"}, {class: "Marlowe"},
		{trace: "0790090045600000"}, {trace: "a8675309a8675309"},
	} {
		body := apiError("400", tc.class, tc.message)
		transport := roundTripper(func(req *http.Request) (*http.Response, error) {
			resp, err := newStub(400, body).RoundTrip(req)
			resp.Header = http.Header{"X-B3-Traceid": {tc.trace}}
			return resp, err
		})
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), m)
		for _, shown := range []string{tc.class, tc.message, tc.trace} {
			if shown != "" {
				require.NotContains(t, err.Error(), shown)
			}
		}
	}
}

// A token in pieces, where a trace id or names of placeholders would stand.
func TestPiecesOfTheTokenAreNotShown(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"message", "trace"} {
		shown := ""
		transport := roundTripper(func(req *http.Request) (*http.Response, error) {
			signature := req.Header.Get("Authorization")
			signature = signature[strings.LastIndexByte(signature, '.')+1:]
			answer := apiError("400", "BadRequestError", "Missing personalisation: "+signature[:20]+" "+signature[20:])
			trace := ""
			if shown = signature[:20]; form == "trace" {
				shown = strings.ToLower(signature[:42]) + "000000000000=="
				answer, trace = apiError("404", "NoResultFound", "No result found"), shown
			}
			resp, err := newStub(400, answer).RoundTrip(req)
			resp.Header = http.Header{"X-B3-Traceid": {trace}}
			return resp, err
		})
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		require.Error(t, err)
		require.NotContains(t, err.Error(), shown, form)
	}
}

// What Notify says when nobody plays tricks is still shown, whatever the message holds.
func TestFixedWordsAreShown(t *testing.T) {
	t.Parallel()
	m := sms()
	m.Personalisation = notify.Personalisation{
		"text": "The validation of your template: not found, missing, is a bad request. " +
			"Double check the phone number you entered.",
	}
	for _, message := range []string{
		"Template not found", "Number is not valid – double check the phone number you entered",
		"Missing personalisation: day, first_name", "Not a UK mobile number",
	} {
		_, err := stubbed(t, 400, apiError("400", "ValidationError", message)).SendSMS(t.Context(), m)
		require.EqualError(t, err, "notify: POST /v2/notifications/sms: 400 ValidationError: "+message)
	}
}
