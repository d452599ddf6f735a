// Rotate replaces a live key without losing a message: while both keys are active, new messages go out with the new one
// and sends in flight finish with the old one; then the old one is revoked.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const reminder = "e9b8a7c6-d5e4-4f3a-9b2c-1d0e9f8a7b07"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rotate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Vaccinations", Keys: []simulator.KeyConfig{{Name: "live-2025", Type: simulator.KeyTypeLive}},
		Templates: []simulator.TemplateConfig{{
			ID: reminder, Type: simulator.MessageTypeSMS, Name: "Reminder",
			Versions: []simulator.TemplateVersion{{Body: "Your appointment is tomorrow."}},
		}},
	})
	if err != nil {
		return err
	}
	oldKey := service.Key(simulator.KeyTypeLive)
	slow := &slowNetwork{next: sim, arrived: make(chan struct{}), proceed: make(chan struct{})}
	oldClient, err := notify.New(oldKey, notify.WithHTTPClient(&http.Client{Transport: slow}))
	if err != nil {
		return err
	}
	sender := NewSender(oldClient)

	// A message is in flight: its request has left and is held up in the network.
	underWay := make(chan error, 1)
	go func() { underWay <- send(ctx, sender) }()
	<-slow.arrived

	// 1. Make the new key on Notify's web pages. The old one stays active.
	newKey, err := service.AddKey("live-2026", simulator.KeyTypeLive)
	if err != nil {
		return err
	}
	newClient, err := notify.New(newKey, notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return err
	}
	// 2. Check with a harmless read that Notify accepts it, before anything depends on it.
	if _, err := newClient.Templates(ctx, notify.NotificationTypeSMS); err != nil {
		return fmt.Errorf("the new key does not work: %w", err)
	}
	// 3. Swap. New messages go out with the new key at once, although one is still in flight with the old key.
	drained := sender.Swap(newClient)
	if err := send(ctx, sender); err != nil {
		return err
	}
	close(slow.proceed)
	if err := <-underWay; err != nil {
		return err
	}
	// 4. Revoke the old key once nothing uses it any more.
	<-drained
	if err := service.RevokeKey(oldKey); err != nil {
		return err
	}

	for _, n := range service.Dashboard() { // newest first: the one that was held up reached Notify last
		fmt.Fprintf(stdout, "%s with %s\n", n.Status, n.KeyName)
	}
	_, err = oldClient.Templates(ctx, notify.NotificationTypeSMS)
	fmt.Fprintf(stdout, "%v is revoked: %t\n", oldClient.Key(), errors.Is(err, notify.ErrKeyRevoked))
	_, err = newClient.Templates(ctx, notify.NotificationTypeSMS)
	fmt.Fprintf(stdout, "%v works: %t\n", newClient.Key(), err == nil)
	return nil
}

func send(ctx context.Context, sender *Sender) error {
	return sender.Do(func(client *notify.Client) error {
		_, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: reminder})
		return err
	})
}

// slowNetwork holds up the first request until it may proceed.
type slowNetwork struct {
	next             http.RoundTripper
	arrived, proceed chan struct{}
	held             bool
}

func (s *slowNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.held {
		s.held = true
		close(s.arrived)
		<-s.proceed
	}
	return s.next.RoundTrip(r)
}
