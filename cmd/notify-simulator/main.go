// Notify-simulator puts a simulated GOV.UK Notify on a port, for programs in any language.
//
//	notify-simulator [-listen HOST:PORT] [-fixture FILE] [-expose] [-precompiled-delay TIME] [-pdf-delay TIME]
//	notify-simulator -version
//
// The first line on standard output is "notify-simulator listening on http://HOST:PORT". Then come the services,
// those of the fixture or one for demonstration, with their keys and the ids of their templates. SIGINT and SIGTERM
// end it, with exit status 0; requests under way have five seconds to finish. It takes no notice of SIGHUP, and of a
// reader of its output who has gone. Exit status 1 is a fixture or an address that can't be used, 2 a mistake in the
// arguments.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/notifykit/notify/simulator"
)

const (
	exitFine = iota
	exitFailed
	exitUsage
)

func main() {
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does what the arguments say, until ctx is done at the latest, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fail := func(status int, err error) int {
		fmt.Fprintln(stderr, "notify-simulator:", err)
		return status
	}
	flags := flag.NewFlagSet("notify-simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said below, once
	listen := flags.String("listen", "127.0.0.1:6011", "`address` to listen on; port 0 picks a free one")
	fixture := flags.String("fixture", "",
		"`file` with the services to simulate, YAML or JSON; a demonstration service if empty")
	expose := flags.Bool("expose", false,
		"allow to listen beyond this machine: the keys protect nothing, and anybody may read what was sent")
	precompiledDelay := flags.Duration("precompiled-delay", 0,
		"how `long` accepting a precompiled letter takes, as in 500ms; 0: as the fixture says, or no time")
	pdfDelay := flags.Duration("pdf-delay", 0,
		"how `long` after its POST the PDF of a templated letter is there, as in 2s; 0: as the fixture says, or at once")
	showVersion := flags.Bool("version", false, "print the version and exit")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "notify-simulator puts a simulated GOV.UK Notify on a port.")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return exitFine
	case err != nil:
		return fail(exitUsage, fmt.Errorf("%w; -h shows the flags", err))
	case flags.NArg() > 0:
		return fail(exitUsage, fmt.Errorf("unexpected argument %q; -h shows the flags", flags.Arg(0)))
	case *showVersion:
		fmt.Fprintln(stdout, "notify-simulator", version())
		return exitFine
	}
	if !*expose {
		if err := loopbackOnly(*listen); err != nil {
			return fail(exitUsage, err)
		}
	}
	sim := simulator.New(simulator.WithPrecompiledDelay(*precompiledDelay), simulator.WithPDFDelay(*pdfDelay))
	note, err := fill(sim, *fixture)
	if err != nil {
		return fail(exitFailed, err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
	if err != nil {
		return fail(exitFailed, err)
	}
	if err := serve(ctx, l, sim, note, stdout); err != nil {
		return fail(exitFailed, err)
	}
	return exitFine
}

// fill makes the services that a fixture describes, or one for demonstration, on which there is something to note.
func fill(sim *simulator.Simulator, fixture string) (note string, err error) {
	if fixture == "" {
		return demoNote, demonstration(sim)
	}
	return "", sim.LoadFile(fixture)
}

// serve says what there is, and answers until ctx is done.
func serve(ctx context.Context, l net.Listener, sim *simulator.Simulator, note string, stdout io.Writer) error {
	fmt.Fprintf(stdout, "notify-simulator listening on http://%s\n", l.Addr())
	// A large fixture fills a pipe that nobody reads beyond the first line. That must not keep it from answering.
	described := make(chan struct{})
	go func() {
		defer close(described)
		_, _ = io.WriteString(stdout, describe(sim)+note)
	}()
	err := simulator.Serve(ctx, l, sim)
	select {
	case <-described:
	case <-time.After(time.Second):
	}
	return err
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

// version is that of the module, as the go command wrote it into the program, and of Go.
func version() string {
	module := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		module = info.Main.Version
	}
	return fmt.Sprintf("%s %s %s/%s", module, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
