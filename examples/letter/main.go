// Letter posts a letter made from a template, saves its PDF, and posts a PDF of your own.
//
//	go run ./examples/letter [FILE.pdf]
//
// The PDF is saved in the given file, or in a new temporary directory.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const decision = "b1f3c0a8-5d0a-4d2d-9a3b-2c9f8f0e7a03"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "letter:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Planning", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			ID: decision, Type: simulator.MessageTypeLetter, Name: "Decision", Versions: []simulator.TemplateVersion{{
				Subject: "Your application ((number))", Body: "Dear ((name))\n\nYou may build:\n\n((works))",
				Postage: "first", LetterContactBlock: "Planning\nTown Hall\nExampleton\nEX1 1AA",
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
	// Real PDFs take some seconds.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	pdf, err := postTemplate(ctx, client, stdout)
	if err != nil {
		return err
	}
	name, err := save(pdf, args)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "saved the PDF as %s\n", name)
	return postPDF(ctx, client, bytes.NewReader(pdf), stdout)
}

// postTemplate posts a letter made from a template and returns the PDF that will be printed.
func postTemplate(ctx context.Context, client *notify.Client, stdout io.Writer) ([]byte, error) {
	sent, err := client.SendLetter(ctx, notify.Letter{
		// Three to seven lines, the last one a postcode or a country.
		Address:    []string{"Amala Bird", "123 High Street", "Richmond upon Thames", "SW14 6BF"},
		TemplateID: decision, Reference: "planning-4711",
		// A list becomes bullet points.
		Personalisation: notify.Personalisation{"number": "4711", "name": "Ms Bird", "works": []string{"a porch", "a shed"}},
	})
	if err != nil {
		return nil, err
	}
	posted, err := client.Notification(ctx, sent.ID)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(stdout, "%s: %q to %s, %s class, %s\n",
		posted.Reference, sent.Content.Subject, posted.Address()[0], posted.Postage, posted.Status)
	return client.WaitForLetterPDF(ctx, sent.ID)
}

// postPDF posts a precompiled letter. Notify checks the PDF only after accepting it, so the send succeeds even if the
// PDF cannot be printed: the status shows that later.
func postPDF(ctx context.Context, client *notify.Client, pdf io.Reader, stdout io.Writer) error {
	sent, err := client.SendPrecompiledLetter(ctx, notify.PrecompiledLetter{
		Reference: "planning-4711-copy", Content: pdf, Postage: notify.PostageSecond,
	})
	if err != nil {
		return err
	}
	// With a live key, wait only until the check is over: a letter takes days to reach its final status.
	checked, err := client.WaitForNotification(ctx, sent.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %s, %s class, %s\n", sent.Reference, checked.Address()[0], checked.Postage, checked.Status)
	if checked.Status.IsFailure() {
		return fmt.Errorf("the PDF was refused: %s", checked.Status)
	}
	return nil
}

func save(pdf []byte, args []string) (name string, err error) {
	if len(args) > 0 {
		name = args[0]
	} else {
		dir, err := os.MkdirTemp("", "letter-")
		if err != nil {
			return "", err
		}
		name = filepath.Join(dir, "letter.pdf")
	}
	return name, os.WriteFile(name, pdf, 0o600) //nolint:gosec // the caller chooses the path
}
