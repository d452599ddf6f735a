package simulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestTimeFlowsOn: callbacks come by themselves at their time, also after the time was moved most of the way to them,
// or back to before them.
func TestTimeFlowsOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		delay    time.Duration
		statuses []int // that the receiver answers with
		move     func(t *testing.T, w town)
		before   int // attempts
	}{
		"receipt":                    {time.Hour, nil, func(_ *testing.T, w town) { w.sim.Advance(59 * time.Minute) }, 0},
		"another attempt":            {0, []int{500}, func(_ *testing.T, w town) { w.sim.Advance(299 * time.Second) }, 1},
		"in several steps":           {time.Hour, nil, advanceBy(30*time.Minute, 20*time.Minute, 9*time.Minute), 0},
		"there and back":             {time.Hour, nil, advanceBy(50*time.Minute, -20*time.Minute, 29*time.Minute), 0},
		"receipt after a restore":    {time.Minute, nil, restoreAfter(2 * time.Minute), 1},
		"restored before it is told": {time.Minute, nil, restoreAfter(30 * time.Second), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, r := receiving(t, simulator.WithOutcomeDelay(c.delay))
				r.statuses = c.statuses
				w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123")
				synctest.Wait()
				c.move(t, w)
				synctest.Wait()
				require.Len(t, r.received(), c.before)
				time.Sleep(time.Minute)
				synctest.Wait()
				require.Len(t, r.received(), c.before+1)
				time.Sleep(100 * time.Hour)
				require.Len(t, r.received(), c.before+1)
			})
		})
	}
}

func advanceBy(steps ...time.Duration) func(*testing.T, town) {
	return func(_ *testing.T, w town) {
		for _, d := range steps {
			w.sim.Advance(d)
		}
	}
}

func restoreAfter(d time.Duration) func(*testing.T, town) {
	return func(t *testing.T, w town) {
		t.Helper()
		snap := w.sim.Snapshot()
		time.Sleep(d)
		require.NoError(t, w.sim.Restore(snap))
	}
}
