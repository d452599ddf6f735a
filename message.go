package notify

import (
	"context"
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
		return nil, refuse(nil, "the message is nil")
	}
	op := m.operation()
	if err := c.checkReady(ctx, op); err != nil {
		return nil, err
	}
	o, err := callOptions(opts)
	if err != nil {
		return nil, err
	}
	if o != nil && o.once && m.asked().reference == "" {
		return nil, refuse(nil, "a message that is to be sent once needs a reference")
	}
	body, err := m.compose(c)
	if err != nil {
		return nil, err
	}
	r := op.request("", body)
	if o == nil || !o.once {
		sent, _, err := c.attempt(ctx, m, r, o, 0)
		return sent, err
	}
	return c.sendOnce(ctx, m, r, o)
}

// attempt makes one call, after so many attempts that were made before.
func (c *Client) attempt(ctx context.Context, m Message, r request, o *options, before int) (*Sent, *call, error) {
	type wire struct {
		ID        string      `json:"id"`
		Reference string      `json:"reference"`
		Template  TemplateRef `json:"template"`
		Content   struct {
			Subject string `json:"subject"`
			Body    string `json:"body"`
		} `json:"content"`
	}
	want := m.asked()
	d := &decoder[wire]{lacks: func(w *wire) string { return want.lacks(w.ID, w.Reference, w.Template) }}
	x := c.newCall(ctx, r, d, o)
	x.attempts = before
	if err := x.run(); err != nil {
		return nil, x, err
	}
	return &Sent{
		ID: d.out.ID, Type: m.Type(), Reference: d.out.Reference, Template: d.out.Template,
		Subject: d.out.Content.Subject, Body: d.out.Content.Body,
	}, x, nil
}

// sendOnce makes calls until the message is accepted, refused or given up, and resolves each doubt before it goes on.
func (c *Client) sendOnce(ctx context.Context, m Message, r request, o *options) (*Sent, error) {
	if o.resumed {
		last := o.last
		if now := time.Now(); last.IsZero() || last.After(now) {
			last = now
		}
		d := c.newDoubt(m, o, last)
		d.last = last
		found, err := d.resolve(ctx)
		if err != nil {
			return nil, r.inDoubt(nil, err)
		}
		if found != nil {
			return recovered(found), nil
		}
	}
	for made := 0; ; {
		sent, x, err := c.attempt(ctx, m, r, o, made)
		if err == nil || SafeToRetry(err) {
			return sent, err
		}
		found, lookUp := c.newDoubt(m, o, x.signed).resolve(ctx)
		switch {
		case lookUp != nil:
			return nil, r.inDoubt(err, lookUp)
		case found != nil:
			return recovered(found), nil
		case x.attempts-x.extra() >= c.retry.MaxAttempts:
			return nil, r.provedUnsent(err)
		}
		made = x.attempts - x.extra()
	}
}

func recovered(n *Notification) *Sent {
	return &Sent{
		ID: n.ID, Type: n.Type, Reference: n.Reference, Template: n.Template, Subject: n.Subject, Body: n.Body,
		Recovered: true,
	}
}
