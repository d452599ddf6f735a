package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/notifykit/notify/simulator"
)

// arguments are what the command line asks for.
type arguments struct {
	listen      string
	fixtures    []string
	expose      bool
	showVersion bool
	data        string             // empty: nothing is kept
	keep        int                // messages
	delays      []simulator.Option // those given, including 0: they override the fixture's
}

// parse reads the command line. If it asks for help, parse prints that to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (arguments, error) {
	var a arguments
	flags := flag.NewFlagSet("notify-simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the caller reports errors, once
	flags.StringVar(&a.listen, "listen", "127.0.0.1:6011", "`address` to listen on; port 0 picks a free one")
	flags.Func("fixture", "`file` with services to simulate, YAML or JSON; can be given several times; "+
		"without one there is a demonstration service", func(name string) error {
		if name != "" {
			a.fixtures = append(a.fixtures, name)
		}
		return nil
	})
	flags.BoolVar(&a.expose, "expose", false,
		"allow other machines to connect: the keys protect nothing, and anybody can read what was sent")
	delay := func(name, usage string, option func(time.Duration) simulator.Option) {
		flags.Func(name, usage+"; 0 to 24h; by default as the fixture says, or none", func(text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d < 0 || d > maxDelay {
				return fmt.Errorf("want a time like 500ms, from 0 to %v", maxDelay)
			}
			a.delays = append(a.delays, option(d))
			return nil
		})
	}
	delay("precompiled-delay", "`duration` of accepting a precompiled letter, such as 500ms",
		simulator.WithPrecompiledDelay)
	delay("pdf-delay", "`duration` from a templated letter's POST until its PDF is ready, such as 2s",
		simulator.WithPDFDelay)
	flags.StringVar(&a.data, "data", "", "`file` to keep everything in, so that it is there after a restart; "+
		"it is made if there is none, and holds keys and all that was sent; without one nothing is kept")
	flags.IntVar(&a.keep, "keep", keptMessages,
		"`number` of messages to keep; when there are more, the oldest tenth is deleted; 0 means all within their retention")
	flags.BoolVar(&a.showVersion, "version", false, "print the version and exit")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "notify-simulator runs a simulated GOV.UK Notify on a port.")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return a, flag.ErrHelp
	case err != nil:
		return a, fmt.Errorf("%w; -h shows the flags", err)
	case flags.NArg() > 0:
		return a, fmt.Errorf("unexpected argument %q; -h shows the flags", flags.Arg(0))
	case a.keep < 0:
		return a, fmt.Errorf("-keep %d: want a number of messages, or 0", a.keep)
	case a.showVersion || a.expose:
		return a, nil
	}
	return a, loopbackOnly(a.listen)
}

// maxDelay is the same as in a fixture. Anything longer is a mistake, such as milliseconds given as seconds.
const maxDelay = 24 * time.Hour
