package simulator

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/wire"
)

// exchange is a request on its way through the simulator, its response, and how that is delivered.
type exchange struct {
	incoming *http.Request // as it arrived; the parts that handlers need follow
	ctx      context.Context
	method   string
	path     string // decoded
	rawQuery string
	base     string // scheme and host the caller used, for the links in responses
	header   http.Header
	body     []byte
	receive  func() ([]byte, *wire.Failure) // reads the body; nil if it was read already
	unhurry  func()                         // lifts the time limits of its connection; nil if there is none

	skew      time.Duration // of the clock that the token is checked by
	operation Operation     // empty until it is known
	service   *Service      // whose key it is; nil until that is known
	key       *apiKey

	answer *response
	fate   fate
	fault  *Injection // that hit it, or nil
	forced bool       // the answer is that of the fault
	record *record    // in the log, or nil

	accepted uuid.UUID // the id of the message that was accepted, or nil
}

// fate says how a response is delivered. [Simulator.RoundTrip] or [Simulator.ServeHTTP] carries it out, whichever
// brought the request in.
type fate struct {
	delay  time.Duration // the response is held back for this long, by the caller's time
	ending ending
}

// ending is how a response arrives.
type ending int

const (
	endDelivered ending = iota // whole
	endCut                     // half of the body, and then the connection breaks
	endLost                    // not at all: the connection breaks before the first byte
	endStalled                 // not at all: the connection stays open until the caller gives up
	endGivenUp                 // the caller no longer waits for it
)

// link is one step of the way through the simulator. It sets the response itself, or lets the rest of the chain do so;
// after that it may read the response, change it, and decide its fate.
type link func(s *Simulator, x *exchange, rest chain)

// chain is a list of links, from the outside in.
type chain []link

func (c chain) proceed(s *Simulator, x *exchange) { c[0](s, x, c[1:]) }

// links is the chain that every request goes through.
var links = chain{logRequest, stored, faulted, refuseHead, refuseBody, route}

// refuseBody refuses a body that is too large, if it was read already: RoundTrip reads it first, ServeHTTP does not.
func refuseBody(s *Simulator, x *exchange, rest chain) {
	if len(x.body) > maxBody {
		x.answer = refuse(wire.BodyTooLarge)
		return
	}
	rest.proceed(s, x)
}

// pause waits for d, or until ctx is done. It holds no lock.
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
	return ctx.Err() // even if the time is up too: once ctx is done, nothing may happen
}
