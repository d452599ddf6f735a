package allowance

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTally(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 11, 24, 23, 59, 0, 0, time.FixedZone("", -3600)) // the 25th in UTC
	var tally Tally
	require.Zero(t, tally.On(evening)["sms"])
	require.True(t, tally.Add(evening, "sms", "international_sms"))
	require.False(t, tally.Add(evening.Add(23*time.Hour), "sms"))
	require.Equal(t, map[string]int{"sms": 2, "international_sms": 1}, tally.On(evening))
	require.True(t, tally.Add(evening.Add(24*time.Hour), "sms"))
	tally.Remove(evening, "sms", "email")
	require.Equal(t, map[string]int{"sms": 1, "international_sms": 1}, tally.On(evening), "yesterday is still there")

	before := time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC)
	tally.Add(before, "email")
	require.Equal(t, 1, tally.On(before)["email"], "days before 1970 are days too")
	require.Zero(t, tally.On(before.AddDate(0, 0, 1))["email"])
}

// TestTallyForgets: days that are long over take no memory, and Remove from such a day has no effect.
func TestTallyForgets(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	var tally Tally
	for day := range 3 * remembered {
		tally.Add(start.AddDate(0, 0, day), "email")
		tally.Forget(start.AddDate(0, 0, day+1))
	}
	require.LessOrEqual(t, len(tally.days), remembered)
	for day := 2*remembered + 1; day < 3*remembered; day++ {
		require.Equal(t, 1, tally.On(start.AddDate(0, 0, day))["email"], day)
	}
	tally.Remove(start, "email")
	require.Zero(t, tally.On(start)["email"])
}

func TestClone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var empty, tally Tally
	other := empty.Clone()
	other.Add(now, "sms")
	require.Empty(t, empty.On(now))
	tally.Add(now, "sms")
	other = tally.Clone()
	tally.Add(now, "sms")
	tally.Add(now.AddDate(0, 0, 1), "sms")
	require.Equal(t, map[string]int{"sms": 1}, other.On(now))
	require.True(t, other.Add(now.AddDate(0, 0, 1), "sms"))
}
