package control_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// fullStore is a store that takes nothing any more once it is full.
type fullStore struct{ full bool }

func (*fullStore) Records() iter.Seq2[simulator.Record, error] {
	return func(func(simulator.Record, error) bool) {}
}

func (s *fullStore) Put([]simulator.Record) error {
	if s.full {
		return errors.New("no space left")
	}
	return nil
}

// What could not be kept is not answered as if it were, and the next request keeps it.
func TestChangesThatAreNotKept(t *testing.T) {
	t.Parallel()
	w := setup(t)
	store := &fullStore{}
	require.NoError(t, w.sim.KeepIn(store))
	svc := w.service(t, object{})
	store.full = true
	status, said := w.do(t, "POST", svc.url+"/keys", object{"name": "another", "type": "test"})
	require.Equal(t, 500, status)
	require.Contains(t, said["error"], "this is done, but not kept, and so may be gone after a restart: ")
	require.Contains(t, said["error"], "no space left")
	status, _ = w.do(t, "GET", svc.url, nil)
	require.Equal(t, 200, status, "reading changes nothing")
	store.full = false
	w.must(t, "POST", svc.url+"/keys", object{"name": "a third", "type": "test"})
	require.NoError(t, w.sim.Flush())
}
