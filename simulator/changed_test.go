package simulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		svc, client, template := licensing(simulator.KeyTypeTest, simulator.WithOutcomeDelay(time.Second))
		closed := func(c <-chan struct{}) bool {
			select {
			case <-c:
				return true
			default:
				return false
			}
		}
		made, same := svc.Changed(), svc.Changed()
		require.False(t, closed(made))
		sent, err := client.SendEmail(t.Context(), welcome(template, "jo@example.gov.uk"))
		require.NoError(t, err)
		require.True(t, closed(made))
		require.True(t, closed(same))

		delivered := svc.Changed()
		require.False(t, closed(delivered))
		time.Sleep(time.Second)
		require.False(t, closed(delivered), "nobody has looked")
		_, ok := svc.Notification(sent.ID)
		require.True(t, ok)
		require.True(t, closed(delivered))

		byHand := svc.Changed()
		require.NoError(t, svc.SetStatus(sent.ID, simulator.StatusTechnicalFailure))
		require.True(t, closed(byHand))
	})
}
