package simulator

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// exchange is a request on its way through the simulator, with its answer and what becomes of that.
type exchange struct {
	incoming *http.Request // as it arrived; what handlers need of it follows
	ctx      context.Context
	method   string
	path     string // decoded
	rawQuery string
	base     string // scheme and host the caller used, for the links in answers
	header   http.Header
	body     []byte
	receive  func() ([]byte, *wire.Failure) // reads the body, if that is still to come
	unhurry  func()                         // lifts the limits on time that its connection has, if there is one

	skew      time.Duration // of the clock that the token is checked by
	operation Operation     // empty until it is known
	service   *Service      // whose key it is; nil until that is known
	key       *apiKey

	answer *response
	fate   fate
	fault  *Injection // that hit it, or nil
	record *record    // in the log, or nil

	accepted uuid.UUID // the id of the message that was accepted, or nil
}

// fate is what becomes of an answer. Whoever brought the request in carries it out: [Simulator.RoundTrip] or
// [Simulator.ServeHTTP].
type fate struct {
	delay  time.Duration // the answer sets out so much later, by the caller's time
	ending ending
}

// ending is how an answer arrives.
type ending int

const (
	endDelivered ending = iota // whole
	endCut                     // in part, and then the connection breaks
	endLost                    // not at all: the connection breaks before the first byte
	endStalled                 // not at all: the connection stays open until the caller gives up
	endGivenUp                 // nobody waits for it any more
)

// link is one part of the way through the simulator. It answers by itself, or lets the rest of the way do so; then it
// may look at the answer, change it, and decide its fate.
type link func(s *Simulator, x *exchange, rest chain)

// chain is a way through the simulator, from the outside in.
type chain []link

func (c chain) proceed(s *Simulator, x *exchange) { c[0](s, x, c[1:]) }

// links are the way of every request.
var links = chain{logRequest, faulted, refuseHead, refuseBody, route}

// refuseBody refuses a body that is too large, if it was read already.
func refuseBody(s *Simulator, x *exchange, rest chain) {
	if len(x.body) > maxBody {
		x.answer = refuse(wire.BodyTooLarge)
		return
	}
	rest.proceed(s, x)
}

// pause waits, holding nothing, and ends with ctx.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() // also if both have come: what is done late is not done
}
