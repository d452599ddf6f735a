package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/notifykit/notify/simulator"
)

// tokenVariable is where the token comes from if the arguments have none. Unlike those it is in no list of processes.
const tokenVariable = "NOTIFY_SIMULATOR_TOKEN"

// program is a simulator that is served.
type program struct {
	a      arguments
	log    *slog.Logger
	stdout io.Writer
	asked  <-chan os.Signal // to load the fixtures again

	site   *site
	origin string // where it is reached from this machine
	made   string // a token that nobody gave
}

// listen takes the port, before anything else is known to work, so that health can be asked for soon.
func (p *program) listen(ctx context.Context) (net.Listener, error) {
	config, err := p.a.certified()
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", p.a.listen)
	if err != nil {
		return nil, err
	}
	p.origin = origin(&p.a, l.Addr())
	if config != nil {
		l = tls.NewListener(l, config)
	}
	return l, nil
}

// open makes the simulator, still without services, and what looks into it. Its errors are about the arguments.
func (p *program) open(ctx context.Context, l net.Listener) error {
	if p.a.token == "" {
		p.a.token = os.Getenv(tokenVariable)
	}
	if p.a.token == "" && p.a.expose {
		p.made = rand.Text()
		p.a.token = p.made
	}
	if p.origin == "" {
		p.origin = origin(&p.a, l.Addr())
	}
	p.site = &site{ctx: ctx, sim: simulator.New(p.a.options(p.origin, observer(p.log, p.a.personalData))...)}
	return p.site.mount(&p.a)
}

// serve loads the fixtures, prints the address and the services, and answers requests until ctx is done.
func (p *program) serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- simulator.Serve(ctx, l, p.site) }()
	// A fixture may be a pipe that never yields anything. Such a read can't be cancelled: it ends with the process.
	filled := make(chan error, 1)
	seen := lookAt(p.a.fixtures)
	go func() { filled <- fill(p.site.sim, &p.a) }()
	select {
	case err := <-served:
		return err // also nil, if ctx is done
	case err := <-filled:
		if err != nil {
			stop()
			return errors.Join(err, <-served)
		}
	}
	p.site.ready.Store(true)
	fmt.Fprintf(p.stdout, "notify-simulator listening on %s\n", p.origin)
	// If nobody reads beyond the first line, the list for a large fixture blocks on a full pipe. The server must run all
	// the same.
	described := make(chan struct{})
	go func() {
		defer close(described)
		_, _ = io.WriteString(p.stdout, p.description())
	}()
	var watching sync.WaitGroup
	watching.Go(func() { p.watch(ctx, seen) })
	err := <-served
	stop()
	watching.Wait()
	select {
	case <-described:
	case <-time.After(time.Second):
	}
	return err
}

// description is what is printed after the address.
func (p *program) description() string {
	text := ""
	if p.site.inbox != nil {
		text += "messages are shown at " + p.origin + inboxPath + "/\n"
	}
	if p.made != "" {
		text += "the pages and the control API want the token " + p.made + "\n"
	}
	if p.a.selfSigned != "" {
		text += trust(p.a.selfSigned)
	}
	text += describe(p.site.sim)
	if len(p.a.fixtures) == 0 {
		text += demoNote
	}
	return text
}
