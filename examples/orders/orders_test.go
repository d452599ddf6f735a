package orders_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/orders"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

const phone = "07900900123"

func TestALostAnswerDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // what Confirm waits takes no time
		kit := simtest.New(t)
		kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1) // accepted, but the answer never arrives
		template := kit.SMSTemplate("We have got your order ((order)).")
		require.NoError(t, orders.Confirm(t.Context(), kit.Client(), template, "order-1", phone, false))
		kit.One(simtest.Reference("order-1"))
	})
}

// Whatever goes wrong with the first send: in the end there is one message.
func TestOneMessage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"request lost":      simulator.LoseRequest(),
		"answer cut":        simulator.CutAnswer(),
		"answer too late":   simulator.DelayAnswer(time.Hour),
		"no answer":         simulator.StallRequest(),
		"an error":          simulator.Refuse(500, "SQLAlchemyError", "Internal server error"),
		"gateway gave up":   simulator.AfterHandling(simulator.ProxyPage(simulator.ProxyAWS, 504)),
		"maintenance":       simulator.Respond(200, "text/html", "<p>We will be back soon</p>"),
		"too many requests": simulator.RateLimited(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				kit := simtest.New(t)
				kit.Inject(simulator.OnSend(), fault).Times(1)
				template := kit.SMSTemplate("We have got your order ((order)).")
				require.NoError(t, orders.Confirm(t.Context(), kit.Client(), template, "order 1+2", phone, false))
				kit.One(simtest.Reference("order 1+2"), simtest.WithStatus(notify.StatusDelivered))
			})
		})
	}
}

func TestTheLookUpFailsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t)
		kit.Inject(simulator.OnSend(), simulator.LoseAnswer())
		lost := kit.Inject(simulator.On(simulator.OperationList), simulator.LoseRequest())
		template := kit.SMSTemplate("We have got your order ((order)).")
		err := orders.Confirm(t.Context(), kit.Client(), template, "order-1", phone, false)
		require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
		require.Greater(t, lost.Hits(), 1)
		kit.One() // for all that is known it may have arrived, so that nothing more was sent

		lost.Remove()
		require.NoError(t, orders.Confirm(t.Context(), kit.Client(), template, "order-1", phone, true))
		kit.One()
	})
}

func TestRefused(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrMissingPersonalisation)
	template := kit.SMSTemplate("We have got your order ((order)), ((name)).")
	err := orders.Confirm(t.Context(), kit.Client(), template, "order-1", phone, false)
	require.ErrorIs(t, err, notify.ErrMissingPersonalisation)
	kit.None()
}
