package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// A client corrects its clock by the Date of the refusal, in process and over a port.
func TestSkewedDate(t *testing.T) {
	t.Parallel()
	for transport, open := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			w := setup(t, simulator.ServiceConfig{})
			client, base := open(t, w.sim)
			w.sim.Inject(simulator.OnSend(), simulator.SkewClock(time.Hour))
			_, header, _ := w.post(t, client, base)
			date, err := http.ParseTime(header.Get("Date"))
			require.NoError(t, err)
			require.InDelta(t, time.Hour, time.Until(date), float64(time.Minute))
		})
	}
}
