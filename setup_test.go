package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
)

const (
	serviceID  = "26785a09-ab16-4eb0-8407-a37497a57506"
	secretID   = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	testKey    = "my_test_key-" + serviceID + "-" + secretID
	teamKey    = "team key-" + serviceID + "-" + secretID
	liveKey    = "live-" + serviceID + "-" + secretID
	unknownKey = "acme-" + serviceID + "-" + secretID

	templateID     = "f33517ff-2a88-4f6e-b855-c550268ce08a"
	notificationID = "740e5834-3a29-46b4-9a6f-16142fde533a"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setup gives a client over a mock in which a request nobody registered fails the test.
func setup(t *testing.T, opts ...notify.Option) (*notify.Client, *httpmock.MockTransport) {
	t.Helper()
	return setupKey(t, testKey, opts...)
}

func setupKey(t *testing.T, key string, opts ...notify.Option) (*notify.Client, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(req *http.Request) (*http.Response, error) {
		t.Errorf("unexpected request %s %s", req.Method, req.URL)
		return httpmock.NewStringResponse(418, ""), nil
	})
	c, err := notify.New(key, append([]notify.Option{notify.WithHTTPClient(&http.Client{Transport: mock})}, opts...)...)
	require.NoError(t, err)
	return c, mock
}

// answer registers one answer and keeps the requests' bodies.
func answer(mock *httpmock.MockTransport, method, path string, status int, body string) *[]map[string]any {
	var bodies []map[string]any
	mock.RegisterResponder(method, notify.DefaultBaseURL+path, func(req *http.Request) (*http.Response, error) {
		if req.Body != nil {
			raw, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			var decoded map[string]any
			if err := json.Unmarshal(raw, &decoded); err != nil {
				return nil, err
			}
			bodies = append(bodies, decoded)
		}
		return httpmock.NewStringResponse(status, body), nil
	})
	return &bodies
}

func sms() notify.SMS { return notify.SMS{PhoneNumber: "07900900123", TemplateID: templateID} }

func apiError(status, class, message string) string {
	b, _ := json.Marshal(message)
	return `{"errors":[{"error":"` + class + `","message":` + string(b) + `}],"status_code":` + status + `}`
}
