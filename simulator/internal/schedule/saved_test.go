package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPutBack: what was to come when the events were saved comes again, each time they are put back.
func TestPutBack(t *testing.T) {
	t.Parallel()
	var s Schedule
	var log []string
	empty := s.Save()
	for i, name := range []string{"c", "a", "b"} {
		s.At(in([]int{3, 1, 2}[i]), name, note(&log, name))
	}
	s.CallOut(&Lane{}, in(2), "call", note(&log, "call"))
	var saved Saved
	s.Hold(func() { saved = s.Save() })
	for range 2 {
		run(&s, in(2))
		s.At(in(2), "other", note(&log, "other"))
		s.Advance(in(5))
		require.Equal(t, []string{"a 09:01", "b 09:02", "call 09:02", "other 09:02", "c 09:03"}, log)
		require.Empty(t, s.Pending())
		log = nil
		s.Hold(func() { s.PutBack(saved) })
		require.Len(t, s.Pending(), 4)
	}
	s.Hold(func() { s.PutBack(empty) })
	s.Advance(in(10))
	require.Empty(t, log)
	_, more := s.Next()
	require.False(t, more)
}

// TestHold waits for what is happening.
func TestHold(t *testing.T) {
	t.Parallel()
	var s Schedule
	begun, end := make(chan bool), make(chan bool)
	finished := false
	s.At(in(1), "event", func(time.Time) { close(begun); <-end; finished = true })
	go s.Advance(in(1))
	<-begun
	held := make(chan bool)
	go s.Hold(func() { held <- finished })
	close(end)
	require.True(t, <-held)
}
