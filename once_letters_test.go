package notify_test

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// A letter is known by its reference and template alone.
func TestOnceFindsLetters(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		m        notify.Message
		template string
	}{
		"letter": {notify.Letter{
			TemplateID: templateID, Reference: "l-1",
			Personalisation: notify.Personalisation{"address_line_1": "A", "address_line_2": "B", "address_line_3": "SW1A 1AA"},
		}, `{"id":"` + templateID + `","uri":"u","version":1}`},
		"precompiled": {notify.PrecompiledLetter{Reference: "l-1", Content: bytes.NewReader([]byte("%PDF-1.4"))}, "null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, mock := setup(t)
				mock.RegisterResponder(http.MethodPost, notify.DefaultBaseURL+"/v2/notifications/letter",
					httpmock.NewStringResponder(500, "<html>"))
				mock.RegisterResponder(http.MethodGet, notify.DefaultBaseURL+"/v2/notifications",
					httpmock.NewStringResponder(200, `{"notifications":[{"id":"`+notificationID+`","reference":"l-1",`+
						`"type":"letter","status":"accepted","template":`+tc.template+`}],"links":{"current":"c"}}`))
				sent, err := c.Send(t.Context(), tc.m, notify.Once())
				require.NoError(t, err)
				require.True(t, sent.Recovered)
				require.Equal(t, notificationID, sent.ID)
				require.Equal(t, notify.NotificationTypeLetter, sent.Type)
			})
		})
	}
}
