package notify_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	const (
		prefix   = "notify: POST /v2/notifications/sms: "
		withheld = " (1 message(s) withheld, as they may hold personal data: see Error.Errors)"
		notThere = "The requested URL was not found on the server. " +
			"If you entered the URL manually please check your spelling and try again."
	)
	for name, tc := range map[string]struct {
		status     int
		body, text string
	}{
		"framework":         {404, `{"message":"` + notThere + `","result":"error"}`, prefix + "404 Not Found: " + notThere},
		"framework, object": {404, `{"message":{"x":"a"},"result":"error"}`, prefix + "404 Not Found" + withheld},
		"html":              {502, "<html>07900900123</html>", prefix + "502 Bad Gateway"},
		"nothing":           {503, "", prefix + "503 Service Unavailable"},
		"unknown status":    {599, "", prefix + "599"},
		"redirect":          {302, "", prefix + "302 Found"},
		"400 without body":  {400, "", prefix + "400 Bad Request"},
		"hostile class": {
			400, `{"errors":[{"error":"07900900123","message":"x"}]}`,
			prefix + "400 Bad Request" + withheld,
		},
		"wrong types": {
			400, `{"errors":[{"error":1,"message":[]}]}`,
			prefix + "400 Bad Request" + withheld,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mock := setup(t)
			answer(mock, "POST", "/v2/notifications/sms", tc.status, tc.body)
			sent, err := c.SendSMS(t.Context(), sms())
			require.Nil(t, sent)
			var e *notify.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tc.body, string(e.Body))
			require.Equal(t, tc.text, err.Error())
			require.Equal(t, tc.text, fmt.Sprintf("%#v", err))
			require.Equal(t, 1, mock.GetTotalCallCount())
		})
	}
}

func TestErrorTextHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	const mark = "07900900123"
	for _, message := range []string{
		"reference " + mark + " is too long",
		"personalisation " + mark + " is not of type object",
		mark + " is not of type object",
		"status " + mark + " is not one of [cancelled, created]",
		"Additional properties are not allowed (" + mark + " was unexpected)",
		"is_csv Unsupported value for is_csv: " + mark + ". Use a boolean true or false value.",
		"retention_period Unsupported value for retention_period: " + mark + ". Supported periods are from 1 to 78 weeks.",
		"Unsupported file type '." + mark + "'. Supported types are: '.csv'",
		"template_id is not a valid UUID\n" + mark,
		"sms_sender_id " + mark + " does not exist in database for service id " + serviceID,
		"something new about " + mark,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			c, mock := setup(t)
			answer(mock, "POST", "/v2/notifications/sms", 400, apiError("400", "ValidationError", message))
			_, err := c.SendSMS(t.Context(), sms())
			require.ErrorIs(t, err, notify.ErrValidation)
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
				require.NotContains(t, fmt.Sprintf(verb, err), mark)
			}
			var e *notify.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, message, e.Errors[0].Message, "who asks gets it")
		})
	}
}

func TestErrorTextShowsWhatIsHarmless(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		"phone_number Not enough digits",
		"Number is not valid – double check the phone number you entered",
		"email_address Not a valid email address",
		"Missing personalisation: name, first name",
		"Can’t send to this recipient using a team-only API key",
		"Template not found",
		"Exceeded send limits (international_sms: 100) for today",
		"Must be a real UK postcode",
		"Can only send a file by email",
		"sms_sender_id " + serviceID + " does not exist in database for service id " + serviceID,
		"Your message is too long. Text messages cannot be longer than 918 characters. Your message is 1000 characters long.",
		"filename `filename` must end with a file extension. For example, filename.csv",
		"Unsupported file type '.exe'. Supported types are: '.csv', '.doc', '.docx'",
		"Address lines must not start with any of the following characters: @ ( ) = [ ] ” \\ / , < >",
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			c, mock := setup(t)
			answer(mock, "POST", "/v2/notifications/sms", 400, apiError("400", "BadRequestError", message))
			_, err := c.SendSMS(t.Context(), sms())
			require.EqualError(t, err, "notify: POST /v2/notifications/sms: 400 BadRequestError: "+message)
		})
	}
	c, mock := setup(t)
	many := strings.Repeat(`{"error":"ValidationError","message":"x is a required property"},`, 1000)
	answer(mock, "POST", "/v2/notifications/sms", 400, `{"errors":[`+many+`{}]}`)
	_, err := c.SendSMS(t.Context(), sms())
	require.Less(t, len(err.Error()), 1000)
}

