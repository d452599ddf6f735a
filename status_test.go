package notify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[notify.Status][3]bool{ // final, failure, success
		notify.StatusCreated:           {},
		notify.StatusSending:           {},
		notify.StatusPending:           {},
		notify.StatusSent:              {},
		notify.StatusAccepted:          {},
		notify.StatusPendingVirusCheck: {},
		"":                             {},
		notify.StatusDelivered:         {true, false, true},
		notify.StatusReceived:          {true, false, true},
		notify.StatusReturnedLetter:    {true, false, false},
		notify.StatusTemporaryFailure:  {true, true, false},
		notify.StatusPermanentFailure:  {true, true, false},
		notify.StatusTechnicalFailure:  {true, true, false},
		notify.StatusFailed:            {true, true, false},
		notify.StatusCancelled:         {true, true, false},
		notify.StatusVirusScanFailed:   {true, true, false},
		notify.StatusValidationFailed:  {true, true, false},
	} {
		require.Equal(t, want, [3]bool{status.IsFinal(), status.IsFailure(), status.IsSuccess()}, status)
	}
}
