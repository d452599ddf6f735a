package notify

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Once makes [Client.Send] an idempotent send: of all attempts that the call makes, one at most is accepted. The
// message needs a Reference that is its own. References may be shared only by messages that differ in their channel,
// template, phone number or email address.
//
// After an attempt whose outcome is unknown, the client looks for the reference in Notify's list. If the message is
// there, that is the result ([Sent].Recovered). If not, the service may still be about to accept it, and can't be
// asked. But it takes a token for 30 seconds, and gives a request 29.5 seconds. So a minute after the attempt was
// signed the list is proof, and only then does the client send again, within the attempts of [WithRetry]. It tells the
// time by the Date header of the look-up, so that a wrong clock does no harm. Without that header it waits for 30
// seconds more, by which a clock can be wrong.
//
// An error matches [ErrOutcomeUnknown] only if the look-up failed or the context ended before it was proof. Without
// that, what failed was not sent.
//
// Cost: nothing while attempts succeed or are refused. An accepted message whose answer was lost costs one look-up, and
// a lost request six of them and a minute: give the context two. Reading takes nothing from the rate limit.
//
// Another call does not know of this one's attempts, in this process or another: make one at a time for each message,
// and after one whose outcome is unknown, see [Resume]. The guarantee ends with Notify's retention (7 days unless the
// service chose otherwise), after which a message is not found; with keys of another type, which have a list of their
// own; and with what is accepted and never stored, which is what [IsSmokeTestRecipient] knows: nobody gets those, so
// that a second one does no harm. A letter is known by its reference and template alone, and a precompiled one by its
// reference. A look-up has to fit Notify's request line of 4,094 bytes, in which a character beyond ASCII takes up to
// 12: a reference for which it doesn't can be sent, and not looked for.
func Once() SendOption { return onceOption{} }

// Resume is [Once] for a message that an earlier call may have sent, such as that of a worker which was restarted:
// the client looks for the reference before the first attempt too, whatever there is against sending now. last is the
// latest time at which that call can have made an attempt, such as when the worker's machine was last heard of. The
// zero time stands for now.
//
// A message that isn't there can be sent a minute and a half after that time: a minute as with [Once], and the 30
// seconds by which the clock of the other process may have been wrong. So note in your journal what is about to be
// sent, and resume only that.
func Resume(last time.Time) SendOption { return onceOption{resumed: true, last: last} }

type onceOption struct {
	resumed bool
	last    time.Time
}

func (f onceOption) apply(o *options) error {
	o.once = true
	if f.resumed {
		o.resumed, o.last = true, f.last
	}
	return nil
}

const (
	// tokenLife is how long a token is taken, in the service's whole seconds ("GOV.UK Notify API documentation,
	// Authorisation header": 30 seconds).
	tokenLife = 31 * time.Second
	// requestLife is when the service itself gives up on a request, as measured: 504 SoftEventletTimeout.
	requestLife = 29500 * time.Millisecond
	// proofAfter is how long after an attempt was signed the service can't be about to accept it any more.
	proofAfter = tokenLife + requestLife
	// clockTolerance is by how much the service lets clocks differ from its own.
	clockTolerance = 30 * time.Second
	// firstLook is the pause between the first look-up, which is made at once, and the second. It doubles.
	firstLook = 2 * time.Second
)

// A doubt is the question whether a message was accepted.
type doubt struct {
	client *Client
	filter NotificationFilter
	asked  asked
	to     string
	*options

	settled time.Time // by the service's clock: from then on the list is proof
	last    time.Time // by this machine's clock, for a process before; zero for attempts of this one
	date    time.Time // that the service's clock had reached; zero if none is known
	read    time.Time // when that had arrived
	patient time.Time // until when look-ups that fail are repeated
}

// newDoubt is about a message of which an attempt may have been signed up to that time, by this machine's clock.
func (c *Client) newDoubt(m Message, o *options, signed time.Time) *doubt {
	return &doubt{
		client: c, asked: m.asked(), to: m.recipient(), options: o,
		filter:  NotificationFilter{Reference: m.asked().reference, Types: []NotificationType{m.Type()}},
		settled: signed.Add(proofAfter), patient: time.Now().Add(proofAfter + clockTolerance),
	}
}

// resolve looks until it finds the message or has proof that there is none, which is nil without an error.
func (d *doubt) resolve(ctx context.Context) (*Notification, error) {
	for wait := firstLook; ; wait *= 2 {
		left := d.untilProof()
		found, err := d.look(ctx)
		switch {
		case found != nil, left <= 0 && err == nil:
			return found, nil
		case err != nil && (left <= 0 || ctx.Err() != nil || refused(err)):
			return nil, err
		}
		if left = d.untilProof(); left < wait+firstLook {
			wait = left // rather than a look-up just before the last
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// look reads the pages of the list that have the reference.
func (d *doubt) look(ctx context.Context) (*Notification, error) {
	filter := d.filter
	for older := ""; ; {
		filter.OlderThan = older
		page, x, err := d.client.readPage(ctx, filter, d.options, nil)
		if err != nil {
			return nil, err
		}
		d.learn(x)
		for _, n := range page.Notifications {
			if d.isIt(n) {
				return n, nil
			}
		}
		last := page.Older()
		if last == "" {
			return nil, nil //nolint:nilnil // not found, and nothing went wrong
		}
		if strings.EqualFold(last, older) {
			return nil, errSamePage
		}
		older = last
	}
}

// learn takes the service's time from an answer to a look-up: that of its Date, a whole second that had begun before
// the answer arrived. A service that took the token has a clock near the token's time, so that another Date is not by
// that clock, and the token is all there is to go by.
func (d *doubt) learn(x *call) {
	d.date, d.read = x.signed.Add(-clockTolerance), x.started
	date, err := http.ParseTime(x.date)
	if off := date.Sub(x.signed); err == nil && off >= -tokenLife && off <= tokenLife+x.answered.Sub(x.started) {
		d.date, d.read = date, x.answered
	}
	if !d.last.IsZero() { // the same on the service's clock, which may show a second more than its Date
		d.settled = d.date.Add(time.Second - d.read.Sub(d.last) + clockTolerance + proofAfter)
	}
}

// untilProof is how long it takes until a look-up is proof. Before the first answer that isn't known: this machine's
// clock may be wrong, or have been corrected wrongly.
func (d *doubt) untilProof() time.Duration {
	if d.date.IsZero() {
		return time.Until(d.patient)
	}
	return d.settled.Sub(d.date) - time.Since(d.read)
}

// isIt reports whether a notification is the message. References are not unique, and somebody may have used this one
// for another message.
func (d *doubt) isIt(n *Notification) bool {
	if n.Reference != asSent(d.asked.reference) || n.Type != d.filter.Types[0] ||
		isUUID(d.asked.template) && isUUID(n.Template.ID) && !strings.EqualFold(d.asked.template, n.Template.ID) {
		return false
	}
	switch n.Type {
	case NotificationTypeEmail:
		return n.EmailAddress == "" || strings.EqualFold(trimRecipient(n.EmailAddress), trimRecipient(asSent(d.to)))
	case NotificationTypeSMS:
		is, ok := phoneDigits(n.PhoneNumber)
		want, _ := phoneDigits(d.to)
		return !ok || is == want
	}
	return true
}

// refused reports whether reading again is no use.
func refused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.refused4xx() && e.StatusCode != http.StatusTooManyRequests
}
