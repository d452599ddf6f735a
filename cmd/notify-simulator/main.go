// Notify-simulator runs a simulated GOV.UK Notify on a port, for programs in any language.
//
//	notify-simulator [-listen HOST:PORT] [-fixture FILE]... [flags]
//	notify-simulator -health URL
//	notify-simulator -version
//
// The flags are in docs/served.md, and in the output of -h.
//
// The first line on standard output is "notify-simulator listening on http://HOST:PORT". Then it lists the services,
// those of the fixtures or one for demonstration, with their keys and the ids of their templates. On standard error is
// a line for each message, each refused request and each callback that fails. SIGINT and SIGTERM stop it with exit
// status 0; requests in flight have five seconds to finish. SIGHUP loads the fixtures again, if there are any. It
// carries on if the reader of its output has gone. The exit status is 1 if a fixture or the address can't be used or
// there is no service, and 2 if the arguments are wrong.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
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
	case a.health != "":
		if err := a.checkHealth(ctx); err != nil {
			return fail(exitFailed, err)
		}
		return exitFine
	}
	lines := newPatient(stderr)
	defer lines.close()
	p := program{a: a, log: newLogger(a.log, lines), stdout: stdout}
	asked, ignore := hangUps()
	defer ignore()
	p.asked = asked
	l, err := p.listen(ctx)
	if err != nil {
		return fail(exitFailed, err)
	}
	if err := p.open(ctx, l); err != nil {
		_ = l.Close()
		return fail(exitUsage, err)
	}
	if err := p.serve(ctx, l); err != nil {
		return fail(exitFailed, err)
	}
	return exitFine
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
