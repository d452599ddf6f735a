package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// TestBody has the three forms in which the real service reports errors.
func TestBody(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]*wire.Failure{
		`{"message":"The method is not allowed for the requested URL.","result":"error"}`: wire.MethodNotAllowed,
		`{"errors":[{"error":"ValueError","message":"Internal server error"}],"status_code":500}`: wire.Crash(
			wire.ValueError),
		`{"errors":[{"error":"BadRequestError","message":"Can\u2019t send to this recipient using a team-only API key"}],` +
			`"status_code":400}`: wire.RecipientByTeamKey,
		`{"errors":[{"error":"ValidationError","message":"a"},{"error":"ValidationError","message":"b"}],` +
			`"status_code":400}`: wire.Invalid("a", "b", "a"),
		`{"errors":[{"data":"x","error":"ValidationError","max_bytes":504,` +
			`"message":"Cannot create a usable QR code - the link is too long","num_bytes":505}],` +
			`"status_code":400}`: wire.QRCodeTooLong("x", 505),
	} {
		require.Equal(t, want+"\n", string(f.Body()))
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]*wire.Failure{
		"Service is not allowed to send text messages":                          wire.PermissionMissing("sms"),
		"letter template is not suitable for email notification":                wire.TemplateTypeWrong("letter", "email"),
		"Exceeded rate limit for key type TEAM of 3000 requests per 60 seconds": wire.RateLimitExceeded("team", 3000),
		"Exceeded send limits (sms: 100) for today":                             wire.DailyLimitExceeded("sms", 100),
		"field 1 does not exist in database for service id 2":                   wire.SenderNotFound("field", "1", "2"),
		"Your message is too long. Text messages cannot be longer than 918 " +
			"characters. Your message is 919 characters long.": wire.SMSTooLong(919),
	} {
		require.Equal(t, want, f.Errors[0].Message)
	}
	require.Equal(t, 429, wire.DailyLimitExceeded("sms", 0).Status)
}
