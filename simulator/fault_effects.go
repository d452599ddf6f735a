package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Fault is something that goes wrong with a request or its answer. What matters most is whether a message was accepted:
//
//   - [LoseRequest], [StallRequest], [Refuse], [RateLimited], [ProxyPage] and [Respond] keep the request from being
//     handled: nothing is accepted.
//   - [LoseAnswer], [StallAnswer], [DelayAnswer], [CutAnswer], [ReplaceAnswer] and [SetHeader] happen to the answer:
//     the message was accepted.
//   - After [DelayRequest] and [SkewClock] the request is handled as usual, if the caller waits and the token is valid.
//
// [AfterHandling] makes the first kind into the second. The zero Fault does nothing.
type Fault struct {
	text string
	plan func(*plan)
}

// String describes the fault.
func (f Fault) String() string {
	if f.plan == nil {
		return "no fault"
	}
	return f.text
}

// DelayRequest holds the request back for d before it is handled. If the caller gives up first, nothing is accepted.
// The delay is in real time, or in that of a testing/synctest bubble, whatever the simulator's clock. After more than
// 30 seconds the token has expired, as it would have on the way to the real service.
func DelayRequest(d time.Duration) Fault {
	return Fault{"request delayed by " + d.String(), func(p *plan) { p.wait += max(d, 0) }}
}

// DelayAnswer handles the request at once and holds the answer back for d. If the caller gives up first, the message
// was accepted all the same. The delay is in real time, as for [DelayRequest].
func DelayAnswer(d time.Duration) Fault {
	return Fault{"answer delayed by " + d.String(), func(p *plan) { p.delay += max(d, 0) }}
}

// LoseRequest breaks the connection before the request is handled: nothing is accepted. The caller gets an error that
// wraps io.EOF; over HTTP/2, one of the stream.
func LoseRequest() Fault {
	return Fault{"request lost", func(p *plan) { p.unhandled, p.answer, p.ending = true, nil, endLost }}
}

// LoseAnswer breaks the connection after the request was handled: the message is accepted, and the caller can't know.
// To the caller it looks the same as [LoseRequest].
func LoseAnswer() Fault { return Fault{"answer lost", AfterHandling(LoseRequest()).plan} }

// StallRequest keeps the connection open and never answers: the caller waits until its context ends. Nothing is
// accepted.
func StallRequest() Fault {
	return Fault{"request stalled", func(p *plan) { p.unhandled, p.answer, p.ending = true, nil, endStalled }}
}

// StallAnswer is like [StallRequest], but the request was handled: the message is accepted.
func StallAnswer() Fault { return Fault{"answer stalled", AfterHandling(StallRequest()).plan} }

// CutAnswer breaks the connection in the middle of the answer's body. An answer without a body arrives whole.
func CutAnswer() Fault { return Fault{"answer cut", func(p *plan) { p.ending = endCut }} }

// SkewClock checks the token of the request by a clock that is d fast, or slow if d is negative. If that is more than
// 30 seconds, the request is refused, just as if the caller's clock were wrong. The Date header of the response is by
// that clock too.
func SkewClock(d time.Duration) Fault {
	return Fault{"clock skewed by " + d.String(), func(p *plan) { p.skew += d }}
}

// Refuse answers with an error in Notify's JSON, such as 500, "SQLAlchemyError" and "Internal server error". Nothing is
// accepted.
func Refuse(status int, class, message string) Fault {
	status = possible(status)
	body := wire.New(status, wire.Class(class), message).Body()
	return answering(fmt.Sprintf("refused with %d %s", status, class), func(*Simulator, *exchange) *response {
		return &response{status: status, contentType: typeJSON, body: body}
	})
}

// RateLimited answers 429, as when the key's rate limit is exceeded. Notify sends no Retry-After; add one with
// [SetHeader] if you need it. Nothing is accepted.
func RateLimited() Fault {
	return answering("rate limited", func(s *Simulator, x *exchange) *response {
		kind, limit := KeyTypeLive, defaultRateLimit
		if id, f := s.authenticate(x); f == nil {
			kind, limit = id.key.kind, id.service.terms().rateLimit
		}
		return refuse(wire.RateLimitExceeded(string(kind), limit))
	})
}

