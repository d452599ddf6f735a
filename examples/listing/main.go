// Listing reads what was sent: everything, with an iterator that fetches pages as they are needed; only the failures;
// and one message by its reference.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const reminder = "5d0e2b0c-3b9e-4a2f-8a44-1f0c8d2f6b01"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "listing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Library", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			ID: reminder, Type: simulator.MessageTypeSMS, Name: "Overdue",
			Versions: []simulator.TemplateVersion{{Body: "Please return ((title))."}},
		}},
	})
	if err != nil {
		return err
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return err
	}
	if err := sendMany(ctx, client); err != nil {
		return err
	}
	return list(ctx, client, stdout)
}

// list answers the three usual questions. A key sees only messages sent with keys of its own type: a test key sees
// those sent with test keys.
func list(ctx context.Context, client *notify.Client, stdout io.Writer) error {
	// The newest three. To stop, just leave the loop: pages that nobody asked for are not fetched.
	fmt.Fprintln(stdout, "newest:")
	shown := 0
	for n, err := range client.Notifications(ctx, notify.NotificationFilter{}) {
		if err != nil {
			return err // the last thing the iterator yields; there is nothing to close
		}
		fmt.Fprintf(stdout, "  %s  %s\n", n.Reference, n.Status)
		if shown++; shown == 3 {
			break
		}
	}

	// All of them, on as many pages of 250 as there are, counted by status.
	counts := map[notify.Status]int{}
	texts := notify.NotificationFilter{Types: []notify.NotificationType{notify.NotificationTypeSMS}}
	for n, err := range client.Notifications(ctx, texts) {
		if err != nil {
			return err
		}
		counts[n.Status]++
	}
	fmt.Fprintf(stdout, "all: %d delivered, %d failed for good\n",
		counts[notify.StatusDelivered], counts[notify.StatusPermanentFailure])

	// Those that failed for any reason: StatusFailed stands for every failure.
	fmt.Fprintln(stdout, "failed:")
	failed := notify.NotificationFilter{Statuses: []notify.Status{notify.StatusFailed}}
	for n, err := range client.Notifications(ctx, failed) {
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "  %s  %s\n", n.Reference, n.Status)
	}

	// One message by the reference it was sent with. References need not be unique, so this is a list too.
	for n, err := range client.Notifications(ctx, notify.NotificationFilter{Reference: "loan-0042"}) {
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "loan-0042: %q\n", n.Body)
	}
	return nil
}

// sendMany sends 300 texts, two of them to a number that fails on purpose.
func sendMany(ctx context.Context, client *notify.Client) error {
	for i := range 300 {
		number := "07900900123"
		if i == 100 || i == 200 {
			number = "07700900002"
		}
		_, err := client.SendSMS(ctx, notify.SMS{
			PhoneNumber: number, TemplateID: reminder, Reference: fmt.Sprintf("loan-%04d", i),
			Personalisation: notify.Personalisation{"title": "Emma"},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
