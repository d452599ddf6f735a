package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// Fault is something that goes wrong with a request or with its answer. There are three kinds:
//
//   - With the request: [DelayRequest], [LoseRequest], [StallRequest], and [SkewClock]. Of a request that is lost
//     nothing is accepted.
//   - An answer of somebody else, before the request is handled, so that nothing is accepted: [Refuse], [RateLimited],
//     [ProxyPage], [Respond].
//   - With the answer: [DelayAnswer], [LoseAnswer], [StallAnswer], [CutAnswer], [ReplaceAnswer], [SetHeader]. By then
//     the message is accepted.
//
// [AfterHandling] makes the first two kinds into the third. The zero Fault is none.
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

// DelayRequest makes the request arrive d later. A caller that does not wait so long has sent nothing. The time is the
// caller's, as that of testing/synctest, whatever clock the simulator has; after more than 30 seconds the token is too
// old, as it is when it really takes so long.
func DelayRequest(d time.Duration) Fault {
	return Fault{"request delayed by " + d.String(), func(p *plan) { p.wait += max(d, 0) }}
}

// DelayAnswer makes the answer leave d later, when the request is handled already: a caller that does not wait so long
// has sent a message nevertheless. The time is the caller's, as with [DelayRequest].
func DelayAnswer(d time.Duration) Fault {
	return Fault{"answer delayed by " + d.String(), func(p *plan) { p.delay += max(d, 0) }}
}

// LoseRequest breaks the connection before the request is handled: nothing is accepted. In process, the caller gets an
// error that wraps io.EOF, as it mostly does of a connection.
func LoseRequest() Fault {
	return Fault{"request lost", func(p *plan) { p.unhandled, p.answer, p.ending = true, nil, endLost }}
}

// LoseAnswer breaks the connection after the request was handled: a message is accepted, and the caller can't know. To
// the caller it looks like [LoseRequest].
func LoseAnswer() Fault { return Fault{"answer lost", AfterHandling(LoseRequest()).plan} }

// StallRequest lets the caller wait until its context ends or it hangs up, with a connection that stays open. Nothing
// is accepted.
func StallRequest() Fault {
	return Fault{"request stalled", func(p *plan) { p.unhandled, p.answer, p.ending = true, nil, endStalled }}
}

// StallAnswer is StallRequest after the request was handled: a message is accepted.
func StallAnswer() Fault { return Fault{"answer stalled", AfterHandling(StallRequest()).plan} }

// CutAnswer breaks the connection after half of the answer's body. An answer without a body arrives whole.
func CutAnswer() Fault { return Fault{"answer cut", func(p *plan) { p.ending = endCut }} }

// SkewClock has the token of the request checked by a clock that is d ahead, or behind if d is negative. With more than
// 30 seconds the request is refused, as if the caller's own clock was wrong by as much the other way.
func SkewClock(d time.Duration) Fault {
	return Fault{"clock skewed by " + d.String(), func(p *plan) { p.skew += d }}
}

// Refuse answers instead of the service, with an error as Notify writes them, for instance 500, "SQLAlchemyError" and
// "Internal server error".
func Refuse(status int, class, message string) Fault {
	status = possible(status)
	body := wire.New(status, wire.Class(class), message).Body()
	return answering(fmt.Sprintf("refused with %d %s", status, class), func(*Simulator, *exchange) *response {
		return &response{status: status, contentType: typeJSON, body: body}
	})
}

// RateLimited answers instead of the service that the rate limit is exceeded: 429, with the type of the key that was
// used. Notify sends no Retry-After; [SetHeader] does.
func RateLimited() Fault {
	return answering("rate limited", func(s *Simulator, x *exchange) *response {
		kind, limit := KeyTypeLive, defaultRateLimit
		if id, f := s.authenticate(x); f == nil {
			kind, limit = id.key.kind, id.service.terms().rateLimit
		}
		return refuse(wire.RateLimitExceeded(string(kind), limit))
	})
}

// Respond answers instead of the service: with that status, Content-Type and body, which may be empty, and Notify's
// usual headers. A status below 200 or above 999 can't be one of an answer, here or in another fault, and 500 is taken
// instead.
func Respond(status int, contentType, body string) Fault {
	if status = possible(status); status == http.StatusNoContent || status == http.StatusNotModified {
		body = "" // or it would be taken for the beginning of the next answer
	}
	return answering(fmt.Sprintf("answered with %d", status), func(*Simulator, *exchange) *response {
		return &response{status: status, contentType: contentType, body: []byte(body)}
	})
}

// ReplaceAnswer puts another body into the answer, after the request was handled: an empty one, one that is not JSON,
// or the body of the answer to another request. Status and headers stay.
func ReplaceAnswer(body string) Fault {
	return Fault{"answer replaced", func(p *plan) {
		p.changes = append(p.changes, func(r *response) { r.body = []byte(body) })
	}}
}

// SetHeader sets a header of the answer: a Retry-After, a Content-Type that does not fit the body.
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

// AfterHandling has a fault happen to the answer that otherwise happens to the request. A [ProxyPage] after handling is
// the gateway that gave up too early: it says 504, and the message is accepted.
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

// plan is what several faults together make of a request, in the order of the fields.
type plan struct {
	wait      time.Duration
	skew      time.Duration
	unhandled bool
	answer    func(*Simulator, *exchange) *response // instead of the service's; nil: that, if there is one
	changes   []func(*response)
	delay     time.Duration
	ending    ending
}

// carryOut takes the place of a request's way through the rest of the chain. The body is read first, for only then does
// a server notice that a caller has gone, and can a connection close in a way that looks the same each time.
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
