package london_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/london"
)

func TestZone(t *testing.T) {
	t.Parallel()
	summer := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	require.Equal(t, "2026-07-01T13:00:00+01:00", summer.In(london.Zone()).Format(time.RFC3339))
	require.Equal(t, "Europe/London", london.Zone().String())
}
