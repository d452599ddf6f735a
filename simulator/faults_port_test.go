package simulator_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestStalledServerStops: a request that nobody will answer does not keep a server from stopping.
func TestStalledServerStops(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	sim.Inject(simulator.On(), simulator.StallRequest())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- simulator.Serve(ctx, l, sim) }()
	asked := make(chan error, 1)
	go func() {
		_, err := ask(t.Context(), http.MethodGet, "http://"+l.Addr().String(), "") //nolint:bodyclose // there is none
		asked <- err
	}()
	require.Eventually(t, func() bool { return len(sim.Requests()) == 1 }, 5*time.Second, time.Millisecond)
	stop()
	require.NoError(t, <-served)
	require.Error(t, <-asked)
}

// ask asks once, over a connection of its own.
func ask(ctx context.Context, method, url, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
}

// TestStalledCallerHangsUp: the simulator notices, also if the request has a body that nobody wants.
func TestStalledCallerHangsUp(t *testing.T) {
	t.Parallel()
	for name, open := range transports {
		if name == "in process" {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				sim := simulator.New()
				sim.Inject(simulator.On(), simulator.StallAnswer())
				client, base := open(t, sim)
				ctx, hangUp := context.WithTimeout(t.Context(), time.Second)
				defer hangUp()
				r, err := http.NewRequestWithContext(ctx, method, base+"/_status", strings.NewReader(strings.Repeat("x", 100_000)))
				require.NoError(t, err)
				_, err = client.Do(r) //nolint:bodyclose // there is none
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Len(t, sim.Requests(), 1)
				require.Eventually(t, func() bool { return sim.Requests()[0].Duration > time.Second/2 },
					5*time.Second, time.Millisecond, "it goes on waiting")
			})
		}
	}
}

// TestRepeatedByTheTransport: over a connection that was used before, net/http asks again by itself for what is not
// changed by asking, and never sends again.
func TestRepeatedByTheTransport(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	client, base := transports["HTTP/1.1"](t, w.sim)
	get := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/_status", nil)
		require.NoError(t, err)
		resp, err := client.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body) // or the connection is not used again
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	require.Equal(t, 200, get())
	fault := w.sim.Inject(simulator.On(), simulator.LoseAnswer()).Times(1)
	require.Equal(t, 200, get())
	require.Equal(t, 1, fault.Hits())
	require.Equal(t, 3, w.sim.Counts()[simulator.OperationOther][200])

	w.sim.Inject(simulator.On(), simulator.LoseAnswer()).Times(1)
	came, _, _ := w.post(t, client, base)
	require.Equal(t, "broken", came)
	require.Len(t, w.svc.TestMessages(), 1)
}
