package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// arguments are what the command line asks for.
type arguments struct {
	listen            string
	expose            bool
	token             string
	hosts             []string
	certFile, keyFile string
	selfSigned        string // where the authority's certificate goes; empty: none is made

	fixtures      []string
	anyTemplate   bool
	documentLinks string
	data          string // empty: nothing is kept
	keep          int    // messages

	start       string
	outcomes    []simulator.OutcomeConfig // of one recipient each
	outcome     simulator.Status          // of all others; empty: as the fixture says
	readableIDs bool
	realistic   bool
	delays      []simulator.Option // those given, including 0: they override the fixture's
	outcomeSet  bool               // a delay of outcomes is among them

	log          string
	personalData bool

	health      string
	showVersion bool
}

// maxDelay is the same as in a fixture. Anything longer is a mistake, such as milliseconds given as seconds.
const maxDelay = 24 * time.Hour

// group is a heading of the help, with the flags below it.
type group struct {
	title string
	*flag.FlagSet
}

// define makes the flags, which write into a. The groups are only for the help.
func (a *arguments) define() []group {
	return []group{
		{"Where it listens", a.listening()},
		{"What it simulates", a.simulating()},
		{"How messages end, and when", a.timing()},
		{"What it says", a.saying()},
	}
}

func newFlags() *flag.FlagSet {
	f := flag.NewFlagSet("notify-simulator", flag.ContinueOnError)
	f.SetOutput(io.Discard) // the caller reports errors, once
	return f
}

func (a *arguments) listening() *flag.FlagSet {
	f := newFlags()
	f.StringVar(&a.listen, "listen", "127.0.0.1:6011", "`address` to listen on; port 0 picks a free one")
	f.BoolVar(&a.expose, "expose", false, "allow other machines to connect: the API's keys protect nothing there; "+
		"the pages and the control API then want a token")
	f.StringVar(&a.token, "token", "", "`token` for the pages and the control API, 16 characters or more; by default the "+
		"environment's "+tokenVariable+", and with other machines allowed to connect one that is made and printed")
	f.Func("host", "further `name` by which callers reach it, such as that of its container; can be given several times",
		func(name string) error {
			if name == "" || strings.ContainsAny(name, "/: ") {
				return errors.New("want a name without a port")
			}
			a.hosts = append(a.hosts, name)
			return nil
		})
	f.StringVar(&a.certFile, "tls-cert", "", "`file` with a certificate, PEM: listen for https; needs its key too")
	f.StringVar(&a.keyFile, "tls-key", "", "`file` with the key of that certificate, PEM")
	f.StringVar(&a.selfSigned, "tls-self-signed", "", "listen for https with a certificate that is made on the spot; "+
		"`file` gets the certificate of the authority that callers have to trust")
	return f
}

func (a *arguments) simulating() *flag.FlagSet {
	f := newFlags()
	f.Func("fixture", "`file` with services to simulate, YAML or JSON; can be given several times, and is loaded again "+
		"when it changes; without one there is a demonstration service", func(name string) error {
		if name != "" {
			a.fixtures = append(a.fixtures, name)
		}
		return nil
	})
	f.BoolVar(&a.anyTemplate, "any-template", false, "every template id exists, in every service that is loaded")
	f.StringVar(&a.data, "data", "", "`file` to keep everything in, so that it is there after a restart; it is made if "+
		"there is none, and holds keys and all that was sent; without one nothing is kept")
	f.IntVar(&a.keep, "keep", keptMessages, "`number` of messages to keep; when there are more, the oldest tenth is "+
		"deleted; 0 means all within their retention")
	f.BoolVar(&a.readableIDs, "readable-ids", false, "count ids instead of making them up: the same from run to run")
	f.StringVar(&a.documentLinks, "document-links", linksToNotify, "where `links` to files in emails lead: notify, as "+
		"the real ones do; here, so that they work in a browser; or an origin such as https://notify.test")
	return f
}

func (a *arguments) timing() *flag.FlagSet {
	f := newFlags()
	f.Func("outcome", "`status` of texts and emails that live and team keys send, or RECIPIENT=STATUS for those to one "+
		"recipient with any key; can be given several times", a.addOutcome)
	delay := func(name, usage string, option func(time.Duration) simulator.Option) {
		f.Func(name, usage+"; 0 to 24h; by default as the fixture says, or none", func(text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d < 0 || d > maxDelay {
				return fmt.Errorf("want a time like 500ms, from 0 to %v", maxDelay)
			}
			a.delays = append(a.delays, option(d))
			a.outcomeSet = a.outcomeSet || name == "outcome-delay"
			return nil
		})
	}
	delay("outcome-delay", "`duration` from accepting a message to its outcome", simulator.WithOutcomeDelay)
	f.BoolVar(&a.realistic, "realistic", false, "messages take as long as on the real service: seconds, and letters days")
	delay("precompiled-delay", "`duration` of accepting a precompiled letter, such as 500ms",
		simulator.WithPrecompiledDelay)
	delay("pdf-delay", "`duration` from a templated letter's POST until its PDF is ready, such as 2s",
		simulator.WithPDFDelay)
	f.StringVar(&a.start, "start", "", "`time` at which its clock begins, such as 2026-03-28T23:59:00Z")
	return f
}

