package receipts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/receipts"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

const oldToken, newToken = "bearer-token-2025", "bearer-token-2026"

func TestReceiptsSurviveAnOutage(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.Realistic())
	app := receipts.New(kit.Client(), kit.EmailTemplate("Your order", "Thank you for ((order))."))
	receiver, err := app.Receiver(oldToken)
	require.NoError(t, err)
	kit.CallBack(receiver, oldToken) // in process

	app.Down()
	require.NoError(t, app.Place(t.Context(), "order-1", "ada@example.gov.uk"))
	kit.Advance(20 * time.Minute) // delivered, and the receipt refused at every attempt
	require.Empty(t, app.Status("order-1"))
	app.Up()
	kit.Advance(5 * time.Minute)
	require.Equal(t, notify.StatusDelivered, app.Status("order-1"))
	require.Len(t, kit.One().Callbacks, 5)
}

// After six attempts Notify gives up, and the program has to ask.
func TestAnOutageThatIsTooLong(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.Realistic()).Expect(simtest.LostCallbacks)
	app := receipts.New(kit.Client(), kit.EmailTemplate("Your order", "Thank you for ((order))."))
	receiver, err := app.Receiver(oldToken)
	require.NoError(t, err)
	kit.CallBack(receiver, oldToken)

	outage := time.Now()
	app.Down()
	require.NoError(t, app.Place(t.Context(), "order-1", "ada@example.gov.uk"))
	require.NoError(t, app.Place(t.Context(), "order-2", "perm-fail@simulator.notify"))
	kit.Advance(time.Hour)
	app.Up()
	kit.Advance(time.Hour)
	require.Empty(t, app.Status("order-1"))

	require.NoError(t, app.CatchUp(t.Context(), outage))
	require.Equal(t, notify.StatusDelivered, app.Status("order-1"))
	require.Equal(t, notify.StatusPermanentFailure, app.Status("order-2"))
}

func TestTokenRotation(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := receipts.New(kit.Client(), kit.EmailTemplate("Your order", "Thank you for ((order))."))
	both, err := app.Receiver(oldToken, newToken)
	require.NoError(t, err)

	kit.CallBack(both, oldToken)
	app.Down()
	require.NoError(t, app.Place(t.Context(), "order-1", "ada@example.gov.uk"))
	kit.Advance(0) // the first attempt fails

	kit.CallBack(both, newToken) // somebody enters the new one on Notify's web pages
	app.Up()
	require.NoError(t, app.Place(t.Context(), "order-2", "ada@example.gov.uk"))
	kit.Advance(5 * time.Minute) // the receipt of order-1 comes again, with the old token
	require.Equal(t, notify.StatusDelivered, app.Status("order-1"))
	require.Equal(t, notify.StatusDelivered, app.Status("order-2"))

	require.NoError(t, kit.Service.NextCallbacks(1, simulator.CallbackQuirkWrongToken)) // a stranger
	require.NoError(t, app.Place(t.Context(), "order-3", "ada@example.gov.uk"))
	kit.Advance(0)
	require.Empty(t, app.Status("order-3"))
}

func TestOlderReceiptsComeLate(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := receipts.New(kit.Client(), kit.EmailTemplate("Your order", "Thank you for ((order))."))
	receiver, err := app.Receiver(oldToken)
	require.NoError(t, err)
	kit.CallBack(receiver, oldToken)
	require.NoError(t, kit.Service.NextCallbacks(2, simulator.CallbackQuirkReversed))

	require.NoError(t, app.Place(t.Context(), "order-1", "temp-fail@simulator.notify"))
	kit.Advance(time.Second)
	kit.SetStatus(kit.One().ID, notify.StatusDelivered) // it arrived after all
	kit.Advance(0)                                      // both receipts, the newer one first
	require.Equal(t, notify.StatusDelivered, app.Status("order-1"))
	require.Len(t, kit.One().Callbacks, 2)
}
