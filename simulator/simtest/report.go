package simtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mostShown = 20  // messages, requests and events in a failure text; the transcript has all of them
	mostText  = 120 // of a message's text, in characters
)

// report says why there are not n messages that match.
func (k *Kit) report(all, found []Message, match []Match, n int, waited string) string {
	k.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "simtest: wanted %s%s, found %s%s\n", count(n, "message"), conditions(match), none(len(found)), waited)
	switch {
	case len(all) == 0:
		b.WriteString("\nNothing was sent.\n")
	case len(found) > 0:
		b.WriteString("\nFound:\n")
		k.list(&b, found)
		if len(found) > max(n, 1) {
			b.WriteString(differences(found))
		}
	default:
		nearest(&b, all, match)
	}
	if others := without(all, found); len(others) > 0 {
		fmt.Fprintf(&b, "\n%s messages:\n", map[bool]string{true: "All", false: "Other"}[len(found) == 0])
		k.list(&b, others)
	}
	k.listRefused(&b)
	k.listPending(&b)
	b.WriteString(k.keepTranscript())
	return k.Simulator.Redact(strings.TrimRight(b.String(), "\n"))
}

// without are the messages that were not found, which are in the same order.
func without(all, found []Message) (others []Message) {
	for i := range all {
		if len(found) > 0 && found[0].number == all[i].number {
			found = found[1:]
			continue
		}
		others = append(others, all[i])
	}
	return others
}

func conditions(match []Match) string {
	var names []string
	for _, m := range match {
		if m.within == 0 {
			names = append(names, m.String())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// nearest shows the message that most conditions hold for, the newest of several, and what it has in place of the rest.
func nearest(b *strings.Builder, all []Message, match []Match) {
	best, most := 0, -1
	for i := range all {
		holding := 0
		for _, m := range match {
			if holds, _ := m.look(&all[i]); holds {
				holding++
			}
		}
		if holding >= most {
			best, most = i, holding
		}
	}
	fmt.Fprintf(b, "\nMessage %d came closest:\n", all[best].number)
	for _, m := range match {
		if m.within > 0 {
			continue
		}
		switch holds, is := m.look(&all[best]); {
		case holds:
			fmt.Fprintf(b, "  %s: as wanted\n", m)
		case m.not:
			fmt.Fprintf(b, "  %s: but it is\n", m)
		default:
			fmt.Fprintf(b, "  %s: it is %s\n", m, is)
		}
	}
}

// differences says in what the messages that were found differ, or that they were sent twice.
func differences(found []Message) string {
	first, second := &found[0], &found[1]
	var differ []string
	for _, f := range []struct {
		name string
		is   func(*Message) string
	}{
		{"to", func(m *Message) string { return m.To }},
		{"template", func(m *Message) string { return m.TemplateID }},
		{"reference", func(m *Message) string { return fmt.Sprint(m.HasReference, m.Reference) }},
		{"text", func(m *Message) string { return m.Subject + "\n" + m.Body }},
		{"key", func(m *Message) string { return m.KeyName }},
	} {
		if f.is(first) != f.is(second) {
			differ = append(differ, f.name)
		}
	}
	if len(differ) == 0 {
		return "The first two are the same message, sent twice.\n"
	}
	return "The first two differ in: " + strings.Join(differ, ", ") + ".\n"
}

// list has the messages in a line each, with where they were sent and what became of their callbacks.
func (k *Kit) list(b *strings.Builder, messages []Message) {
	senders := k.senders()
	skipped := max(len(messages)-mostShown, 0)
	if skipped > 0 {
		fmt.Fprintf(b, "  (%s before these)\n", count(skipped, "message"))
	}
	for i := range messages[skipped:] {
		m := &messages[skipped+i]
		fmt.Fprintf(b, "  %d. %s\n", m.number, m)
		b.WriteString(sentBy(senders[m.ID]))
		for _, a := range m.Callbacks {
			fmt.Fprintf(b, "     %s\n", attempted(a))
		}
	}
}

// listPending says what would still happen; in a simulator that several kits share, to messages of this one.
func (k *Kit) listPending(b *strings.Builder) {
	pending := k.Simulator.Pending()
	now := k.Simulator.Now()
	readable := k.readable()
	pending = slices.DeleteFunc(pending, func(e event) bool {
		return housekeeping(e.Label) || k.shared && readable(e.Label) == e.Label
	})
	if len(pending) == 0 {
		return
	}
	b.WriteString("\nStill to happen (kit.Advance makes it):\n")
	for i, e := range pending {
		if i == mostShown {
			fmt.Fprintf(b, "  (and %d more)\n", len(pending)-i)
			break
		}
		fmt.Fprintf(b, "  in %s: %s\n", e.At.Sub(now).Round(time.Millisecond), readable(e.Label))
	}
}

// housekeeping is what happens every day, whatever a program does.
func housekeeping(label string) bool {
	return strings.HasPrefix(label, "midnight") || strings.HasPrefix(label, "clean-up of ")
}

// readable gives a function that puts the number of a message in place of its id.
func (k *Kit) readable() func(text string) string {
	var numbers []string
	for i, n := range k.Service.Messages() {
		numbers = append(numbers, n.ID, strconv.Itoa(i+1))
	}
	return strings.NewReplacer(numbers...).Replace
}

func count(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return number(n) + " " + what + "s"
}

func none(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

func number(n int) string {
	if n == 0 {
		return "no"
	}
	return strconv.Itoa(n)
}

// oneLine is the address of a letter as one writes it in a sentence.
func oneLine(to string) string { return strings.Join(strings.Split(to, "\n"), ", ") }

func shortened(text string) string {
	if runes := []rune(text); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return text
}
