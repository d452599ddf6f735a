package control

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// closest is the message that most conditions hold for, and in what it differs from what was wanted.
type closest struct {
	ID          string       `json:"id"`
	Message     string       `json:"message"`
	Differences []difference `json:"differences"`
}

type difference struct {
	Field string `json:"field"`
	Want  string `json:"want"`
	Got   string `json:"got"`
}

// listed is how many messages, requests and events an error has at most.
const listed = 20

// failureAbout is an error that tells what was sent, what was refused, and what is still to happen.
func (a *api) failureAbout(svc *simulator.Service, text string) *failure {
	f := &failure{status: http.StatusNotFound, Text: text}
	sent := svc.Messages()
	for i := range sent[max(0, len(sent)-listed):] {
		f.Messages = append(f.Messages, describe(&sent[max(0, len(sent)-listed)+i]))
	}
	for _, r := range a.refused(svc) {
		f.Refused = append(f.Refused, a.sim.Redact(r.String()))
	}
	f.Refused = f.Refused[max(0, len(f.Refused)-listed):]
	for _, e := range a.sim.Pending() {
		if len(f.Pending) < listed && about(sent, e.Label) {
			f.Pending = append(f.Pending, a.shownEvent(e))
		}
	}
	return f
}

// about reports whether an event is about one of the messages.
func about(sent []simulator.Notification, label string) bool {
	for i := range sent {
		if strings.Contains(label, sent[i].ID) {
			return true
		}
	}
	return false
}

// describe is a message in a line.
func describe(n *simulator.Notification) string {
	text := strings.Join(strings.Fields(n.Subject+" "+n.Body), " ")
	return fmt.Sprintf("%s to %s, %s, template %q: %s", n.Type, strings.Join(strings.Split(n.To, "\n"), ", "),
		n.Status.Shown(n.Type), n.TemplateName, shortened(text))
}

// shortened is a text of at most 120 characters.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 120 {
		return string(runes[:120]) + "…"
	}
	return text
}

func after(wait time.Duration) string {
	if wait == 0 {
		return ""
	}
	return " after " + wait.String()
}

// noMessage says why there are fewer messages than were wanted.
func (a *api) noMessage(svc *simulator.Service, all []condition, want, found int, wait time.Duration) error {
	var wanted []string
	for i := range all {
		wanted = append(wanted, all[i].String())
	}
	what := strings.Join(wanted, ", ")
	if what == "" {
		what = "any message"
	}
	text := fmt.Sprintf("wanted %d with %s, found %d%s", want, what, found, after(wait))
	f := a.failureAbout(svc, text)
	if found > 0 {
		return f
	}
	sent := svc.Messages()
	switch near := nearest(svc, sent, all); {
	case len(sent) == 0:
		f.Text += ": nothing was sent"
	case len(near.Differences) == 0:
		f.Text += ": those that match were returned before"
	default:
		d := near.Differences[0]
		f.Text += fmt.Sprintf(": the closest of %d has %s %q", len(sent), d.Field, d.Got)
		f.Closest = &near
	}
	if n := len(f.Refused); n > 0 {
		f.Text += fmt.Sprintf("; the service refused a request: %s", f.Refused[n-1])
	}
	return f
}

// nearest is the message that most conditions hold for, the newest of several.
func nearest(svc *simulator.Service, sent []simulator.Notification, all []condition) (best closest) {
	least := len(all) + 1
	for i := range sent {
		differences := []difference{}
		for _, c := range all {
			holds, is := c.look(svc, &sent[i])
			switch {
			case holds:
			case c.not:
				differences = append(differences, difference{c.field, "not " + c.want, c.want})
			default:
				differences = append(differences, difference{c.field, c.want, shortened(is)})
			}
		}
		if len(differences) <= least {
			least = len(differences)
			best = closest{sent[i].ID, describe(&sent[i]), differences}
		}
	}
	return best
}

func (a *api) tooMany(svc *simulator.Service, all []condition, want int, found []simulator.Notification) error {
	var wanted []string
	for i := range all {
		wanted = append(wanted, all[i].String())
	}
	f := a.failureAbout(svc, fmt.Sprintf("wanted %d with %s, found %d", want, strings.Join(wanted, ", "), len(found)))
	f.status, f.Messages = http.StatusConflict, nil
	for i := range found[max(0, len(found)-listed):] {
		f.Messages = append(f.Messages, describe(&found[max(0, len(found)-listed)+i]))
	}
	return f
}
