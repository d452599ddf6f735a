package simulator

import (
	"strconv"

	"github.com/notifykit/notify/simulator/internal/wire"
)

func failIf(condition bool, f *wire.Failure) *wire.Failure {
	if condition {
		return f
	}
	return nil
}

// callerGone is no answer of the real service: nobody reads it.
var callerGone = &wire.Failure{Status: 499, Plain: "The request was given up before it was answered."}

// unknownOutcome is no answer of the real service either: it is for the author of the test.
func unknownOutcome(s Status) *wire.Failure {
	given := "The function given to WithOutcomes returned " + strconv.Quote(string(s))
	return wire.New(500, "Exception", given+", which is no status of a message")
}
