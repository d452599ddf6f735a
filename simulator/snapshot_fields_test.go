package simulator

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/schedule"
)

// TestSnapshotKnowsTheState: a field that is added to the state must be copied by clone, put back by Restore, or left
// alone for a reason. Decide that in snapshot.go, and in described.go whether a store keeps it, and then write it down
// here.
func TestSnapshotKnowsTheState(t *testing.T) {
	t.Parallel()
	for state, fields := range map[reflect.Type]string{
		// What room is left is counted anew. The options, the chain and where the journal goes don't change; who waits for
		// news is woken; bodies are those under way; faults and the log stay as they are.
		reflect.TypeFor[Simulator](): "options registry schedule chain travel faults log news journal capacity bodies",
		reflect.TypeFor[travel]():    "moving ahead alarm", // which is set anew
		reflect.TypeFor[registry]():  "mu shared",
		reflect.TypeFor[shared]():    "services prices delays received",
		// A profile never changes: a snapshot keeps which one it was.
		reflect.TypeFor[Service]():   "sim id current door lane",
		reflect.TypeFor[door]():      "mu state",
		reflect.TypeFor[state]():     "settings limits messages received callbacks cleaning now notes",
		reflect.TypeFor[settings]():  "terms keys people templates outcomes plan",
		reflect.TypeFor[terms]():     "archived trial permissions rateLimit dailyLimits",
		reflect.TypeFor[apiKey]():    "name kind secret revokedAt revokedByHand invalid described",
		reflect.TypeFor[people]():    "team guests allowed",
		reflect.TypeFor[templates](): "list byID precompiled any",
		reflect.TypeFor[limits]():    "buckets today",
		reflect.TypeFor[messages]():  "Ledger awaited news touched gone", // who waits is woken; the journal is told
		reflect.TypeFor[callbacks](): "to attempts quirks epoch pending numbered",
		reflect.TypeFor[quirks]():    "left held hurry",
		reflect.TypeFor[inbox]():     "texts",
		// The values of a message, its files and its letter never change.
		reflect.TypeFor[notification](): "Entry history sentAt keyName template to from replyTo rendered personalisation " +
			"files unsubscribe unsubscribed setByHand ahead phone fragments billed postage letter pdfReady",
	} {
		var names []string
		for i := range state.NumField() {
			names = append(names, state.Field(i).Name)
		}
		require.Equal(t, fields, strings.Join(names, " "), "%s: what does a snapshot do with its new field?", state)
	}
}

// TestRestoreWakes: a call-out that is put back happens, though its timer has gone off already.
func TestRestoreWakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		happened := make(chan string, 2)
		s.schedule.CallOut(&schedule.Lane{}, s.now().Add(time.Minute), "call", func(at time.Time) { happened <- at.String() })
		s.setAlarm()
		snap := s.Snapshot()
		first := <-happened
		require.NoError(t, s.Restore(snap))
		require.Len(t, s.Pending(), 1)
		require.Equal(t, first, <-happened, "at the same time, for it was put back too")
	})
}
