package simulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTallyIsBounded: of many days those furthest from the current one are forgotten, and taking back from a forgotten
// one leaves nothing owing.
func TestTallyIsBounded(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	svc := &Service{}
	for day := range 3 * maxTallied {
		svc.accepted.counting(start.AddDate(0, 0, day))[string(Email)] = 2
	}
	require.Len(t, svc.accepted, maxTallied)
	for day := 2 * maxTallied; day < 3*maxTallied; day++ {
		require.Equal(t, 2, svc.accepted.on(start.AddDate(0, 0, day))[string(Email)])
	}
	n := &notification{kind: Email, keyType: KeyTypeLive}
	svc.uncount(n, start)
	require.Zero(t, svc.accepted.on(start)[string(Email)])
	require.Len(t, svc.accepted, maxTallied)
	before := time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC)
	svc.accepted.counting(before)[string(Email)] = 1
	require.Zero(t, svc.accepted.on(before.AddDate(0, 0, 1))[string(Email)], "days before 1970 are days too")
}
