package notify

import (
	"context"
	"errors"
	"time"
)

// A Sent is a message that Notify accepted, of any kind. The methods for one kind, such as [Client.SendSMS], tell more
// of it.
type Sent struct {
	ID        string
	Type      NotificationType
	Reference string
	Template  TemplateRef // zero for precompiled letters
	Subject   string      // with personalisation; empty for text messages and precompiled letters
	Body      string      // with personalisation, as Markdown; empty for precompiled letters
	// Recovered: no attempt of this call got the answer, but the message was found in Notify's list. See [Once].
	Recovered bool
}

// Send sends a message of any kind. Code that handles several kinds, such as an outbox, needs one path for all of them.
// [OutcomeOf] says what a failure means, and [Once] makes it send once at most, whatever the network does.
func (c *Client) Send(ctx context.Context, m Message, opts ...SendOption) (*Sent, error) {
	if m == nil || isNil(m) {
		nothing := request{operation: operation{name: "Send", sends: true}, refused: refuse(nil, "the message is nil")}
		return nil, c.newCall(ctx, nothing, nil, nil).run()
	}
	o, err := callOptions(opts)
	if err == nil && o != nil && o.once && m.asked().reference == "" {
		err = refuse(nil, "a message that is to be sent once needs a reference")
	}
	r := requestFor(ctx, c, m, err)
	once := err == nil && o != nil && o.once
	if once && r.refused != nil { // it can't be sent, but an earlier call may have sent it
		once = o.resumed && !errors.Is(c.checkReady(ctx, opNotifications), ErrInvalidRequest)
	}
	if !once {
		sent, _, err := c.attempt(ctx, m, r, o, nil, nil)
		return sent, err
	}
	return c.sendOnce(ctx, m, r, o)
}

// A sentMessage is Notify's answer to any accepted message, as far as it is the same.
type sentMessage struct {
	ID        string      `json:"id"`
	Reference string      `json:"reference"`
	Template  TemplateRef `json:"template"`
	Content   struct {
		Subject string `json:"subject"`
		Body    string `json:"body"`
	} `json:"content"`
}

// attempt makes one call, or part of one that is watched already, which goes on counting where the part before ended.
func (c *Client) attempt(
	ctx context.Context, m Message, r request, o *options, before *call, part *observed,
) (*Sent, *call, error) {
	want := m.asked()
	d := &decoder[sentMessage]{lacks: func(s *sentMessage) string { return want.lacks(s.ID, s.Reference, s.Template) }}
	x := c.newCall(ctx, r, d, o)
	x.observed = part
	if before != nil {
		x.attempts, x.before = before.attempts, before.extra()
	}
	if err := x.run(); err != nil {
		return nil, x, err
	}
	return &Sent{
		ID: d.out.ID, Type: m.Type(), Reference: d.out.Reference, Template: d.out.Template,
		Subject: d.out.Content.Subject, Body: d.out.Content.Body,
	}, x, nil
}

// sendOnce is one call for those who watch, and its look-ups are calls within it.
func (c *Client) sendOnce(ctx context.Context, m Message, r request, o *options) (*Sent, error) {
	w := c.observe(ctx, r)
	if w == nil {
		return c.sendUntilKnown(ctx, m, r, o, nil)
	}
	sent, err := (*Sent)(nil), errPanicked
	defer func() { w.endSend(sent, err) }()
	sent, err = c.sendUntilKnown(w.below, m, r, o, w)
	return sent, err
}

// sendUntilKnown makes attempts until the message is accepted, refused or given up, and resolves each doubt before it
// goes on.
func (c *Client) sendUntilKnown(ctx context.Context, m Message, r request, o *options, w *observed) (*Sent, error) {
	if o.resumed {
		last := o.last
		now := time.Now()
		if last.IsZero() || last.After(now) {
			last = now
		}
		d := c.newDoubt(m, o, last.Add(clockTolerance))
		d.last = now.Add(last.Sub(now)) // from here on no change of this machine's clock matters
		found, err := d.resolve(ctx)
		if err != nil {
			return nil, r.inDoubt(nil, err)
		}
		if found != nil {
			return recovered(m, found), nil
		}
	}
	for before := (*call)(nil); ; {
		sent, x, err := c.attempt(ctx, m, r, o, before, w)
		if err == nil || SafeToRetry(err) {
			return sent, err
		}
		found, lookUp := c.newDoubt(m, o, x.signed).resolve(ctx)
		switch {
		case lookUp != nil:
			return nil, r.inDoubt(err, lookUp)
		case found != nil:
			return recovered(m, found), nil
		case x.attempts-x.extra() >= c.retry.MaxAttempts:
			return nil, r.provedUnsent(err)
		}
		before = x
	}
}

// recovered is what Notify's answer would have said. The list shows a template of Notify's own for a precompiled
// letter.
func recovered(m Message, n *Notification) *Sent {
	s := &Sent{ID: n.ID, Type: n.Type, Reference: n.Reference, Recovered: true}
	if m.operation().name != opSendPrecompiled.name {
		s.Template, s.Subject, s.Body = n.Template, n.Subject, n.Body
	}
	return s
}
