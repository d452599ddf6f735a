package bulk_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
)

type refuses string

func (r refuses) RoundTrip(req *http.Request) (*http.Response, error) {
	body := `{"errors":[{"error":"BadRequestError","message":"` + string(r) + `"}],"status_code":400}`
	return &http.Response{StatusCode: 400, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// A reason is kept for good, and so must not hold what a proxy, or Notify itself, quotes of a message.
func TestReasonsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	const key = "test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	for said, kept := range map[string]string{
		"Missing personalisation: date":          "BadRequestError: Missing personalisation: date",
		"07900 900456 is not somebody we know":   "a reason that may hold personal data",
		"reference order of Amala B is too long": "a reason that may hold personal data",
	} {
		client, err := notify.New(key, notify.WithHTTPClient(&http.Client{Transport: refuses(said)}))
		require.NoError(t, err)
		_, err = client.Send(t.Context(), notify.SMS{PhoneNumber: "07900 900456", Reference: "order of Amala B"})
		require.Equal(t, kept, bulk.Reason(err))
	}
}