func (a *arguments) saying() *flag.FlagSet {
	f := newFlags()
	f.StringVar(&a.log, "log", logText, "`form` of the lines on standard error, one for each message, refused request "+
		"and failed callback: text, json or off")
	f.BoolVar(&a.personalData, "log-personal-data", false,
		"the lines have recipients, references and texts of messages too")
	f.StringVar(&a.health, "health", "", "ask the simulator at this `URL` whether it is ready, and exit")
	f.BoolVar(&a.showVersion, "version", false, "print the version and exit")
	return f
}

// parse reads the command line. If it asks for help, parse prints that to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (arguments, error) {
	var a arguments
	groups := a.define()
	flags := newFlags()
	for _, g := range groups {
		g.VisitAll(func(f *flag.Flag) { flags.Var(f.Value, f.Name, f.Usage) })
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "notify-simulator runs a simulated GOV.UK Notify on a port.")
		for _, g := range groups {
			fmt.Fprintf(stdout, "\n%s\n\n", g.title)
			var usage strings.Builder
			g.SetOutput(&usage)
			g.PrintDefaults()
			fmt.Fprint(stdout, folded(usage.String()))
		}
		return a, flag.ErrHelp
	case err != nil:
		return a, fmt.Errorf("%w; -h shows the flags", err)
	case flags.NArg() > 0:
		return a, fmt.Errorf("unexpected argument %q; -h shows the flags", flags.Arg(0))
	case a.showVersion:
		return a, nil
	}
	err := a.check()
	return a, err
}

// folded breaks the long lines of a group's help.
func folded(usage string) string {
	const indent, width = "    \t", 80
	var b strings.Builder
	for text := range strings.Lines(usage) {
		rest, is := strings.CutPrefix(text, indent)
		for is && len(rest) > width {
			at := strings.LastIndexByte(rest[:width], ' ')
			if at < 0 {
				break
			}
			b.WriteString(indent + rest[:at] + "\n")
			rest = rest[at+1:]
		}
		if is {
			rest = indent + rest
		}
		b.WriteString(rest)
	}
	return b.String()
}

// check reports what is impossible about the arguments taken together.
func (a *arguments) check() error {
	switch {
	case a.keep < 0:
		return fmt.Errorf("-keep %d: want a number of messages, or 0", a.keep)
	case a.log != logText && a.log != logJSON && a.log != logOff:
		return fmt.Errorf("-log %q: want text, json or off", a.log)
	case (a.certFile == "") != (a.keyFile == ""):
		return errors.New("-tls-cert and -tls-key go together")
	case a.certFile != "" && a.selfSigned != "":
		return errors.New("-tls-self-signed makes a certificate, and -tls-cert brings one: want one of them")
	case a.realistic && a.outcomeSet:
		return errors.New("-realistic and -outcome-delay exclude each other")
	}
	if a.start != "" {
		if _, err := time.Parse(time.RFC3339, a.start); err != nil {
			return fmt.Errorf("-start %q: want a time like 2026-03-28T23:59:00Z", a.start)
		}
	}
	if u, err := url.Parse(a.documentLinks); a.documentLinks != linksToNotify && a.documentLinks != linksHere &&
		(err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path+u.RawQuery+u.Fragment != "") {
		return fmt.Errorf("-document-links %q: want notify, here, or an origin such as https://notify.test", a.documentLinks)
	}
	switch {
	case a.health != "":
		return checkURL(a.health)
	case a.expose:
		return nil
	}
	return loopbackOnly(a.listen)
}

// addOutcome reads the value of -outcome. Whether it is possible the simulator knows.
func (a *arguments) addOutcome(text string) error {
	to, status, one := strings.Cut(text, "=")
	if !one {
		if simulator.New().Load(fmt.Appendf(nil, "simulator: {outcome: %q}", text)) != nil || text == "" {
			return errors.New("want a status of a text or an email, such as permanent-failure")
		}
		a.outcome = simulator.Status(text)
		return nil
	}
	o := simulator.OutcomeConfig{Recipient: to, Status: simulator.Status(status)}
	if !possible(o) {
		return errors.New("want a phone number or an email address, and a status, such as jo@example.gov.uk=delivered")
	}
	a.outcomes = append(a.outcomes, o)
	return nil
}
