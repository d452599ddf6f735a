package notify_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestClassesOfTheDailyLimit(t *testing.T) {
	t.Parallel()
	for class, daily := range map[string]bool{
		"TooManyRequestsError": true, "TooManySMSRequestsError": true, "TrialServiceTooManyEmailRequestsError": true,
		"TooManyConcurrentRequestsError": false, "HTTPTooManyRequestsError": false, "TooManyRequests": false, "": false,
	} {
		body := apiError("429", class, "slow down")
		c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: newStub(429, body)}),
			notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		_, err = c.SendSMS(t.Context(), sms())
		require.Equal(t, daily, errors.Is(err, notify.ErrDailyLimit), class)
		require.Equal(t, !daily, errors.Is(err, notify.ErrRateLimited), class)
	}
}

var kinds = map[string]error{
	"rate":         notify.ErrRateLimited,
	"daily":        notify.ErrDailyLimit,
	"notfound":     notify.ErrNotFound,
	"unauthorised": notify.ErrUnauthorised,
	"revoked":      notify.ErrKeyRevoked,
	"clock":        notify.ErrClockSkew,
	"guest":        notify.ErrNotOnGuestList,
	"trial":        notify.ErrTrialMode,
	"validation":   notify.ErrValidation,
	"missing":      notify.ErrMissingPersonalisation,
	"pdf":          notify.ErrPDFNotReady,
	"request":      notify.ErrInvalidRequest,
}

func TestErrorKinds(t *testing.T) {
	t.Parallel()
	const (
		skewed = "Error: Your system clock must be accurate to within 30 seconds"
		trial  = "Can’t send to this recipient when service is in trial mode" +
			" – see https://www.notifications.service.gov.uk/trial-mode"
		tooFast = "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
	)
	for name, tc := range map[string]struct {
		status               int
		class, message, want string // want: kinds, separated by blanks
	}{
		"no token":            {401, "AuthError", "Unauthorized: authentication token must be provided", "unauthorised"},
		"revoked":             {403, "AuthError", "Invalid token: API key revoked", "unauthorised revoked"},
		"unknown key":         {403, "AuthError", "Invalid token: API key not found", "unauthorised"},
		"documented key":      {403, "BadRequestError", "Invalid token: API key not found", "unauthorised"},
		"clock":               {403, "AuthError", skewed, "unauthorised clock"},
		"documented clock":    {403, "BadRequestError", skewed, "unauthorised clock"},
		"team":                {400, "BadRequestError", "Can’t send to this recipient using a team-only API key", "guest"},
		"documented team":     {400, "BadRequestError", "Cannot send to this recipient using a team-only API key", "guest"},
		"trial":               {400, "BadRequestError", trial, "trial"},
		"letter in trial":     {403, "BadRequestError", "Cannot send letters when service is in trial mode", "trial"},
		"letter by team key":  {403, "BadRequestError", "Cannot send letters with a team api key", ""},
		"validation":          {400, "ValidationError", "template_id is not a valid UUID", "validation"},
		"phone":               {400, "InvalidPhoneError", "Not a UK mobile number", "validation"},
		"missing":             {400, "BadRequestError", "Missing personalisation: name, ref", "missing"},
		"rate":                {429, "RateLimitError", tooFast, "rate"},
		"daily":               {429, "TooManyRequestsError", "Exceeded send limits (sms: 250000) for today", "daily"},
		"daily of the fork":   {429, "LiveServiceTooManySMSRequestsError", "Exceeded SMS daily sending limit", "daily"},
		"not found":           {404, "NoResultFound", "No result found", "notfound"},
		"not found, database": {404, "DataError", "No result found", "notfound"},
		"pdf":                 {400, "PDFNotReadyError", "PDF not available yet, try again later", "pdf"},
		"server":              {500, "KeyError", "Internal server error", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mock := setup(t, notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
			answer(mock, "POST", "/v2/notifications/sms", tc.status, apiError(fmt.Sprint(tc.status), tc.class, tc.message))
			_, err := c.SendSMS(t.Context(), sms())
			for kind, sentinel := range kinds {
				require.Equal(t, strings.Contains(" "+tc.want+" ", " "+kind+" "), errors.Is(err, sentinel), kind)
			}
			var e *notify.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tc.status, e.StatusCode)
			require.Equal(t, []notify.ErrorDetail{{Type: tc.class, Message: tc.message}}, e.Errors)
			require.Equal(t, "POST", e.Method)
			require.Equal(t, "/v2/notifications/sms", e.Route)
			require.Contains(t, err.Error(), tc.class)
			require.Equal(t, tc.status < 500, notify.SafeToRetry(err))
		})
	}
}
