package simulator

import (
	"runtime"
	"slices"
)

// mostCallers is how deep a stack is kept, in frames. Between a program and the simulator are some twenty of the client
// and of net/http.
const mostCallers = 40

// WithCallers has the log keep where each request in process was made: see [Request]. It costs about a microsecond a
// request.
func WithCallers() Option { return func(o *options) { o.callers = true } }

// callers is the stack above the simulator.
func callers() []uintptr {
	const own = 5 // Callers, callers, logRequest, proceed, RoundTrip
	var stack [mostCallers]uintptr
	return slices.Clone(stack[:runtime.Callers(own, stack[:])])
}
