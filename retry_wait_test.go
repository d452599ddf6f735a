package notify

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// In the package, because from outside such waits would take centuries: the doubling ends before it can overflow into
// the past.
func TestWaitsOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, policy := range []RetryPolicy{
		{MinWait: 1, MaxWait: math.MaxInt64 - 1}, {MinWait: 1 << 61, MaxWait: 1<<62 + 1}, {MinWait: 3, MaxWait: 1 << 62},
		{MinWait: 1, MaxWait: 1},
	} {
		for attempt := 1; attempt <= 200; attempt++ {
			wait := policy.wait(attempt, "")
			require.GreaterOrEqual(t, wait, time.Duration(0))
			require.LessOrEqual(t, wait, policy.MaxWait)
		}
	}
}
