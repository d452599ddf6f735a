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

// TestSimulatorChanged: whoever shows all services is told of everything that he could show.
func TestSimulatorChanged(t *testing.T) {
	t.Parallel()
	svc, client, template := licensing(simulator.KeyTypeTest)
	sim := svc.Simulator()
	snap := sim.Snapshot()
	for what, do := range map[string]func(){
		"a message": func() {
			_, err := client.SendEmail(t.Context(), welcome(template, "jo@example.gov.uk"))
			require.NoError(t, err)
		},
		"a request": func() {
			_, err := client.Templates(t.Context(), "")
			require.NoError(t, err)
		},
		"a text": func() {
			_, err := svc.ReceiveText("07900900123", "Hi")
			require.NoError(t, err)
		},
		"a service": func() {
			_, err := sim.AddService(simulator.ServiceConfig{Name: "Another"})
			require.NoError(t, err)
		},
		"time":       func() { sim.Advance(time.Hour) },
		"time back":  func() { sim.Advance(-time.Hour) },
		"a snapshot": func() { require.NoError(t, sim.Restore(snap)) },
	} {
		next, same := sim.Changed(), sim.Changed()
		require.Equal(t, next, same)
		select {
		case <-next:
			require.Fail(t, "told too early", what)
		default:
		}
		do()
		select {
		case <-next:
		default:
			require.Fail(t, "not told", what)
		}
	}
}
