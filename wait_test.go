package notify_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

var notReady = apiError("400", "PDFNotReadyError", "PDF not available yet, try again later")

func TestWaitForLetterPDF(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		notYet := step{status: 400, body: notReady}
		c, s := scripted(t, []step{notYet, notYet, notYet, {status: 200, body: "%PDF"}})
		pdf, err := c.WaitForLetterPDF(t.Context(), notificationID)
		require.NoError(t, err)
		require.Equal(t, "%PDF", string(pdf))
		require.Equal(t, []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second}, s.at)

		c, s = scripted(t, []step{notYet})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
		defer cancel()
		pdf, err = c.WaitForLetterPDF(ctx, notificationID)
		require.Nil(t, pdf)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, notify.ErrPDFNotReady)
		require.ErrorContains(t, err, "PDFNotReadyError")
		require.Equal(t, []time.Duration{
			0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second, 30 * time.Second, 45 * time.Second,
		}, s.at)

		c, s = scripted(t, []step{{status: 400, body: apiError("400", "BadRequestError", "Notification is not a letter")}})
		_, err = c.WaitForLetterPDF(t.Context(), notificationID)
		require.ErrorContains(t, err, "is not a letter")
		require.Len(t, s.at, 1)
	})
}

func TestWaitForNotification(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sending := step{status: 200, body: `{"id":"` + notificationID + `","status":"sending"}`}
		c, s := scripted(t, []step{sending, sending, {status: 200, body: oneNote}})
		n, err := c.WaitForNotification(t.Context(), notificationID)
		require.NoError(t, err)
		require.Equal(t, notify.StatusDelivered, n.Status)
		require.Len(t, s.at, 3)

		c, s = scripted(t, []step{sending})
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		time.AfterFunc(5*time.Second, func() { cancel(enough) })
		n, err = c.WaitForNotification(ctx, notificationID)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, enough)
		require.Equal(t, notify.StatusSending, n.Status, "the last answer")
		require.Equal(t, 5*time.Second, time.Since(s.start))

		c, _ = scripted(t, []step{{status: 404, body: apiError("404", "NoResultFound", "No result found")}})
		n, err = c.WaitForNotification(t.Context(), notificationID)
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.Nil(t, n)
	})
}
