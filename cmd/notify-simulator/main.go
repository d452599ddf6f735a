// Notify-simulator runs a simulated GOV.UK Notify on a port, for programs in any language.
//
//	notify-simulator [-listen HOST:PORT] [-fixture FILE]... [-expose] [-precompiled-delay TIME] [-pdf-delay TIME]
//	                 [-data FILE] [-keep NUMBER]
//	notify-simulator -version
//
// The first line on standard output is "notify-simulator listening on http://HOST:PORT". Then it lists the services,
// those of the fixtures or one for demonstration, with their keys and the ids of their templates. SIGINT and SIGTERM
// stop it with exit status 0; requests in flight have five seconds to finish. It ignores SIGHUP, and carries on if the
// reader of its output has gone.
//
// With -data everything is kept in a file: what was answered is there after a restart, even if the process was killed.
// A service of a fixture is as the file has it as long as its description stays the same; if that was changed, it
// counts, and the messages stay. A service that is in no fixture any more stays too. The file is refused, and left as
// it is, if another process has it open, if it is not one of these, if it comes from a newer version or is damaged. It
// holds keys and personal data, so only its owner may read it. With -keep the oldest messages are deleted when there
// are more than so many, 100,000 by default.
//
// The exit status is 1 if a fixture, the data file or the address can't be used or there is no service, and 2 if the
// arguments are wrong.
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

// run does what the arguments say, stops when ctx is done, and returns the exit status.
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
	sim := simulator.New(append(a.delays, simulator.WithMaxMessages(a.keep))...)
	// A fixture may be a pipe that never yields anything. Such a read can't be cancelled: it ends with the process.
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
	finish, err := keepIn(sim, a.data, stderr)
	if err != nil {
		return fail(exitFailed, err)
	}
	note := ""
	if len(a.fixtures) == 0 {
		note = demoNote
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.listen)
	if err == nil {
		err = serve(ctx, l, sim, note, stdout)
	}
	if err := errors.Join(err, finish()); err != nil {
		return fail(exitFailed, err)
	}
	return exitFine
}

// fill loads the fixtures, one after the other. Without any it makes the demonstration service.
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

// serve prints the address and the services, and answers requests until ctx is done.
func serve(ctx context.Context, l net.Listener, sim *simulator.Simulator, note string, stdout io.Writer) error {
	fmt.Fprintf(stdout, "notify-simulator listening on http://%s\n", l.Addr())
	// If nobody reads beyond the first line, the list for a large fixture blocks on a full pipe. The server must run all
	// the same.
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
	return fmt.Errorf("-listen %s: other machines could reach that; add -expose to allow it", address)
}

// release is the project's version, the same as in the client's User-Agent.
const release = "0.1.0"

// version returns the project's version and Go's, and between them the module version recorded by the go command if it
// differs.
func version() string {
	v := release
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "v"+release {
		v += " " + cmp.Or(info.Main.Version, "(devel)")
	}
	return fmt.Sprintf("%s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
