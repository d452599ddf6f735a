package main

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/notifykit/notify/simulator"
)

// The values of -log.
const (
	logText = "text"
	logJSON = "json"
	logOff  = "off"
)

// newLogger writes lines in the form that -log asks for.
func newLogger(form string, w io.Writer) *slog.Logger {
	switch form {
	case logJSON:
		return slog.New(slog.NewJSONHandler(w, nil))
	case logText:
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return discarded()
}

// observer logs a line for each message, each refused request, and each callback that fails.
func observer(log *slog.Logger, personalData bool) simulator.Observer {
	return simulator.Observer{
		Answered: func(a simulator.Answered) {
			switch {
			case a.Status == 0 || a.Status >= 400:
				log.Warn("request refused", refusal(a, personalData)...)
			case a.NotificationID != "":
				log.Info("message accepted", acceptance(a, personalData)...)
			}
		},
		CalledBack: func(svc *simulator.Service, c simulator.CallbackAttempt) {
			if c.Result != simulator.CallbackResultDelivered {
				log.Warn("callback failed", failure(svc, c)...)
			}
		},
	}
}

// about says which request it was, and whose.
func about(a simulator.Answered, personalData bool) []any {
	attrs := []any{"operation", string(a.Operation), "status", a.Status}
	if a.Service != nil {
		attrs = append(attrs, "service", a.Service.Name(), "key", a.KeyName, "key_type", string(a.KeyType))
	}
	if a.Fault != "" {
		fault := a.Fault
		if !personalData {
			fault = aimed.ReplaceAllString(fault, ", $1 [value]")
		}
		attrs = append(attrs, "fault", fault)
	}
	return attrs
}

// aimed matches what the description of a fault says of the messages that it is for.
var aimed = regexp.MustCompile(`, (to|reference) "(?:[^"\\]|\\.)*"`)

func acceptance(a simulator.Answered, personalData bool) []any {
	attrs := append(about(a, personalData), "id", a.NotificationID)
	if !personalData || a.Service == nil {
		return attrs
	}
	if n, ok := a.Service.Notification(a.NotificationID); ok {
		attrs = append(attrs, "to", n.To, "reference", n.Reference, "subject", n.Subject, "body", n.Body)
	}
	return attrs
}

func refusal(a simulator.Answered, personalData bool) []any {
	attrs := about(a, personalData)
	if personalData {
		attrs = append(attrs, "method", a.Method, "path", a.Path)
	}
	for _, e := range a.Errors {
		text := e.Message
		if !personalData {
			text = withoutValue(text)
		}
		attrs = append(attrs, "error", strings.TrimSpace(e.Class+" "+text))
	}
	return attrs
}

// quoting matches the messages that quote what was refused: "reference 4711 is not of type string". Lists of names that
// nobody asked for may hold anything too.
var quoting = regexp.MustCompile(`(?s)^(\w+) .*?( is not of type [\w, ]+| is not one of \[[^\]]*\])$|` +
	`^.*( is not of type object)$|^(Additional properties are not allowed).*$|^(reference ).*( is too long)$`)

// fieldsQuoted are the fields whose name may stand before a value. A message without one begins with the value.
var fieldsQuoted = []string{
	"phone_number", "email_address", "template_id", "personalisation", "reference", "sms_sender_id", "email_reply_to_id",
	"one_click_unsubscribe_url", "postage", "content", "file", "filename", "confirm_email_before_download",
	"retention_period", "is_csv", "status", "template_type", "type", "id", "older_than", "notification_id",
}

// withoutValue takes out of an error's message what the caller wrote.
func withoutValue(message string) string {
	found := quoting.FindStringSubmatch(message)
	if found == nil {
		return message
	}
	if field := found[1]; field != "" && slices.Contains(fieldsQuoted, field) {
		return field + " [value]" + found[2]
	}
	return found[5] + "[value]" + found[2] + found[3] + found[4] + found[6]
}

func failure(svc *simulator.Service, c simulator.CallbackAttempt) []any {
	attrs := []any{
		"kind", string(c.Kind), "service", svc.Name(), "id", c.ID, "attempt", c.Attempt, "result", string(c.Result),
		"status", c.Status,
	}
	if c.Error != "" {
		attrs = append(attrs, "error", c.Error)
	}
	if !c.RetryAt.IsZero() {
		attrs = append(attrs, "retry_at", c.RetryAt)
	}
	return attrs
}

// patient writes lines for somebody who may not read them. A test harness often gives the command a pipe and forgets
// it; once that is full a write blocks, and with it would block whoever waits for an answer. So one goroutine writes,
// and lines for which there is no room are dropped and counted.
type patient struct {
	lines   chan []byte
	dropped atomic.Int64
	stop    chan struct{}
	done    chan struct{}
}

// linesWaiting is how many lines may wait.
const linesWaiting = 4096

func newPatient(w io.Writer) *patient {
	p := &patient{lines: make(chan []byte, linesWaiting), stop: make(chan struct{}), done: make(chan struct{})}
	go p.run(w)
	return p
}

// Write takes one line.
func (p *patient) Write(line []byte) (int, error) {
	select {
	case p.lines <- slices.Clone(line):
	default:
		p.dropped.Add(1)
	}
	return len(line), nil
}

func (p *patient) run(w io.Writer) {
	defer close(p.done)
	for {
		select {
		case line := <-p.lines:
			p.put(w, line)
			continue
		default:
		}
		select {
		case line := <-p.lines:
			p.put(w, line)
		case <-p.stop:
			if len(p.lines) == 0 {
				return
			}
		}
	}
}

func (p *patient) put(w io.Writer, line []byte) {
	_, _ = w.Write(line) // if that fails, there is nobody to tell
	if n := p.dropped.Swap(0); n > 0 {
		_, _ = io.WriteString(w, droppedNote(n))
	}
}

func droppedNote(n int64) string {
	return fmt.Sprintf("notify-simulator: %d lines were dropped here, because nobody read them\n", n)
}

// close writes what waits, for a second at most.
func (p *patient) close() {
	close(p.stop)
	select {
	case <-p.done:
	case <-time.After(time.Second):
	}
}
