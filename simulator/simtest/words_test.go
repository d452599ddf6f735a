package simtest_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestSnapshot: what was sent, called back and waited for since is undone.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.Realistic())
	called := 0
	kit.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }), "bearer-token")
	post(t, kit)
	snap := kit.Snapshot()
	for n := 1; n <= 2; n++ {
		kit.Advance(time.Minute)
		require.Equal(t, 3*n, called)
		text := kit.One(simtest.To("07900900123"), simtest.WithStatus(notify.StatusDelivered))
		require.Len(t, text.Callbacks, 1)
		post(t, kit)
		kit.N(8)
		kit.Restore(snap)
		kit.N(4)
		kit.One(simtest.To("07900900123"), simtest.WithStatus(notify.StatusCreated))
		require.Empty(t, kit.Service.Callbacks())
	}
	said := failing(t, func(t *fakeT) {
		shared := simtest.NewService(t, kit.Simulator)
		shared.Restore(shared.Snapshot())
	})
	require.Contains(t, said, "that several kits share")
	said = failing(t, func(t *fakeT) { simtest.New(t).Restore(snap) })
	require.Contains(t, said, "another simulator")
}

// TestRestoreWakes: who waits for a message notices that the state was put back.
func TestRestoreWakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		post(t, kit)
		snap := kit.Snapshot()
		kit.Advance(30 * 24 * time.Hour)
		kit.None()
		go func() {
			time.Sleep(time.Second)
			kit.Restore(snap)
		}()
		kit.Eventually(4)
	})
}

// TestEventuallyCalledBack waits for what becomes of a callback.
func TestEventuallyCalledBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		kit.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }), "bearer-token")
		post(t, kit)
		start := time.Now()
		kit.Eventually(3, simtest.Where("told", func(m simtest.Message) bool { return len(m.Callbacks) > 0 }))
		require.Equal(t, 3*time.Second, time.Since(start), "one after the other")
	})
}

// TestInject: in a shared simulator a kit's faults are its own.
func TestInject(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	mine, theirs := simtest.NewService(t, sim), simtest.NewService(t, sim)
	lost := mine.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
	post(t, theirs)
	require.Zero(t, lost.Hits())
	_, err := mine.Client(notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})).SendSMS(t.Context(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: mine.SMSTemplate("Hello"),
	})
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
	require.Equal(t, 1, lost.Hits())
	mine.One()
}

func TestWordsThatFail(t *testing.T) {
	t.Parallel()
	for _, do := range []func(*simtest.Kit){
		func(kit *simtest.Kit) { kit.SetStatus("nothing", notify.StatusDelivered) },
		func(kit *simtest.Kit) { kit.ReturnLetter("nothing") },
		func(kit *simtest.Kit) { kit.CallBack(nil, "bearer-token") },
		func(kit *simtest.Kit) { kit.CallBack(http.NotFoundHandler(), "short") },
	} {
		failing(t, func(t *fakeT) { do(simtest.New(t)) })
	}
	said := failing(t, func(t *fakeT) { simtest.New(t).Inject(simulator.OnSend()) })
	require.Contains(t, said, "Inject needs a fault")
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{Name: "No number"})
	require.NoError(t, err)
	failing(t, func(t *fakeT) {
		kit := simtest.NewService(t, sim)
		kit.Service = service
		kit.ReceiveText("07900900123", "Hi")
	})
}
