package notify

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// How observers are told. A call has an observed if there are any, and otherwise nothing happens here.

// observed is a call that is watched.
type observed struct {
	observers []Observer
	sends     bool
	below     context.Context //nolint:containedctx // what is below the call has it
	call      span
	attempt   span
	open      bool // the attempt has begun and not ended
}

// A span is a call or an attempt on its way.
type span struct {
	event    Event
	began    time.Time
	contexts []context.Context // that of each observer
}

// errPanicked is the error of a call that panicked. Only observers see it.
var errPanicked error = &plainError{"notify: the call panicked", nil}

// observe begins a call, if somebody watches.
func (c *Client) observe(ctx context.Context, r request) *observed {
	if c == nil || len(c.observers) == 0 {
		return nil
	}
	if ctx == nil { // which will be refused
		ctx = context.Background()
	}
	n := len(c.observers)
	contexts := make([]context.Context, 2*n)
	o := &observed{observers: c.observers, sends: r.sends}
	o.call.contexts, o.attempt.contexts = contexts[:n], contexts[n:]
	o.call.event = Event{
		Operation: r.name, Method: r.method, Route: r.route, Host: c.host, KeyType: c.keyType,
		TemplateID: r.template, MessageID: r.message,
	}
	o.below = o.begin(ctx, &o.call)
	return o
}

// endCall ends the call. An attempt that is still open did not return.
func (o *observed) endCall(err error) {
	if o.open {
		o.closeAttempt(errPanicked)
	}
	o.end(&o.call, err)
}

// endSend ends a call that may have found its message instead of being told of it.
func (o *observed) endSend(sent *Sent, err error) {
	if sent != nil && sent.Recovered {
		o.call.event.MessageID, o.call.event.Outcome = sent.ID, OutcomeRecovered
	}
	o.endCall(err)
}

// beginAttempt begins the attempt of that number, and returns the context for the transport.
func (o *observed) beginAttempt(ctx context.Context, number int) context.Context {
	if o == nil {
		return ctx
	}
	e := o.call.event
	e.Attempt, e.Attempts, e.Status, e.TraceID = number, 0, 0, ""
	o.attempt.event, o.open = e, true
	o.call.event.Attempts = number
	return o.begin(ctx, &o.attempt)
}

// endAttempt ends an attempt that got this answer, nil for none.
func (x *call) endAttempt(resp *http.Response, again bool) {
	o := x.observed
	if o == nil {
		return
	}
	e := &o.attempt.event
	if resp != nil {
		e.Status = resp.StatusCode
		if id := resp.Header.Get("X-B3-TraceId"); traceID().MatchString(id) {
			e.TraceID = id
		}
	}
	switch outcome := x.outcome.(type) {
	case nil:
		if a, ok := x.answer.(interface{ sentID() string }); ok {
			e.MessageID = cmp.Or(a.sentID(), e.MessageID)
		}
	case *Error:
		e.TraceID = outcome.printableTrace()
	}
	if again {
		e.WillRetry, e.RetryIn = true, x.wait
	}
	o.closeAttempt(x.outcome)
}

// closeAttempt ends the attempt. What it came to is the call's, unless another follows.
func (o *observed) closeAttempt(err error) {
	e := &o.attempt.event
	o.call.event.Status, o.call.event.TraceID, o.call.event.MessageID = e.Status, e.TraceID, e.MessageID
	o.open = false
	o.end(&o.attempt, err)
}

// begin tells the observers one after the other, and returns the last one's context.
func (o *observed) begin(ctx context.Context, s *span) context.Context {
	s.began = time.Now()
	for i := range o.observers {
		if begin := o.observers[i].Begin; begin != nil {
			if below := begin(ctx, s.event); below != nil {
				ctx = below //nolint:fatcontext // one within the other
			}
		}
		s.contexts[i] = ctx
	}
	return ctx
}

// end tells them in reverse: what began last ends first.
func (o *observed) end(s *span, err error) {
	e := &s.event
	e.Duration, e.Err, e.Class = time.Since(s.began), err, classOf(err)
	if o.sends && e.Outcome == "" {
		e.Outcome = OutcomeOf(err)
	}
	for i := len(o.observers) - 1; i >= 0; i-- {
		if end := o.observers[i].End; end != nil {
			end(s.contexts[i], *e)
		}
	}
}

// classOf is the Class of an event that ended so.
func classOf(err error) string {
	switch e := err.(type) {
	case nil:
		return ""
	case *Error:
		class := e.class()
		switch {
		case e.Missing != "":
			return "UnexpectedAnswer"
		case knownClasses[class]:
			return class
		}
		return strconv.Itoa(e.StatusCode)
	case *requestError:
		return "InvalidRequest"
	case *callError:
		switch {
		case errors.Is(e.cause, ErrHeldBack), errors.Is(e.cause, ErrDailyLimit):
			return "HeldBack"
		case e.before != nil && (errors.As(e.cause, new(*keySourceError)) || errors.Is(e.cause, ErrKeyMismatch)):
			return classOf(e.before)
		case errors.Is(e.cause, context.Canceled):
			return "Canceled"
		case e.Timeout():
			return "Timeout"
		case e.cause == nil && e.before != nil:
			return classOf(e.before)
		case e.lookUp:
			return "LookUpFailed"
		}
		return "ConnectionError"
	}
	return "Panic"
}

// logTo is the observer that writes a line for each attempt. A call that fails has none of its own, because its error
// goes to the caller, who knows whether it is worth one.
func logTo(logger *slog.Logger) Observer {
	return Observer{End: func(ctx context.Context, e Event) {
		if e.Attempt == 0 || !logger.Enabled(ctx, slog.LevelDebug) {
			return
		}
		attrs := make([]slog.Attr, 0, 7)
		attrs = append(attrs,
			slog.String("method", e.Method),
			slog.String("route", e.Route),
			slog.Int("attempt", e.Attempt),
			slog.Int("status", e.Status),
			slog.Duration("duration", e.Duration))
		if e.Class != "" {
			attrs = append(attrs, slog.String("class", e.Class))
		}
		if e.WillRetry {
			attrs = append(attrs, slog.Duration("retry_in", e.RetryIn))
		}
		logger.LogAttrs(ctx, slog.LevelDebug, "notify attempt", attrs...)
	}}
}