func TestErrorWithQRCodeDetails(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, "POST", "/v2/notifications/letter", 400, `{"errors":[{"data":"https://x","error":"ValidationError",`+
		`"max_bytes":504,"message":"Cannot create a usable QR code - the link is too long","num_bytes":614}],`+
		`"status_code":400}`)
	_, err := c.SendLetter(t.Context(), notify.Letter{TemplateID: templateID})
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []notify.ErrorDetail{{
		Type:     "ValidationError",
		Message:  "Cannot create a usable QR code - the link is too long",
		Data:     "https://x",
		NumBytes: 614,
		MaxBytes: 504,
	}}, e.Errors)
}

func TestErrorBodyIsCapped(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	url := notify.DefaultBaseURL + "/v2/notifications/sms"
	mock.RegisterResponder("POST", url, func(*http.Request) (*http.Response, error) {
		body := io.NopCloser(strings.NewReader(strings.Repeat("x", 5<<20)))
		return &http.Response{StatusCode: 400, Body: body, ContentLength: -1}, nil
	})
	_, err := c.SendSMS(t.Context(), sms())
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Body, 1<<20)
}

func TestErrorsHoldNoToken(t *testing.T) {
	t.Parallel()
	c, mock := setup(t, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	var token string
	broken := errors.New("broken")
	url := notify.DefaultBaseURL + "/v2/notifications/sms"
	mock.RegisterResponder("POST", url, func(req *http.Request) (*http.Response, error) {
		token = strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
		return nil, broken
	})
	mock.RegisterResponder("POST", notify.DefaultBaseURL+"/v2/notifications/email",
		httpmock.NewStringResponder(201, "<html>"))
	_, lost := c.SendSMS(t.Context(), sms())
	require.ErrorIs(t, lost, broken)
	require.ErrorContains(t, lost, "an error of type *errors.errorString", "its text may quote anything")
	require.NotEmpty(t, token)
	_, undecoded := c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@example.com"})
	require.Error(t, undecoded)
	for _, err := range []error{lost, undecoded} {
		require.False(t, notify.SafeToRetry(err))
		for _, text := range []string{
			fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), deepDump(err),
		} {
			require.NotContains(t, text, token)
			requireClean(t, text)
		}
	}
}

func FuzzDecodeError(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "<html>",
		`{"errors":null}`, `{"errors":[null]}`, `{"message":null}`, `{"message":1}`, `{"errors":{}}`,
		apiError("400", "ValidationError", "template_id is not a valid UUID"),
		`{"message":"x","result":"error"}`, strings.Repeat("[", 20000),
	} {
		f.Add(400, seed)
		f.Add(429, seed)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 300 || status > 999 {
			return
		}
		hc := &http.Client{Transport: newStub(status, body)}
		c, err := notify.New(testKey, notify.WithHTTPClient(hc), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		var e *notify.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, status, e.StatusCode)
		require.True(t, strings.HasPrefix(err.Error(), "notify: POST /v2/notifications/sms: "))
		require.LessOrEqual(t, len(e.Body), 1<<20)
		require.False(t, errors.Is(err, notify.ErrRateLimited) && errors.Is(err, notify.ErrDailyLimit))
		for _, kind := range kinds {
			_ = errors.Is(err, kind)
		}
	})
}

func TestTraceID(t *testing.T) {
	t.Parallel()
	const notFound = `{"errors":[{"error":"NoResultFound","message":"No result found"}],"status_code":404}`
	for id, shown := range map[string]bool{
		"463ac35c9f6413ad48485a3953bb6124": true, "a2fb4a1d1a96d312": true, "1-67891233-abcdef012345678912345678": true,
		"Root=1-67891233-abcdef012345678912345678": true, "A7Xk0Y0oS3yJc8M2Yx4bTn1fQmR5vW9zE6uH3iLpKdGgBsVtNjOaFw==": true,
		"": false, "07900900123": false, "Amala Bird": false, "463ac35c9f6413ad48485a3953bb6124\n": false,
	} {
		c, mock := setup(t)
		url := notify.DefaultBaseURL + "/v2/notifications/" + notificationID
		mock.RegisterResponder("GET", url, func(req *http.Request) (*http.Response, error) {
			resp, err := newStub(404, notFound).RoundTrip(req)
			resp.Header = http.Header{"X-B3-Traceid": {id}}
			return resp, err
		})
		_, err := c.Notification(t.Context(), notificationID)
		var e *notify.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, id, e.TraceID)
		want := "notify: GET /v2/notifications/{id}: 404 NoResultFound: No result found"
		if shown {
			want = "notify: GET /v2/notifications/{id}: 404 NoResultFound (trace " + id + "): No result found"
		}
		require.EqualError(t, err, want)
	}
}
