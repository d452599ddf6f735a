package notify_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

var (
	onceSends = flag.Int("once.sends", 2000, "how many messages TestExactlyOnce sends; with -short a tenth of them")
	onceSeed  = flag.Uint64("once.seed", 1, "what the faults of TestExactlyOnce depend on")
)

// TestExactlyOnce sends messages through a network that spoils every third exchange, and counts what the service has.
// Without Once it loses or doubles many, which shows that the network is as bad as it should be. Many more of them:
//
//	go test -run '^TestExactlyOnce$' . -v -once.sends 100000
func TestExactlyOnce(t *testing.T) {
	t.Parallel()
	sends := *onceSends
	if testing.Short() {
		sends /= 10
	}
	for _, tc := range []struct {
		name  string
		send  func(context.Context, *notify.Client, notify.Message) error
		exact bool
	}{
		{"once", sendSurely, true},
		{"tried again without Once", sendAgain, false},
		{"given up without Once", sendAndGiveUp, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := sendAll(t, sends, tc.send)
				t.Log(p)
				if !tc.exact {
					require.Positive(t, p.lost+p.doubled)
					return
				}
				require.Zero(t, p.lost, "lost")
				require.Zero(t, p.doubled, "sent twice")
			})
		})
	}
}

// A proof is what became of many messages.
type proof struct {
	sends, lost, doubled, calls, spoilt int
	took                                time.Duration
}

func (p proof) String() string {
	return fmt.Sprintf("%d messages: %d lost, %d doubled, %.2f exchanges a message, %d of them spoilt, %v of virtual time",
		p.sends, p.lost, p.doubled, float64(p.calls)/float64(p.sends), p.spoilt, p.took.Round(time.Second))
}

// sendAll sends so many messages, 50 at once.
func sendAll(t *testing.T, sends int, send func(context.Context, *notify.Client, notify.Message) error) proof {
	t.Helper()
	sim := simulator.New(simulator.WithRequestLog(1))
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Proof", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{
			{ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Hello"}}},
			{
				ID: emailTemplate, Type: simulator.MessageTypeEmail,
				Versions: []simulator.TemplateVersion{{Subject: "Hi", Body: "Hello"}},
			},
		},
	})
	require.NoError(t, err)
	bad := &badNetwork{Simulator: sim, seed: *onceSeed, key: func() string { return service.Key(simulator.KeyTypeTest) }}
	source := notify.KeySourceFunc(func(context.Context, notify.Key) (string, error) { return bad.key(), nil })
	c, err := notify.NewWithKeySource(t.Context(), source, notify.WithHTTPClient(&http.Client{Transport: bad}),
		notify.WithTimeout(5*time.Second))
	require.NoError(t, err)
	start := time.Now()
	stop := rotate(t, service, time.Minute)
	defer stop()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 50 {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(sends); i = next.Add(1) {
				var m notify.Message = notify.SMS{
					PhoneNumber: "07900 900456", TemplateID: templateID, Reference: fmt.Sprintf("proof+%d", i)}
				if i%2 == 0 {
					m = notify.Email{
						EmailAddress: "amala@example.gov.uk", TemplateID: emailTemplate, Reference: fmt.Sprintf("proof+%d", i)}
				}
				if err := send(t.Context(), c, m); err != nil {
					t.Errorf("message %d: %v", i, err)
				}
			}
		})
	}
	workers.Wait()
	p := proof{sends: sends, took: time.Since(start), calls: int(bad.exchanges.Load()), spoilt: int(bad.spoilt.Load())}
	time.Sleep(time.Hour) // what is still held up in the network arrives
	accepted := map[string]int{}
	for _, n := range service.TestMessages() {
		accepted[n.Reference]++
	}
	for i := 1; i <= sends; i++ {
		switch n := accepted[fmt.Sprintf("proof+%d", i)]; {
		case n == 0:
			p.lost++
		case n > 1:
			p.doubled++
		}
	}
	return p
}

// rotate replaces the service's test key by another, again and again, until the function that it returns is called.
func rotate(t *testing.T, service *simulator.Service, every time.Duration) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var rotating sync.WaitGroup
	rotating.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-time.After(every):
			}
			old := service.Key(simulator.KeyTypeTest)
			if _, err := service.AddKey(fmt.Sprintf("test %d", n), simulator.KeyTypeTest); err != nil {
				t.Error(err)
			}
			if err := service.RevokeKey(old); err != nil {
				t.Error(err)
			}
		}
	})
	return func() { cancel(); rotating.Wait() }
}

// sendSurely is what a worker does: it goes on until it knows.
func sendSurely(ctx context.Context, c *notify.Client, m notify.Message) error {
	once := notify.Once()
	for {
		short, cancel := context.WithTimeout(ctx, 3*time.Minute)
		_, err := c.Send(short, m, once)
		cancel()
		switch notify.OutcomeOf(err) {
		case notify.OutcomeAccepted:
			return nil
		case notify.OutcomeRefused:
			return err
		case notify.OutcomeUnknown:
			once = notify.Resume(time.Now())
		}
	}
}

// sendAgain takes any failure for a message that was not sent.
func sendAgain(ctx context.Context, c *notify.Client, m notify.Message) error {
	for {
		if _, err := c.Send(ctx, m); err == nil {
			return nil
		}
	}
}

// sendAndGiveUp takes an unknown outcome for a message that was sent.
func sendAndGiveUp(ctx context.Context, c *notify.Client, m notify.Message) error {
	for {
		if _, err := c.Send(ctx, m); err == nil || errors.Is(err, notify.ErrOutcomeUnknown) {
			return nil
		}
	}
}
