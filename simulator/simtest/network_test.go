package simtest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator/simtest"
)

// cutter is a network between client and service. It lets a planned number of bytes through each way, for each
// connection in turn, and then cuts the connection. A connection without a plan is not cut.
type cutter struct {
	listener net.Listener
	backend  string
	plans    chan cut
	wg       sync.WaitGroup
}

type cut struct{ there, back int64 }

func startCutter(t *testing.T, backend string) *cutter {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &cutter{listener: listener, backend: backend, plans: make(chan cut, 10)}
	c.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c.wg.Go(func() { c.carry(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); c.wg.Wait() })
	return c
}

func (c *cutter) carry(client net.Conn) {
	defer client.Close()
	service, err := net.Dial("tcp", c.backend) //nolint:noctx // ends with the connection
	if err != nil {
		return
	}
	defer service.Close()
	plan := cut{1 << 40, 1 << 40}
	select {
	case plan = <-c.plans:
	default:
	}
	done := make(chan struct{}, 2)
	carry := func(to, from net.Conn, most int64) {
		_, _ = io.CopyN(to, from, most)
		done <- struct{}{}
	}
	c.wg.Go(func() { carry(service, client, plan.there) })
	c.wg.Go(func() { carry(client, service, plan.back) })
	<-done
}

// TestNoMessageIsLostOrDoubled cuts the network in every kind of place, in the first connection and in later ones, and
// then counts the messages that the service has.
func TestNoMessageIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	const whole = 1 << 40
	var plans [][]cut
	for _, there := range []int64{0, 1, 40, 400, 600, whole} {
		for _, back := range []int64{0, 1, 15, 300, 900, whole} {
			plans = append(plans, []cut{{there, back}}, []cut{{0, 0}, {there, back}})
		}
	}
	for _, plan := range plans {
		t.Run(fmt.Sprint(plan), func(t *testing.T) {
			t.Parallel()
			kit := simtest.New(t).Allow(simtest.Refused(http.StatusBadRequest)) // of a body that is cut
			server := httptest.NewServer(kit.Simulator)
			defer server.Close()
			network := startCutter(t, server.Listener.Addr().String())
			for _, p := range plan {
				network.plans <- p
			}
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			client := kit.Client(notify.WithHTTPClient(&http.Client{Transport: transport}),
				notify.WithBaseURL("http://"+network.listener.Addr().String()),
				notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}))
			_, err := client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"), Reference: "once",
			})
			transport.CloseIdleConnections()
			server.Close() // waits for requests in flight
			switch stored := len(kit.Service.TestMessages()); {
			case err == nil:
				require.Equal(t, 1, stored)
			case notify.SafeToRetry(err):
				require.Zero(t, stored, "%v", err)
			default:
				require.LessOrEqual(t, stored, 1, "%v", err)
			}
		})
	}
}
