package simulator

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/schedule"
)

// TestAlarm: each call-out happens at its time, in whatever order they are made and whatever else happens.
func TestAlarm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		s := New()
		lanes := make([]schedule.Lane, 5)
		var happened atomic.Int32
		for n := range 2000 {
			d := time.Duration(random.IntN(10_000)) * time.Millisecond
			at := s.now().Add(d)
			s.schedule.CallOut(&lanes[n%len(lanes)], at, "call", func(time.Time) {
				happened.Add(1)
				if !s.now().Equal(at) {
					t.Errorf("at %s, not %s", s.now(), at)
				}
			})
			s.wakeIn(d)
			switch random.IntN(20) {
			case 0:
				time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
			case 1:
				s.Snapshot()
			case 2:
				s.setAlarm()
			}
		}
		time.Sleep(10 * time.Second)
		require.Equal(t, int32(2000), happened.Load())
		require.Nil(t, s.travel.alarm.timer)
	})
}

// TestAlarmOfStillClock: a clock that stands still is asked ever more seldom, and what is due meanwhile is not late.
func TestAlarmOfStillClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		now := time.Now()
		s := New(WithClock(func() time.Time {
			asked.Add(1)
			return now
		}))
		var lane schedule.Lane
		happened := make(chan string, 2)
		s.schedule.CallOut(&lane, now.Add(time.Second), "later", func(time.Time) { happened <- "later" })
		s.setAlarm()
		time.Sleep(time.Hour)
		require.Less(t, asked.Load(), int32(50))
		require.Empty(t, happened)
		s.schedule.CallOut(&lane, now, "now", func(time.Time) { happened <- "now" })
		s.wakeIn(0)
		synctest.Wait()
		require.Equal(t, "now", <-happened)
		s.Advance(time.Second)
		require.Equal(t, "later", <-happened)
	})
}
