package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// keptReload is a simulator with the fixture's service, as the shelf has it.
func keptReload(t *testing.T, s *shelf, fixture string) town {
	t.Helper()
	w := town{sim: simulator.New(), sms: reloadTemplate}
	require.NoError(t, w.sim.Load(about(fixture)))
	require.NoError(t, w.sim.KeepIn(s))
	w.svc = w.sim.Service(reloadService)
	return w
}

// TestKeepInReload: a fixture that was loaded again is what a restart compares with, messages keep the version of their
// template, and what was added by hand is known from what a file said.
func TestKeepInReload(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptReload(t, s, beforeReload)
	byHand, err := w.svc.AddKey("by hand", simulator.KeyTypeTest)
	require.NoError(t, err)
	id := w.sendSMS(t, byHand, "07900900456").id()
	require.NoError(t, w.sim.Reload(about(afterReload)))
	sent, _ := w.svc.Delivered(id)
	require.Contains(t, sent.Text, "Hello")
	keys, templates := w.svc.Keys(), w.svc.Templates()

	w = keptReload(t, s, afterReload)
	require.Equal(t, keys, w.svc.Keys())
	require.Equal(t, templates, w.svc.Templates())
	again, known := w.svc.Delivered(id)
	require.True(t, known)
	require.Equal(t, sent, again, "the text of the old version")

	require.NoError(t, w.sim.Reload(about(beforeReload)))
	var names []string
	for _, k := range w.svc.Keys() {
		names = append(names, k.Name)
	}
	require.Contains(t, names, "by hand")
	require.NotContains(t, names, "new", "the file said it, and does no longer")
	w.svc.Reset()
	keys = w.svc.Keys()
	w = keptReload(t, s, beforeReload)
	require.Equal(t, keys, w.svc.Keys())
	require.Empty(t, w.svc.Messages())
}

// TestKeepInRemoved: a service that a fixture describes and that was removed is not there after a restart, unless its
// description has changed. Nothing of what ends after the removal is stored.
func TestKeepInRemoved(t *testing.T) {
	t.Parallel()
	s := newShelf()
	w := keptReload(t, s, beforeReload)
	other, err := w.sim.AddService(simulator.ServiceConfig{Name: "Another"})
	require.NoError(t, err)
	other.Remove()
	w.svc.Remove()
	require.NoError(t, w.svc.AddToGuestList("late@example.gov.uk"))
	require.Len(t, s.records, 1, "one that nobody describes leaves nothing")
	for range 2 {
		require.Nil(t, keptReload(t, s, beforeReload).svc)
	}
	w = keptReload(t, s, afterReload)
	require.NotNil(t, w.svc)
	require.NotNil(t, keptReload(t, s, afterReload).svc)
}
