package notify_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for base, wantErr := range map[string]string{
		"https://api.example.gov.uk":           "",
		"https://api.example.gov.uk/":          "",
		"https://api.example.gov.uk/a/b//":     "",
		"http://localhost:6011":                "",
		"http://127.0.0.1:6011/":               "",
		"http://127.9.9.9":                     "",
		"http://[::1]:6011":                    "",
		"http://api.example.gov.uk":            "must be https",
		"http://localhost.example.com":         "must be https",
		"http://127.0.0.1.example.com":         "must be https",
		"":                                     "must begin with https://",
		"api.example.gov.uk":                   "must begin with https://",
		"ftp://example.com":                    "must begin with https://",
		"https://":                             "no host",
		"https://:443":                         "no host",
		"https://me:hunter2@example.com":       "no user",
		"https://example.com?x=hunter2":        "no user",
		"https://example.com#hunter2":          "no user",
		"https://me:hunter2@exam ple.com":      "malformed",
		"http://me:hunter2@exam%ple.com:1\x7f": "malformed",
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			_, err := notify.New(testKey, notify.WithBaseURL(base))
			if wantErr == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, wantErr)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
	_, err := notify.New(testKey, notify.WithInsecureHTTP(), notify.WithBaseURL("http://notify.internal"))
	require.NoError(t, err)
}

func TestOptionsCanFail(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]notify.Option{
		"nil":     nil,
		"client":  notify.WithHTTPClient(nil),
		"type":    notify.WithKeyType("normal"),
		"timeout": notify.WithTimeout(0),
		"agent":   notify.WithUserAgent("a\r\nX: y"),
		"rate":    notify.WithRateLimit(0),
		"rate 2":  notify.WithRateLimit(1_000_001),
		"limiter": notify.WithLimiter(nil),
		"empty":   notify.WithLimiter(&notify.Limiter{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := notify.New(testKey, opt)
			require.Error(t, err)
			require.Nil(t, c)
		})
	}
}

func TestNewMakesNoRequestAndChangesNothing(t *testing.T) {
	t.Parallel()
	hc := &http.Client{}
	c, err := notify.New(" "+testKey+"\n", notify.WithHTTPClient(hc))
	require.NoError(t, err)
	require.Equal(t, http.Client{}, *hc)
	require.Equal(t, notify.KeyTypeTest, c.KeyType())
	require.Equal(t, "my_test_key", c.Key().Name())
	require.Equal(t, "notify.Client(my_test_key-…)", c.String())
	c, err = notify.New(unknownKey, notify.WithKeyType(notify.KeyTypeTeam), notify.WithLogger(nil))
	require.NoError(t, err)
	require.Equal(t, notify.KeyTypeTeam, c.KeyType())
	c.CloseIdleConnections()
	_, err = notify.New("nonsense")
	require.ErrorContains(t, err, "too short")
}
