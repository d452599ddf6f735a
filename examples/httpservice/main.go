// Httpservice is a web service that sends text messages. It shows how long to wait, how to respond to each failure, and
// what to do when nobody knows whether a message was sent. service.go is the part to copy; service_test.go shows how to
// test it.
//
//	go run ./examples/httpservice                           sends itself some requests and ends
//	go run ./examples/httpservice -listen 127.0.0.1:8080    serves until it is interrupted
//
// It uses a simulated GOV.UK Notify. With -listen, NOTIFY_API_KEY and NOTIFY_SMS_TEMPLATE_ID, whose template needs
// ((date)), it uses the real one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "httpservice:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("httpservice", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "", "serve on this `address` instead of the demonstration")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *listen == "" && getenv("NOTIFY_API_KEY") != "" {
		return errors.New("the demonstration sends to made-up numbers, so it uses only the simulator: " +
			"to use NOTIFY_API_KEY, add -listen")
	}
	service, err := newReminders(getenv, slog.New(slog.NewTextHandler(stderr, nil)))
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
	server := &http.Server{Handler: service.Handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	base := "http://" + listener.Addr().String()
	if *listen == "" {
		err = demonstrate(ctx, base, stdout)
	} else {
		fmt.Fprintf(stdout, "listening on %s; try\n"+
			"  curl -d '{\"booking\": \"B-1\", \"phone\": \"07900 900123\", \"date\": \"3 May\"}' %[1]s/reminders\n", base)
		select {
		case err = <-served: // the server failed
			return err
		case <-ctx.Done():
		}
	}
	// Let requests in flight finish, so that none of their messages is left in doubt.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), service.Timeout)
	defer cancel()
	return errors.Join(err, server.Shutdown(grace))
}

// newReminders wires the service to Notify. One client is enough for a program: all requests can use it at once.
func newReminders(getenv func(string) string, logger *slog.Logger) (*Reminders, error) {
	key, template := getenv("NOTIFY_API_KEY"), getenv("NOTIFY_SMS_TEMPLATE_ID")
	opts := []notify.Option{notify.WithTimeout(5 * time.Second), notify.WithUserAgent("reminders/1.0")}
	switch {
	case key != "" && template == "":
		return nil, errors.New("with NOTIFY_API_KEY, set NOTIFY_SMS_TEMPLATE_ID too")
	case key == "":
		sim := simulator.New()
		service, err := sim.AddService(simulator.ServiceConfig{
			Name: "Bookings", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		})
		if err != nil {
			return nil, err
		}
		template, err = service.AddTemplate(simulator.TemplateConfig{
			Type: simulator.MessageTypeSMS, Name: "Reminder",
			Versions: []simulator.TemplateVersion{{Body: "Your appointment is on ((date))."}},
		})
		if err != nil {
			return nil, err
		}
		key = service.Key(simulator.KeyTypeTest)
		opts = append(opts, notify.WithHTTPClient(&http.Client{Transport: sim}))
	}
	client, err := notify.New(key, opts...)
	if err != nil {
		return nil, err
	}
	return &Reminders{Client: client, TemplateID: template, Logger: logger, Timeout: 15 * time.Second}, nil
}

// demonstrate plays the part of a caller.
func demonstrate(ctx context.Context, base string, stdout io.Writer) error {
	caller := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/reminders", `{"booking": "B-1", "phone": "07900 900123", "date": "3 May"}`},
		{"GET", "/reminders/B-1", ""},
		{"POST", "/reminders", `{"booking": "B-2", "phone": "07700900003", "date": "4 May"}`},
		{"GET", "/reminders/B-2", ""},
		{"POST", "/reminders", `{"booking": "B-3", "phone": "0790", "date": "5 May"}`},
	} {
		req, err := http.NewRequestWithContext(ctx, c.method, base+c.path, strings.NewReader(c.body))
		if err != nil {
			return err
		}
		resp, err := caller.Do(req)
		if err != nil {
			return err
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s\n  %d %s", strings.TrimSpace(c.method+" "+c.path+" "+c.body), resp.StatusCode, got)
	}
	return nil
}
