// Sendfile sends files by email. In the email, each file's placeholder becomes a link to the file.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const statement = "0f6f3f60-9c52-4c4b-8f5e-6d5f0a1a7c02"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sendfile:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Allotments", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		// Without this, Notify refuses files: the download page tells the recipient whom to contact.
		SendFilesContact: "https://www.example.gov.uk/contact",
		Templates: []simulator.TemplateConfig{{
			ID: statement, Type: simulator.MessageTypeEmail, Name: "Statement", Versions: []simulator.TemplateVersion{{
				Subject: "Your statement", Body: "Payments: ((payments))\n\nWhat they mean: ((leaflet))",
			}},
		}},
	})
	if err != nil {
		return err
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return err
	}

	sent, err := sendStatement(ctx, client)
	if err != nil {
		return err
	}
	// The links are in the body of the email, which Notify returns. The simulator also keeps the files behind them.
	fmt.Fprintf(stdout, "the email has %d links\n", strings.Count(sent.Content.Body, "https://documents.service.gov.uk/"))
	kept, _ := service.Notification(sent.ID)
	for _, file := range kept.Files {
		fmt.Fprintf(stdout, "  ((%s)) is %s, %d bytes\n", file.Placeholder, file.Filename, len(file.Content))
	}

	// A file that is too large never leaves this process.
	_, err = client.SendEmail(ctx, notify.Email{
		EmailAddress: "amala@example.com", TemplateID: statement,
		Personalisation: notify.Personalisation{
			"payments": notify.FileFromBytes("payments.csv", make([]byte, notify.MaxFileBytes+1)),
			"leaflet":  "none",
		},
	})
	if !errors.Is(err, notify.ErrTooLarge) {
		return fmt.Errorf("a file that is too large: %w", err)
	}
	fmt.Fprintln(stdout, err)
	return nil
}

func sendStatement(ctx context.Context, client *notify.Client) (*notify.SentEmail, error) {
	// For something made in memory, use FileFromBytes. It can be sent any number of times.
	var table strings.Builder
	rows := csv.NewWriter(&table)
	if err := rows.WriteAll([][]string{{"date", "pounds"}, {"2026-04-01", "38.50"}}); err != nil {
		return nil, err
	}
	payments := notify.FileFromBytes("payments.csv", []byte(table.String()))
	payments.RetentionWeeks = 4 // Notify's default is 26
	// By default the recipient has to type their email address before downloading. Keep it that way for anything personal.
	payments.ConfirmEmail = new(true)

	// For something from elsewhere, such as an os.File, use FileFromReader. It reads the file once, while sending. To send
	// again, make another.
	leaflet := notify.FileFromReader("leaflet.txt", strings.NewReader("A rod is 25.29 square metres."))
	leaflet.ConfirmEmail = new(false)

	return client.SendEmail(ctx, notify.Email{
		EmailAddress: "amala@example.com", TemplateID: statement, Reference: "statement-2026-04",
		Personalisation: notify.Personalisation{"payments": payments, "leaflet": leaflet},
	})
}
