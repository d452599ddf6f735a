package main

import (
	"fmt"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// describe lists the keys of each service, and its templates with their ids and placeholders.
func describe(sim *simulator.Simulator) string {
	var b strings.Builder
	for _, svc := range sim.Services() {
		fmt.Fprintf(&b, "\nservice %s (%s)\n", line(svc.Name()), svc.ID())
		keys := svc.Keys()
		for _, k := range keys {
			fmt.Fprintf(&b, "  %-15s  %s\n", k.Type+" key", line(k.Name)+"-"+svc.ID()+"-"+line(k.Secret))
		}
		if len(keys) == 0 {
			fmt.Fprintln(&b, "  no key")
		}
		for _, t := range svc.Templates() {
			fmt.Fprintf(&b, "  %-15s  %s  %s", t.Type+" template", t.ID, line(t.Name))
			for _, p := range t.Placeholders {
				fmt.Fprintf(&b, " ((%s))", line(p))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// line replaces control characters with spaces: they could break the line, or do things to the terminal.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
