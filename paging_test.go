package notify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// TestSamePageAgain: a server that ignores older_than would be read for ever. Reading changed nothing.
func TestSamePageAgain(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, "GET", "/v2/notifications", 200, `{"notifications":[{"id":"`+notificationID+`"}]}`)
	answer(mock, "GET", "/v2/received-text-messages", 200, `{"received_text_messages":[{"id":"`+notificationID+`"}]}`)
	check := func(err error) {
		require.EqualError(t, err, "notify: the service answered with the same page again")
		require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
		require.True(t, notify.SafeToRetry(err))
		require.NotErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, notify.ErrInvalidRequest)
	}
	var last error
	for _, err := range c.Notifications(t.Context(), notify.NotificationFilter{}) {
		last = err
	}
	check(last)
	for _, err := range c.ReceivedTexts(t.Context()) {
		last = err
	}
	check(last)
}

// TestNilPages: what a failed call gives is harmless.
func TestNilPages(t *testing.T) {
	t.Parallel()
	require.Empty(t, (*notify.NotificationPage)(nil).Older())
	require.Empty(t, (*notify.ReceivedTextPage)(nil).Older())
	require.Empty(t, (*notify.Notification)(nil).Address())
}
