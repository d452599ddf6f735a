package simulator

import (
	"container/heap"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestEventsInOrder: of events that are due at once, the one scheduled first comes first; and of those that came
// nothing is kept.
func TestEventsInOrder(t *testing.T) {
	t.Parallel()
	s := New()
	svc, err := s.AddService(ServiceConfig{Name: "Town Council"})
	require.NoError(t, err)
	for i := range 100 {
		s.schedule(event{at: int64(1000 - i%3), svc: svc, id: uuid.UUID{byte(i)}})
	}
	last := event{}
	for range 90 {
		e := heap.Pop(&s.due.events).(event)
		require.True(t, e.at > last.at || e.at == last.at && e.id[0] > last.id[0])
		last = e
	}
	s.settle(time.UnixMicro(999))
	require.Len(t, s.due.events, 10)
	s.settle(time.UnixMicro(1000))
	require.Nil(t, s.due.events)
	require.Zero(t, s.nextDue.Load())
}
