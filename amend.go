package notify

import "errors"

// An attempt that Notify refused because of its key or its token's time is made once more if that can be put right.
// These attempts are extra: they don't count as retries and come at once. The refusal proves that nothing was sent.

// amended says what was put right for a call. Each is done once, so that there is no loop.
type amended struct {
	key, clock bool
	failed     error // why there is no other key
	before     int   // extra attempts of the parts before, if the call is part of one
}

const mostExtra = 2

// extra is the number of extra attempts.
func (a *amended) extra() int {
	n := a.before
	if a.key {
		n++
	}
	if a.clock {
		n++
	}
	return n
}

// amend reports whether there is to be an extra attempt.
func (x *call) amend() bool {
	refusal, ok := x.outcome.(*Error)
	if !ok || !refusal.unauthorised() || x.Err() != nil {
		return false
	}
	keys := x.client.keys
	switch {
	case errors.Is(refusal, ErrClockSkew):
		if x.clock || !keys.correct(x.Context, x.date, x.signed.Sub(x.started)) {
			return false
		}
		x.clock = true
	case x.key:
		return false
	default:
		replaced, err := keys.replace(x.Context, x.signer)
		if !replaced {
			x.failed = err
			return false
		}
		x.key = true
	}
	x.again, x.wait = true, 0
	return true
}
