package schedule

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCallOuts: call-outs and other events happen in one order, but only when they are run.
func TestCallOuts(t *testing.T) {
	t.Parallel()
	var s Schedule
	var l Lane
	var log []string
	s.CallOut(&l, in(1), "call", func(at time.Time) {
		note(&log, "call")(at)
		s.Advance(in(2)) // as whoever is called does that asks for the state
		s.CallOut(&l, in(2), "again", note(&log, "again"))
		s.CallOut(&l, in(60), "later", note(&log, "later"))
	})
	s.At(in(1), "event", note(&log, "event"))
	s.At(in(2), "second", note(&log, "second"))
	s.At(in(3), "third", note(&log, "third"))
	require.Equal(t, []Event{{in(1), "call"}, {in(1), "event"}, {in(2), "second"}, {in(3), "third"}}, s.Pending())

	s.Advance(in(1))
	require.Equal(t, []string{"event 09:01"}, log, "who only looks calls nobody")
	next, ok := s.Next()
	require.True(t, ok)
	require.Equal(t, in(1), next)
	run(&s, in(5))
	require.Equal(t, []string{"event 09:01", "call 09:01", "second 09:02", "again 09:02", "third 09:03"}, log)
	require.Equal(t, []Event{{in(60), "later"}}, s.Pending())

	e, ok := s.Step(in(59))
	require.False(t, ok, e)
	e, ok = s.Step(in(60))
	require.True(t, ok)
	require.Equal(t, Event{in(60), "later"}, e)
	require.Empty(t, s.lanes, "no memory is kept")
}

// run makes everything happen that is due, in a pause, as who moves the time does.
func run(s *Schedule, now time.Time) {
	s.Pause()
	defer s.Resume()
	for _, more := s.Step(now); more; _, more = s.Step(now) {
		continue
	}
}

// flow makes happen what is due, each lane in a goroutine of its own.
func flow(s *Schedule, now time.Time, wait *sync.WaitGroup) {
	for _, l := range s.Flow(now) {
		wait.Go(func() {
			for s.Call(l, now) {
				continue
			}
		})
	}
}

// TestWaits: who moves the time, or waits for a lane, finds finished what another goroutine is calling.
func TestWaits(t *testing.T) {
	t.Parallel()
	for name, settle := range map[string]func(*Schedule, *Lane){
		"pause":  func(s *Schedule, _ *Lane) { run(s, in(1)) },
		"finish": func(s *Schedule, l *Lane) { s.Finish(l, in(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s Schedule
			var l Lane
			begun, finish := make(chan bool), make(chan bool)
			finished := 0
			s.CallOut(&l, in(1), "slow", func(time.Time) {
				close(begun)
				<-finish
				finished++
			})
			s.CallOut(&l, in(1), "next", func(time.Time) { finished++ })
			var wait sync.WaitGroup
			flow(&s, in(1), &wait)
			<-begun
			s.Advance(in(1)) // does not wait
			require.Empty(t, s.Flow(in(1)), "one at a time")
			_, told := s.NextTold()
			require.False(t, told, "whoever has the lane sees to it")
			wait.Go(func() {
				settle(&s, &l)
				if finished != 2 {
					t.Error("did not wait until the calls were over")
				}
			})
			close(finish)
			wait.Wait()
			require.Empty(t, s.lanes)
			require.Zero(t, s.active)
		})
	}
}

// TestLanes: while one hangs, the others go on, also when somebody waits to move the time.
func TestLanes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s Schedule
		var hung, other Lane
		var wait sync.WaitGroup
		var before, log []string
		s.CallOut(&hung, in(1), "hung", func(time.Time) { time.Sleep(time.Hour) })
		s.CallOut(&hung, in(1), "behind", note(&log, "behind"))
		flow(&s, in(1), &wait)
		synctest.Wait()
		wait.Go(func() { run(&s, in(2)) })
		synctest.Wait()
		s.CallOut(&other, in(1), "other", note(&before, "other"))
		next, ok := s.NextTold()
		require.True(t, ok)
		require.Equal(t, in(1), next)
		flow(&s, in(1), &wait)
		synctest.Wait()
		require.Equal(t, []string{"other 09:01"}, before)
		wait.Wait()
		require.Equal(t, []string{"behind 09:01"}, log)
	})
}

// TestNextTold is what there is to wake up for.
func TestNextTold(t *testing.T) {
	t.Parallel()
	var s Schedule
	var log []string
	nobody := func() {
		t.Helper()
		_, ok := s.NextTold()
		require.False(t, ok)
	}
	nobody()
	s.At(in(1), "silent", note(&log, "silent"))
	nobody()
	s.AtTold(in(3), "told", note(&log, "told"))
	s.At(in(4), "late", note(&log, "late"))
	next, ok := s.NextTold()
	require.True(t, ok)
	require.Equal(t, in(3), next)
	s.TellAll()
	next, _ = s.NextTold()
	require.Equal(t, in(1), next)
	s.At(in(2), "second", note(&log, "second"))
	s.Pause()
	nobody()
	require.Nil(t, s.Flow(in(5)), "in a pause nothing happens by itself")
	require.Empty(t, log)
	s.Resume()
	s.Advance(in(3))
	require.Equal(t, []string{"silent 09:01", "second 09:02", "told 09:03"}, log)
	s.Flow(in(4))
	require.Equal(t, "late 09:04", log[3])
	nobody()
}
