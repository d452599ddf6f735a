package notify_test

import (
	"runtime"
	"strings"
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

// An answer of two bytes a thing must not take a kilobyte of memory for each. Not parallel: it counts what is
// allocated.
func TestListsOfNothingTakeNoMemory(t *testing.T) { //nolint:paralleltest // see above

	nothing := strings.Repeat("{},", 1_400_000) + "{}"
	for name, field := range map[string]string{
		"Notifications": "notifications", "Templates": "templates", "ReceivedTexts": "received_text_messages",
	} {
		c := stubbed(t, 200, `{"`+field+`":[`+nothing+`]}`)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := apiCalls()[name].call(t.Context(), c)
		runtime.ReadMemStats(&after)
		require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), name)
	}
	c := stubbed(t, 400, `{"errors":[`+nothing[:900_000]+`{}]}`)
	_, err := c.SendSMS(t.Context(), sms())
	var e *notify.Error
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Errors, 100)
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	one := `{"id":"` + notificationID + `"}`
	for n, want := range map[int]error{1000: nil, 1001: notify.ErrUnexpectedAnswer} {
		page := `{"notifications":[` + strings.Repeat(one+",", n-1) + one + `]}`
		got, err := stubbed(t, 200, page).NotificationsPage(t.Context(), notify.NotificationFilter{})
		require.ErrorIs(t, err, want, n)
		if want == nil {
			require.Len(t, got.Notifications, n)
		}
	}
}
