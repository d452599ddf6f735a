package schedule

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// in returns the time that many minutes after the start.
func in(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

// note returns an event that appends its label and time to a log.
func note(log *[]string, label string) func(time.Time) {
	return func(at time.Time) { *log = append(*log, label+at.Format(" 15:04")) }
}

func TestOrder(t *testing.T) {
	t.Parallel()
	var s Schedule
	var log []string
	for _, e := range []struct {
		minutes int
		label   string
	}{{5, "third"}, {1, "first"}, {9, "last"}, {5, "fourth"}, {1, "second"}} {
		s.At(in(e.minutes), e.label, note(&log, e.label))
	}
	next, ok := s.Next()
	require.True(t, ok)
	require.Equal(t, in(1), next)
	require.Equal(t, []Event{
		{in(1), "first"}, {in(1), "second"}, {in(5), "third"}, {in(5), "fourth"}, {in(9), "last"},
	}, s.Pending())

	s.Advance(in(1).Add(-time.Microsecond))
	require.Empty(t, log)
	s.Advance(in(5))
	require.Equal(t, []string{"first 09:01", "second 09:01", "third 09:05", "fourth 09:05"}, log)
	s.Advance(in(2)) // a clock may go back: events are not undone
	require.Equal(t, []Event{{in(9), "last"}}, s.Pending())
	s.Advance(in(1000))
	require.Equal(t, "last 09:09", log[4])
	_, ok = s.Next()
	require.False(t, ok)
	require.Empty(t, s.Pending())
	require.Nil(t, s.events, "no memory is kept")
}

// TestEventsOfEvents: an event scheduled by another takes its place in the order, whether it is due already or not.
func TestEventsOfEvents(t *testing.T) {
	t.Parallel()
	var s Schedule
	var log []string
	s.At(in(1), "parent", func(at time.Time) {
		note(&log, "parent")(at)
		s.At(in(2), "child", note(&log, "child"))
		s.At(in(30), "later", note(&log, "later"))
		s.At(in(0), "overdue", note(&log, "overdue"))
	})
	s.At(in(3), "other", note(&log, "other"))
	s.Advance(in(10))
	require.Equal(t, []string{"parent 09:01", "overdue 09:00", "child 09:02", "other 09:03"}, log)
	require.Equal(t, []Event{{in(30), "later"}}, s.Pending())
}

// TestAdvanceWaits: when Advance returns, all due events have finished, even if another goroutine was running one.
func TestAdvanceWaits(t *testing.T) {
	t.Parallel()
	var s Schedule
	begun, finish := make(chan bool), make(chan bool)
	happened := false
	s.At(in(1), "slow", func(time.Time) {
		close(begun)
		<-finish
		happened = true
	})
	var wait sync.WaitGroup
	wait.Go(func() { s.Advance(in(1)) })
	<-begun
	_, ok := s.Next()
	require.False(t, ok, "the list is free while an event happens")
	s.At(in(9), "another", func(time.Time) {})
	wait.Go(func() {
		s.Advance(in(1))
		if !happened { // this would be a race too, if Advance did not wait
			t.Error("Advance returned before the event was over")
		}
	})
	close(finish)
	wait.Wait()
}

func TestAnyOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var s Schedule
	var fired []time.Time
	for range 1000 {
		s.At(in(random.IntN(500)), "", func(at time.Time) { fired = append(fired, at) })
		if random.IntN(10) == 0 {
			s.Advance(in(random.IntN(100)))
		}
	}
	before := len(fired)
	s.Advance(in(500))
	require.Len(t, fired, 1000)
	require.IsNonDecreasing(t, millis(fired[before:]))
}

// TestAnyEra: the clock of a test may begin anywhere, even in 1970 or in the year 1.
func TestAnyEra(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.Unix(0, 0), {}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		var s Schedule
		happened := false
		s.At(at, "", func(time.Time) { happened = true })
		s.Advance(at.Add(-time.Microsecond))
		require.False(t, happened, at)
		s.Advance(at)
		require.True(t, happened, at)
	}
}

func millis(times []time.Time) []int64 {
	list := make([]int64, len(times))
	for i, at := range times {
		list[i] = at.UnixMilli()
	}
	return list
}

func BenchmarkAdvanceNothing(b *testing.B) {
	var s Schedule
	s.At(in(1), "", func(time.Time) {})
	for b.Loop() {
		s.Advance(start)
	}
}

func BenchmarkAtAndAdvance(b *testing.B) {
	var s Schedule
	b.ReportAllocs()
	for b.Loop() {
		s.At(start, "", func(time.Time) {})
		s.Advance(start)
	}
}
