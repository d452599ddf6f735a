// Quickstart sends a message to each recipient whose outcome is documented for test keys, waits, and shows what became
// of each message. It needs no key and no network: it talks to a simulated GOV.UK Notify in its own process.
//
//	go run ./examples/quickstart
//
// With these variables it does the same against the real service, if the key is a test key:
//
//	NOTIFY_API_KEY            a key with "test" in its name
//	NOTIFY_SMS_TEMPLATE_ID    any text message template of that service
//	NOTIFY_EMAIL_TEMPLATE_ID  any email template of that service
//	NOTIFY_BASE_URL           another place to send to, such as http://127.0.0.1:6011 (optional)
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"

	"github.com/notifykit/notify"
)

// The outcomes that Notify promises for test keys ("GOV.UK Notify API documentation, Testing"). Most other valid
// recipients are delivered (docs/testing.md has the exceptions), and nothing is sent to anyone.
var table = []struct {
	channel   notify.NotificationType
	recipient string
	expected  notify.Status
}{
	{notify.NotificationTypeSMS, "07900900123", notify.StatusDelivered},
	{notify.NotificationTypeSMS, "07700900003", notify.StatusTemporaryFailure},
	{notify.NotificationTypeSMS, "07700900002", notify.StatusPermanentFailure},
	{notify.NotificationTypeEmail, "amala@example.com", notify.StatusDelivered},
	{notify.NotificationTypeEmail, "temp-fail@simulator.notify", notify.StatusTemporaryFailure},
	{notify.NotificationTypeEmail, "perm-fail@simulator.notify", notify.StatusPermanentFailure},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run fails if anything differs from the table.
func run(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	// The real service takes some seconds for each message; the simulator takes no time.
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()

	where, err := connect(getenv)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Sending to %s with a test key\n\n", where.name)

	// Send everything before waiting for anything, so that the messages are delivered at the same time.
	ids := make([]string, len(table))
	for i, row := range table {
		if ids[i], err = where.send(ctx, row.channel, row.recipient); err != nil {
			return fmt.Errorf("sending to %s: %w", row.recipient, err)
		}
	}
	columns := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "channel\trecipient\texpected\treached")
	wrong := 0
	for i, row := range table {
		// Waiting is fine for a demonstration. A service should use callbacks instead: a text message may take 72 hours.
		reached, err := where.client.WaitForNotification(ctx, ids[i])
		if err != nil {
			return errors.Join(columns.Flush(), fmt.Errorf("waiting for %s: %w", row.recipient, err))
		}
		fmt.Fprintf(columns, "%s\t%s\t%s\t%s\n", row.channel, row.recipient, row.expected, reached.Status)
		if reached.Status != row.expected {
			wrong++
		}
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d outcomes are not the documented ones", wrong, len(table))
	}
	fmt.Fprintf(stdout, "\nAll %d outcomes are the documented ones.\n", len(table))
	return nil
}
