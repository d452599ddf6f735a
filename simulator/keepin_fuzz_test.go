package simulator_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// FuzzKeepIn: whatever a record holds, it is refused, or what it says can be shown, sent to and stored again.
func FuzzKeepIn(f *testing.F) {
	c := &clock{now: time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)}
	s := newShelf()
	w := keptTown(f, s, simulator.WithClock(c.Now), simulator.WithReadableIDs()) // so that a finding stays one
	live := w.svc.Key(simulator.KeyTypeLive)
	w.sendSMS(f, live, "07900900123")
	w.sendLetter(f, live)
	w.do(f, live, "POST", "/v2/notifications/letter", fields{"reference": "r", "content": plainPDF})
	_, err := w.svc.ReceiveText("07900900123", "Hello")
	require.NoError(f, err)
	w.sim.Advance(time.Second)
	for key, value := range s.records {
		f.Add(key, string(value))
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		if strings.Count(value, `"BearerToken"`) > 0 || strings.Contains(value, `"URL":"http`) {
			t.Skip() // it would be posted to
		}
		changed := &shelf{records: maps.Clone(s.records)}
		changed.records[key] = []byte(value)
		sim := simulator.New(simulator.WithClock(c.Now))
		if sim.KeepIn(changed) != nil {
			return
		}
		for _, svc := range sim.Services() {
			for _, n := range svc.Messages() {
				_, known := svc.Delivered(n.ID)
				require.True(t, known)
			}
			svc.Usage()
		}
		sim.Pending()
		sim.Advance(time.Minute)
		require.NoError(t, sim.Flush())
		require.NoError(t, simulator.New(simulator.WithClock(c.Now)).KeepIn(changed), "it can be read again")
	})
}
