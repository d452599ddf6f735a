package control

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// await calls look until it returns true, or the time is over, or the caller has gone. It looks when something has
// changed, or when something was to happen by itself, and so never polls.
func (a *api) await(ctx context.Context, svc *simulator.Service, wait time.Duration, look func(version) bool) {
	late := time.NewTimer(wait)
	defer late.Stop()
	for {
		changed := svc.Changed()
		if a.sim.Service(svc.ID()) != svc { // it was deleted
			return
		}
		if look(changed) || wait == 0 {
			return
		}
		due, stop := a.nextDue()
		select {
		case <-changed:
		case <-due:
		case <-late.C:
			stop()
			look(svc.Changed()) // it may have come just now
			return
		case <-ctx.Done():
			stop()
			return
		}
		stop()
	}
}

// nextDue wakes whoever waits when something is to happen by itself. It never does if nothing is.
func (a *api) nextDue() (due <-chan time.Time, stop func()) {
	next, ok := a.sim.Next()
	if !ok {
		return nil, func() {}
	}
	timer := time.NewTimer(max(next.Sub(a.sim.Now()), time.Millisecond))
	return timer.C, func() { timer.Stop() }
}

func (a *api) nextMessage(c *call) (any, error) {
	q := c.parameters(append([]string{"wait"}, conditionNames...)...)
	wait, conditions := q.wait(), q.conditions(c.svc)
	if q.err != nil {
		return nil, q.err
	}
	var next *simulator.Notification
	a.await(c.r.Context(), c.svc, wait, func(now version) bool {
		if c.r.Context().Err() != nil { // nobody would get the message
			return true
		}
		next = a.taken.of(c.svc.ID()).take(c.svc, now, conditions)
		return next != nil
	})
	if next == nil {
		return nil, a.noMessage(c.svc, conditions, 1, 0, wait)
	}
	return c.message(next), nil
}

// mostShown is how many messages a list has at most, and without a limit.
const mostShown = 1000

func (a *api) listMessages(c *call) (any, error) {
	q := c.parameters(append([]string{"wait", "min", "count", "limit"}, conditionNames...)...)
	wait, conditions := q.wait(), q.conditions(c.svc)
	least, exactly := q.number("min", 0, 1_000_000), q.number("count", -1, 1_000_000)
	limit := q.number("limit", mostShown, mostShown)
	if q.err != nil {
		return nil, q.err
	}
	least = max(least, exactly)
	var found []simulator.Notification
	a.await(c.r.Context(), c.svc, wait, func(version) bool {
		found = find(c.svc, conditions)
		return len(found) >= least
	})
	switch {
	case len(found) < least:
		return nil, a.noMessage(c.svc, conditions, least, len(found), wait)
	case exactly >= 0 && len(found) > exactly:
		return nil, a.tooMany(c.svc, conditions, exactly, found)
	}
	shown := []*message{}
	for i := range found[max(0, len(found)-limit):] {
		shown = append(shown, c.message(&found[max(0, len(found)-limit)+i]))
	}
	return map[string]any{"total": len(found), "messages": shown}, nil
}

// one is the message in the path.
func (c *call) one() (*simulator.Notification, error) {
	id := c.r.PathValue("id")
	n, found := c.svc.Notification(id)
	if !found {
		return nil, notFound("the service has no message %.80q", id)
	}
	return &n, nil
}

func (a *api) showMessage(c *call) (any, error) {
	q := c.parameters("wait", "status")
	wait := q.wait()
	if q.values.Has("status") && q.text("status") == "" {
		q.complain("status", "status: want the status to wait for")
	}
	if q.err != nil {
		return nil, q.err
	}
	n, err := c.one()
	if err != nil || !q.values.Has("status") {
		return c.message(n), err
	}
	has := hasStatus(q.text("status"))
	reached, is := false, ""
	a.await(c.r.Context(), c.svc, wait, func(version) bool {
		if n, err = c.one(); err == nil {
			reached, is = has(n)
		}
		return reached || err != nil
	})
	if err == nil && !reached {
		return nil, a.failureAbout(c.svc, "the message is "+is+", and not "+strconv.Quote(q.text("status"))+after(wait))
	}
	return c.message(n), err
}

func (a *api) showPDF(c *call) (any, error) {
	n, err := c.one()
	if err != nil {
		return nil, err
	}
	if n.Type != simulator.MessageTypeLetter {
		return nil, notFound("only letters have a PDF, and this is of the type %s", n.Type)
	}
	delivered, _ := c.svc.Delivered(n.ID)
	return file{kind: "application/pdf", content: delivered.PDF}, nil
}

func (a *api) showFile(c *call) (any, error) {
	n, err := c.one()
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(c.r.PathValue("number"))
	if err != nil || number < 1 || number > len(n.Files) {
		return nil, notFound("the message has %d files, numbered from 1", len(n.Files))
	}
	return file{"application/octet-stream", "attachment", n.Files[number-1].Content}, nil
}

func (a *api) setStatus(c *call) (any, error) {
	var body struct {
		Status string `yaml:"status"`
	}
	if err := c.read(&body); err != nil {
		return nil, err
	}
	n, err := c.one()
	if err != nil {
		return nil, err
	}
	if err := c.svc.SetStatus(n.ID, kept(body.Status, n.Type)); err != nil {
		text := strings.TrimPrefix(err.Error(), "simulator: ")
		return nil, wrong("status", "status: %s", text)
	}
	return c.changed(n.ID)
}

// kept is a status as the service keeps it. Of letters a client knows two under other names.
func kept(status string, of simulator.MessageType) simulator.Status {
	switch {
	case of == simulator.MessageTypeLetter && status == "accepted":
		return simulator.StatusSending
	case of == simulator.MessageTypeLetter && status == "received":
		return simulator.StatusDelivered
	}
	return simulator.Status(status)
}

func (a *api) returnLetter(c *call) (any, error) {
	if err := c.readNothing(); err != nil {
		return nil, err
	}
	n, err := c.one()
	if err != nil {
		return nil, err
	}
	if err := c.svc.ReturnLetter(n.ID); err != nil {
		return nil, &failure{status: http.StatusConflict, Text: strings.TrimPrefix(err.Error(), "simulator: ")}
	}
	return c.changed(n.ID)
}

func (c *call) changed(id string) (any, error) {
	n, found := c.svc.Notification(id)
	if !found {
		return nil, notFound("the message is gone")
	}
	return c.message(&n), nil
}
