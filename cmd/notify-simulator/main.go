// Notify-simulator puts a simulated GOV.UK Notify on a port, for programs in any language.
//
//	notify-simulator [-listen HOST:PORT] [-fixture FILE] [-expose]
//
// The first line on standard output is "notify-simulator listening on http://HOST:PORT". Without a fixture it makes a
// demonstration service and prints its keys and templates. SIGINT and SIGTERM end it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/notifykit/notify/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "notify-simulator:", err)
		}
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("notify-simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:6011", "`address` to listen on; port 0 picks a free one")
	fixture := flags.String("fixture", "", "`file` with the services to simulate, YAML or JSON; a demonstration service if empty")
	expose := flags.Bool("expose", false, "allow to listen beyond this machine: the keys protect nothing, and anybody may read what was sent")
	precompiledDelay := flags.Duration("precompiled-delay", 0,
		"how `long` accepting a precompiled letter takes, as in 500ms; 0: as the fixture says, or no time")
	pdfDelay := flags.Duration("pdf-delay", 0,
		"how `long` after its POST the PDF of a templated letter is there, as in 2s; 0: as the fixture says, or at once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !*expose {
		if err := loopbackOnly(*listen); err != nil {
			return err
		}
	}
	sim := simulator.New(simulator.WithPrecompiledDelay(*precompiledDelay), simulator.WithPDFDelay(*pdfDelay))
	var demo *simulator.Service
	if *fixture != "" {
		if err := sim.LoadFile(*fixture); err != nil {
			return err
		}
	} else {
		var err error
		if demo, err = demonstration(sim); err != nil {
			return err
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "notify-simulator listening on http://%s\n", listener.Addr())
	if demo != nil {
		describe(stdout, demo)
	}
	return serve(ctx, listener, sim)
}

// loopbackOnly refuses an address that other machines could reach.
func loopbackOnly(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("-listen %s: other machines could reach that; say -expose if they should", address)
}

// serve answers requests until ctx is done, and lets those under way finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}
