package simulator_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// notes keep what an observer was told.
type notes struct {
	mu       sync.Mutex
	answered []simulator.Answered
	attempts []simulator.CallbackAttempt
}

// TestObserver: it is told of what was accepted and what was refused before the caller knows, and may look at the
// simulator, so that no lock is held meanwhile.
func TestObserver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var n notes
		var w town
		w = setup(t, simulator.ServiceConfig{}, simulator.WithObserver(simulator.Observer{
			Answered: func(a simulator.Answered) {
				w.sim.Requests()
				w.svc.Messages()
				n.mu.Lock()
				defer n.mu.Unlock()
				n.answered = append(n.answered, a)
			},
			CalledBack: func(svc *simulator.Service, a simulator.CallbackAttempt) {
				svc.Messages()
				n.mu.Lock()
				defer n.mu.Unlock()
				n.attempts = append(n.attempts, a)
			},
		}))
		require.NoError(t, w.svc.CallBack(http.NotFoundHandler(), "a-token-of-some-length"))
		key := w.svc.Key(simulator.KeyTypeLive)
		sent := w.sendSMS(t, key, "07900900123")
		require.Equal(t, 201, sent.status)
		require.Len(t, n.answered, 1)
		got := n.answered[0]
		require.Equal(t, simulator.OperationSendSMS, got.Operation)
		require.Equal(t, sent.body["id"], got.NotificationID)
		require.Same(t, w.svc, got.Service)
		require.Equal(t, "live", got.KeyName)
		require.Equal(t, simulator.KeyTypeLive, got.KeyType)
		require.Equal(t, 201, got.Status)
		require.Empty(t, got.Errors)
		require.False(t, got.At.IsZero())

		require.Equal(t, 400, w.sendSMS(t, key, "07900").status)
		require.Equal(t, []simulator.RequestError{{Class: "ValidationError", Message: "phone_number Not enough digits"}},
			n.answered[1].Errors)
		require.Empty(t, n.answered[1].NotificationID)

		w.sim.Inject(simulator.On(simulator.OperationSendSMS), simulator.Refuse(500, "Exception", "Oh")).Times(1)
		require.Equal(t, 500, w.sendSMS(t, key, "07900900123").status)
		require.NotEmpty(t, n.answered[2].Fault)

		w.sim.Advance(0)
		n.mu.Lock()
		defer n.mu.Unlock()
		require.Len(t, n.attempts, 1)
		require.Equal(t, 404, n.attempts[0].Status)
		require.Equal(t, simulator.CallbackResultRefused, n.attempts[0].Result)
	})
}

// TestObserverOfOneThing: a function that is missing is not called.
func TestObserverOfOneThing(t *testing.T) {
	t.Parallel()
	told := 0
	w := setup(t, simulator.ServiceConfig{}, simulator.WithRequestLog(0), simulator.WithObserver(simulator.Observer{
		Answered: func(simulator.Answered) { told++ },
	}))
	require.NoError(t, w.svc.CallBack(http.NotFoundHandler(), "a-token-of-some-length"))
	require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").status)
	w.sim.Advance(0)
	require.Len(t, w.svc.Callbacks(), 1)
	require.Equal(t, 1, told, "also when no request is kept")
}
