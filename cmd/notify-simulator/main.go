// Notify-simulator puts a simulated GOV.UK Notify on a port, for programs in any language.
//
//	notify-simulator [-listen HOST:PORT] [-fixture FILE]... [-expose] [-precompiled-delay TIME] [-pdf-delay TIME]
//	notify-simulator -version
//
// The first line on standard output is "notify-simulator listening on http://HOST:PORT". Then come the services,
// those of the fixture or one for demonstration, with their keys and the ids of their templates. SIGINT and SIGTERM
// end it, with exit status 0; requests under way have five seconds to finish. It takes no notice of SIGHUP, and of a
// reader of its output who has gone. Exit status 1 is a fixture or an address that can't be used, or no service, 2 a
// mistake in the arguments.
package main

import (
	"cmp"
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
	"strings"
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
	a, err := parse(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitFine
	case err != nil:
		return fail(exitUsage, err)
	case a.showVersion:
		fmt.Fprintln(stdout, "notify-simulator", version())
		return exitFine
	}
	sim := simulator.New(a.delays...)
	// A file may be a pipe on which nothing comes, and reading one can't be broken off: it ends with the process.
	filled := make(chan error, 1)
	go func() { filled <- fill(sim, a.fixtures) }()
	select {
	case err = <-filled:
	case <-ctx.Done():
		return exitFine
	}
	if err != nil {
		return fail(exitFailed, err)
	}
	note := ""
	if len(a.fixtures) == 0 {
		note = demoNote
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.listen)
	if err != nil {
		return fail(exitFailed, err)
	}
	if err := serve(ctx, l, sim, note, stdout); err != nil {
		return fail(exitFailed, err)
	}
	return exitFine
}

// fill makes the services that the fixtures describe, one file after the other, or one for demonstration.
func fill(sim *simulator.Simulator, fixtures []string) error {
	if len(fixtures) == 0 {
		return demonstration(sim)
	}
	for _, name := range fixtures {
		if err := sim.LoadFile(name); err != nil {
			return err
		}
	}
	if len(sim.Services()) == 0 {
		return fmt.Errorf("no services in %s", strings.Join(fixtures, ", "))
	}
	return nil
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

// release is the version of the project, as the client names it in its User-Agent.
const release = "0.1.0"

// version is that of the project, that of the module if the go command wrote another one into the program, and Go's.
func version() string {
	v := release
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "v"+release {
		v += " " + cmp.Or(info.Main.Version, "(devel)")
	}
	return fmt.Sprintf("%s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
