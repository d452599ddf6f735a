package notify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestReceivedTexts(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	queries := listing(mock, "/v2/received-text-messages", "received_text_messages", 5, 2)
	i := 0
	for text, err := range c.ReceivedTexts(t.Context()) {
		require.NoError(t, err)
		i++
		require.Equal(t, noteID(i), text.ID)
	}
	require.Equal(t, 5, i)
	require.Equal(t, []string{
		"", "older_than=" + noteID(2), "older_than=" + noteID(4), "older_than=" + noteID(5),
	}, *queries)

	answer(mock, "GET", "/v2/received-text-messages", 200, `{"received_text_messages":[{"content":"hi",`+
		`"created_at":"2024-05-17T15:58:38.342838Z","id":"`+notificationID+`",`+
		`"notify_number":"07900900123","service_id":"s","user_number":"447900900111"}],"links":{}}`)
	page, err := c.ReceivedTextsPage(t.Context(), notificationID)
	require.NoError(t, err)
	require.Equal(t, notificationID, page.Older())
	require.Equal(t, &notify.ReceivedText{
		ID:           notificationID,
		ServiceID:    "s",
		UserNumber:   "447900900111",
		NotifyNumber: "07900900123",
		Content:      "hi",
		CreatedAt:    time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC),
	}, page.ReceivedTexts[0])
}
