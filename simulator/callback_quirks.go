package simulator

import (
	"fmt"
	"slices"
)

// CallbackQuirk is something odd about a callback that the real service can do too, or anybody who knows where it goes.
type CallbackQuirk string

// The four quirks.
const (
	// CallbackQuirkEarly has the delivery receipt arrive before the response to the send, which waits until the receipt
	// was posted once. The message has its outcome at once, whatever the [Plan].
	CallbackQuirkEarly CallbackQuirk = "early"
	// CallbackQuirkTwice has the callback posted two times, the second right after the first.
	CallbackQuirkTwice CallbackQuirk = "twice"
	// CallbackQuirkReversed holds the callbacks back until there are as many as was said, and then posts the newest first.
	CallbackQuirkReversed CallbackQuirk = "reversed"
	// CallbackQuirkWrongToken has the callback posted with a token that differs from the right one in its last character.
	CallbackQuirkWrongToken CallbackQuirk = "wrong-token"
)

var callbackQuirks = [...]CallbackQuirk{
	CallbackQuirkEarly, CallbackQuirkTwice, CallbackQuirkReversed, CallbackQuirkWrongToken,
}

// slot numbers the quirks.
func (q CallbackQuirk) slot() uint8 { return slotIn(callbackQuirks[:], q) }

// NextCallbacks gives the next n callbacks of the service a quirk, whatever their kind; an early callback is always a
// delivery receipt. Each quirk is counted alone, so a callback can have several. What was still to come of the same
// quirk is replaced, so that n = 0 ends it, and posts what it holds back. It is an error if the quirk does not exist or
// n is negative.
func (svc *Service) NextCallbacks(n int, q CallbackQuirk) error {
	switch {
	case !slices.Contains(callbackQuirks[:], q):
		return fmt.Errorf("simulator: %q is no quirk of a callback", q)
	case n < 0:
		return fmt.Errorf("simulator: the next %d callbacks", n)
	}
	svc.at(func(st *state) {
		st.callbacks.quirks.left[q.slot()] = n
		if n == 0 && q == CallbackQuirkReversed {
			st.callbacks.quirks.release(st)
		}
	})
	return nil
}

// CallbackQuirks returns the quirks that are still to come, and for how many callbacks. One that was asked for in vain
// is a mistake of the test, most likely.
func (svc *Service) CallbackQuirks() map[CallbackQuirk]int {
	left := map[CallbackQuirk]int{}
	svc.at(func(st *state) {
		for i, n := range st.callbacks.quirks.left {
			if n > 0 {
				left[callbackQuirks[i]] = n
			}
		}
	})
	return left
}

// quirks are the quirks to come, and what they hold back.
type quirks struct {
	left  [len(callbackQuirks)]int // for how many callbacks, by quirk
	held  []*post
	hurry chan<- struct{} // of the message that is being accepted: to be closed once its receipt was posted
}

// take reports whether the next callback has that quirk, and counts it.
func (q *quirks) take(of CallbackQuirk) bool {
	left := &q.left[of.slot()]
	if *left == 0 {
		return false
	}
	*left--
	return true
}

// change gives a new post its quirks, and reports whether it is held back.
func (q *quirks) change(p *post, st *state) (held bool) {
	if p.kind == CallbackKindDeliveryReceipt {
		p.tried, q.hurry = q.hurry, nil
	}
	if q.take(CallbackQuirkWrongToken) {
		p.token = almost(p.token)
	}
	p.twice = q.take(CallbackQuirkTwice)
	if !q.take(CallbackQuirkReversed) {
		return false
	}
	p.done() // a send that waited for what is held back might wait for ever
	q.held = append(q.held, p)
	if q.left[CallbackQuirkReversed.slot()] == 0 {
		q.release(st)
	}
	return true
}

// release posts what is held back, the newest first.
func (q *quirks) release(st *state) {
	for _, p := range slices.Backward(q.held) {
		p.dispatch(st)
	}
	q.held = nil
}

// almost is a token that a careless comparison takes for the right one.
func almost(token string) string {
	last := len(token) - 1
	if token[last] == 'x' {
		return token[:last] + "y"
	}
	return token[:last] + "x"
}

// hurry decides whether the receipt of a new message is to arrive before the response to its send. If so, it returns
// what is closed once the receipt was posted.
func (c *callbacks) hurry(n *notification, outcome Status) <-chan struct{} {
	wanted := c.to[CallbackKindDeliveryReceipt.slot()] != nil && n.kind() != MessageTypeLetter &&
		outcome.receipted() && n.reportsDelivery()
	if !wanted || !c.quirks.take(CallbackQuirkEarly) {
		return nil
	}
	tried := make(chan struct{})
	c.quirks.hurry = tried
	return tried
}
