package notify_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// TestRetryAfterTheLongestWait has waits that are longer than any, as one writes to switch retrying off.
func TestRetryAfterTheLongestWait(t *testing.T) {
	t.Parallel()
	for _, policy := range []notify.RetryPolicy{
		{MinWait: math.MaxInt64}, {MinWait: math.MaxInt64, MaxWait: math.MaxInt64},
		{MinWait: math.MaxInt64 - 1, MaxWait: math.MaxInt64, MaxRetryAfter: math.MaxInt64},
		{MinWait: math.MaxInt64/2 + 1, MaxWait: math.MaxInt64, MaxAttempts: math.MaxInt},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			c, mock := setup(t, notify.WithRetry(policy))
			answer(mock, "GET", "/v2/templates", 503, "")
			_, err := c.Templates(ctx, "")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Less(t, mock.GetTotalCallCount(), 4)
		})
	}
}
