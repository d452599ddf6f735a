package main

import (
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// What -document-links says, besides an origin.
const (
	linksToNotify = "notify"
	linksHere     = "here"
)

// options are the simulator's. origin is where it is reached.
func (a *arguments) options(origin string, observer simulator.Observer) []simulator.Option {
	opts := append([]simulator.Option{
		simulator.WithObserver(observer), simulator.WithMaxMessages(a.keep), simulator.WithDescribed(a.adjust),
	}, a.delays...)
	if a.realistic {
		// The delays that were given win, so they come after it.
		opts = append([]simulator.Option{simulator.Realistic()}, opts...)
	}
	if a.readableIDs {
		opts = append(opts, simulator.WithReadableIDs())
	}
	if at, err := time.Parse(time.RFC3339, a.start); err == nil {
		opts = append(opts, simulator.WithStart(at))
	}
	if a.outcome != "" {
		opts = append(opts, simulator.WithOutcomes(func(n simulator.Notification) simulator.Status {
			if n.Type == simulator.MessageTypeLetter {
				return "" // the status is of texts and emails
			}
			return a.outcome
		}))
	}
	switch a.documentLinks {
	case linksToNotify:
	case linksHere:
		opts = append(opts, simulator.WithDocumentHost(origin))
	default:
		opts = append(opts, simulator.WithDocumentHost(a.documentLinks))
	}
	return opts
}

// adjust makes what the arguments say of every service a part of its description, so that a reset does not undo it.
func (a *arguments) adjust(c *simulator.ServiceConfig) {
	c.AnyTemplate = c.AnyTemplate || a.anyTemplate
	for _, o := range a.outcomes {
		c.Outcomes = append(slices.DeleteFunc(c.Outcomes, func(had simulator.OutcomeConfig) bool {
			return possible(had) && !possible(had, o) // of the same recipient
		}), o)
	}
}

// possible reports whether a service can have these outcomes.
func possible(outcomes ...simulator.OutcomeConfig) bool {
	_, err := simulator.New().AddService(simulator.ServiceConfig{Name: "-", Outcomes: outcomes})
	return err == nil
}

// origin is where callers on this machine reach a listener.
func origin(a *arguments, at net.Addr) string {
	scheme := "http"
	if a.encrypted() {
		scheme = "https"
	}
	address := at.String()
	if host, port, err := net.SplitHostPort(address); err == nil {
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			address = net.JoinHostPort("localhost", port)
		}
	}
	return scheme + "://" + address
}

func (a *arguments) encrypted() bool { return a.certFile != "" || a.selfSigned != "" }

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

// names are the hosts by which the simulator is reached besides those of loopback.
func (a *arguments) names() []string {
	names := a.hosts
	host, _, err := net.SplitHostPort(a.listen)
	if ip := net.ParseIP(host); err == nil && host != "" && (ip == nil || !ip.IsUnspecified()) {
		names = append(names[:len(names):len(names)], strings.Trim(host, "[]"))
	}
	return names
}

// discarded is the logger for -log off.
func discarded() *slog.Logger { return slog.New(slog.DiscardHandler) }
