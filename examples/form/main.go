// Form is a web page that asks for a phone number or an email address, says at once what is wrong with them, by
// Notify's rules and without sending anything, and sends a reminder. It shows mistakes as GOV.UK services do, in plain
// HTML: a summary that links to the fields, and a message at each of them. form.go and page.html are the parts to copy;
// form_test.go shows how to test them, with the simulator and with a fake.
//
//	go run ./examples/form                           submits the form some times and ends
//	go run ./examples/form -listen 127.0.0.1:8080    serves it until it is interrupted
//
// It uses a simulated GOV.UK Notify.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"html"
	"html/template"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/recipients"
	"github.com/notifykit/notify/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "form:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("form", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "", "serve on this `address` instead of the demonstration")
	if err := flags.Parse(args); err != nil {
		return err
	}
	form, err := simulated(slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	address := *listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: form.Handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	base := "http://" + listener.Addr().String()
	if *listen == "" {
		err = demonstrate(ctx, base, stdout)
	} else {
		fmt.Fprintf(stdout, "open %s\n", base)
		select {
		case err = <-served: // the server failed
			return err
		case <-ctx.Done():
		}
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), form.timeout)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace))
}

// newForm wires the form to a client. The permissions are those of a service that texts only UK mobiles.
func newForm(client sender, sms, email string, logger *slog.Logger) (*Form, error) {
	page, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	return &Form{
		notify: client, sms: sms, email: email, may: recipients.Permissions{}, logger: logger,
		timeout: 15 * time.Second, page: page, crossSitePost: http.NewCrossOriginProtection(),
	}, nil
}

// simulated is a form with a simulated Notify behind it.
func simulated(logger *slog.Logger) (*Form, error) {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Reminders", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, kind := range []simulator.MessageType{simulator.MessageTypeSMS, simulator.MessageTypeEmail} {
		version := simulator.TemplateVersion{Body: "Your appointment is tomorrow."}
		if kind == simulator.MessageTypeEmail {
			version.Subject = "Reminder"
		}
		id, err := service.AddTemplate(simulator.TemplateConfig{
			Type: kind, Name: "Reminder", Versions: []simulator.TemplateVersion{version},
		})
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return nil, err
	}
	return newForm(client, ids[0], ids[1], logger)
}

var shown = regexp.MustCompile(`<a href="#(\w+)">(.*)</a>|<p>(We have .*)</p>`)

// demonstrate plays the part of visitors.
func demonstrate(ctx context.Context, base string, stdout io.Writer) error {
	visitor := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, typed := range []url.Values{
		{"phone": {"(07900) 900-123"}}, {"phone": {"07900 90012x"}, "email": {"name@example"}},
		{"phone": {"+33 6 12 34 56 78"}}, {"email": {"Amala@exämple.com"}}, {},
	} {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base, strings.NewReader(typed.Encode()))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := visitor.Do(req)
		if err != nil {
			return err
		}
		page, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s, %s: %d\n", quoted(typed, "phone"), quoted(typed, "email"), resp.StatusCode)
		for _, found := range shown.FindAllStringSubmatch(string(page), -1) {
			line := strings.TrimPrefix(strings.Join(found[1:3], ": "), ": ") + found[3]
			fmt.Fprintln(stdout, " ", html.UnescapeString(line))
		}
	}
	return nil
}

func quoted(typed url.Values, field string) string {
	return fmt.Sprintf("%s %q", field, typed.Get(field))
}
