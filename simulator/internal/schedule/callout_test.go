package schedule

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCallOuts: call-outs and other events happen in one order, but only when they are run.
func TestCallOuts(t *testing.T) {
	t.Parallel()
	var s Schedule
	var log []string
	s.CallOut(in(1), "call", func(at time.Time) {
		note(&log, "call")(at)
		s.Advance(in(2)) // as whoever is called does that asks for the state
		s.CallOut(in(2), "again", note(&log, "again"))
		s.CallOut(in(60), "later", note(&log, "later"))
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
	s.Run(in(5))
	require.Equal(t, []string{"event 09:01", "call 09:01", "second 09:02", "again 09:02", "third 09:03"}, log)
	require.Equal(t, []Event{{in(60), "later"}}, s.Pending())

	e, ok := s.Step(in(59))
	require.False(t, ok, e)
	e, ok = s.Step(in(60))
	require.True(t, ok)
	require.Equal(t, Event{in(60), "later"}, e)
	require.Nil(t, s.callOuts, "no memory is kept")
}

// TestRunWaits: who runs the schedule finds finished what another goroutine is calling.
func TestRunWaits(t *testing.T) {
	t.Parallel()
	var s Schedule
	begun, finish := make(chan bool), make(chan bool)
	finished := false
	s.CallOut(in(1), "slow", func(time.Time) {
		close(begun)
		<-finish
		finished = true
	})
	var wait sync.WaitGroup
	wait.Go(func() { s.Run(in(1)) })
	<-begun
	s.Advance(in(1)) // does not wait
	wait.Go(func() {
		s.Run(in(1))
		if !finished {
			t.Error("Run returned before the call was over")
		}
	})
	close(finish)
	wait.Wait()
}