// Respond answers with this status, Content-Type and body, and otherwise with Notify's usual headers. Nothing is
// accepted. For a status below 200 or above 999, which no answer can have, it answers 500; so do the other faults.
func Respond(status int, contentType, body string) Fault {
	if status = possible(status); status == http.StatusNoContent || status == http.StatusNotModified {
		body = "" // or it would be taken for the beginning of the next answer
	}
	return answering(fmt.Sprintf("answered with %d", status), func(*Simulator, *exchange) *response {
		return &response{status: status, contentType: contentType, body: []byte(body)}
	})
}

// ReplaceAnswer handles the request and replaces the body of its answer: with an empty one, one that is not JSON, or
// one from another request's answer. Status and headers stay.
func ReplaceAnswer(body string) Fault {
	return Fault{"answer replaced", func(p *plan) {
		p.changes = append(p.changes, func(r *response) { r.body = []byte(body) })
	}}
}

// SetHeader sets a header of the answer, for instance a Retry-After, or a Content-Type that does not fit the body.
func SetHeader(name, value string) Fault {
	name = http.CanonicalHeaderKey(name)
	return Fault{"answer with " + name + ": " + value, func(p *plan) {
		p.changes = append(p.changes, func(r *response) {
			r.override = maps.Clone(r.override)
			if r.override == nil {
				r.override = http.Header{}
			}
			r.override[name] = []string{value}
		})
	}}
}

// AfterHandling lets the request be handled before the fault happens. With a [ProxyPage] that is a gateway which gave
// up too early: it answers 504, and the message is accepted.
func AfterHandling(fault Fault) Fault {
	return Fault{"after handling: " + fault.String(), func(p *plan) {
		var after plan
		if fault.plan != nil {
			fault.plan(&after)
		}
		p.delay += after.wait + after.delay
		p.skew += after.skew
		p.changes = append(p.changes, after.changes...)
		if after.answer != nil {
			p.answer = after.answer
		}
		if after.ending != endDelivered {
			p.ending = after.ending
		}
	}}
}

func possible(status int) int {
	if status < 200 || status > 999 {
		return http.StatusInternalServerError
	}
	return status
}

func answering(text string, answer func(*Simulator, *exchange) *response) Fault {
	return Fault{text, func(p *plan) { p.unhandled, p.answer = true, answer }}
}

// plan is what an injection does, in the order of its fields.
type plan struct {
	wait      time.Duration
	skew      time.Duration
	unhandled bool
	answer    func(*Simulator, *exchange) *response // instead of the service's; nil: that, if there is one
	changes   []func(*response)
	delay     time.Duration
	ending    ending
}

// carryOut sends a request through the rest of the chain, or not, as planned. It reads the body first: before that, a
// server of net/http does not notice that the caller has gone, and closing the connection might reset it instead.
func (p *plan) carryOut(s *Simulator, x *exchange, rest chain) {
	x.readAhead()
	if x.unhurry != nil && (p.wait > 0 || p.delay > 0 || p.ending == endStalled) {
		x.unhurry()
	}
	if pause(x.ctx, p.wait) != nil {
		x.answer, x.fate.ending = refuse(callerGone), endGivenUp
		return
	}
	x.skew = p.skew
	if !p.unhandled {
		rest.proceed(s, x)
	}
	if x.fate.ending == endGivenUp {
		return
	}
	x.forced = p.forces(x.answer)
	if p.answer != nil {
		x.answer = p.answer(s, x)
	}
	if x.answer != nil && len(p.changes) > 0 {
		changed := *x.answer
		for _, change := range p.changes {
			change(&changed)
		}
		x.answer = &changed
	}
	x.fate.delay += p.delay
	switch {
	case p.ending == endStalled || p.ending != endDelivered && x.answer != nil:
		x.fate.ending = p.ending
	case x.answer == nil: // what is lost can't be cut
		x.fate.ending = endLost
	}
}

// forces reports whether the caller gets another answer than that of the service, or one that the service gives only
// because the token seems too old or too new.
func (p *plan) forces(answer *response) bool {
	refused := answer != nil && (answer.status == http.StatusUnauthorized || answer.status == http.StatusForbidden)
	return p.unhandled || p.answer != nil || refused && (p.skew != 0 || p.wait > 0)
}
