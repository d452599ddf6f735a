package simulator

import "time"

type options struct {
	clock        func() time.Time
	outcome      func(Notification) Status
	plan         *Plan     // nil: as in the fixture
	start        time.Time // zero: as the clock shows
	documentHost string
	revokeAfter  int
	ids          *readableIDs // nil: random ones
	ownClock     bool         // the clock is a test's
	requestLog   int
	callers      bool
	observer     Observer
	maxMessages  int                  // 0: as many as there are
	described    func(*ServiceConfig) // nil: a service stays as its file describes it

	precompiledDelay, pdfDelay *time.Duration // nil: as in the fixture
}

// Option changes how a [Simulator] behaves.
type Option func(*options)

// WithClock makes the simulator ask now for the time. It decides when a message is made, reaches its outcome and is
// deleted, what counts as today, and when a key was revoked. A test that moves the clock by eight days finds its
// messages deleted. Defaults to time.Now, so that the clock of testing/synctest is honoured.
//
// The clock may go back. Daily limits are those of the day it shows. Lists are in the order of time, so until the clock
// has caught up each new message or received text comes a microsecond after the newest of its service. The changes of a
// message stay in order too.
//
// Whether the token of a request is fresh always goes by time.Now, because callers make tokens by their own clock. No
// lock is held while now is called, so it may itself call the simulator; several goroutines may call it at once.
func WithClock(now func() time.Time) Option {
	return func(o *options) {
		if now != nil {
			o.clock, o.ownClock = now, true
		}
	}
}

// WithOutcomes lets f decide how a message sent with a live or a team key ends, for instance [StatusTemporaryFailure].
// It does not reach test keys: f is never asked about their messages, for which only the documented recipients decide.
// To decide how messages to a recipient end with every type of key, use [Service.SetOutcome], which wins over f.
//
// f sees the message as it was accepted. The empty status and a nil f mean delivered. With a status that does not exist
// the message is not accepted, and the response to the send is a 500 that says so.
func WithOutcomes(f func(Notification) Status) Option {
	return func(o *options) { o.outcome = f }
}

// WithRevocation makes the simulator revoke a live key once n of its sends were to recipients that can't exist: those
// for test keys, numbers that Ofcom reserves for drama, addresses at domains that RFC 2606 and RFC 6761 reserve
// (example.com and the like), and recipients refused as malformed. The documented smoke-test recipients exist for live
// keys and don't count. Notify revokes live keys over such sends without publishing a number. Defaults to never.
//
// The send that reaches n is still handled as usual; the key is refused from then on.
func WithRevocation(n int) Option {
	return func(o *options) { o.revokeAfter = n }
}

// WithDocumentHost sets the host of the links to files sent by email. Defaults to documents.service.gov.uk. The links
// begin with https:// unless the host has its scheme before it, as in http://localhost:6011. [Simulator.File] finds the
// file that a link leads to, for whoever serves that host.
func WithDocumentHost(host string) Option {
	return func(o *options) { o.documentHost = host }
}

// WithDescribed has change alter what a fixture says of each service, before it is loaded or reloaded. So a program's
// own settings hold like those of the file: [Service.Reset] puts them back, and [Simulator.Reload] keeps them. It does
// not reach services that are added otherwise. Defaults to no change.
func WithDescribed(change func(*ServiceConfig)) Option {
	return func(o *options) { o.described = change }
}

// WithPrecompiledDelay sets how long it takes to accept a precompiled letter. The response to the POST comes that much
// later, unless it is a refusal, and until then the letter does not exist. The wait goes by the caller's clock (in
// testing/synctest, the bubble's) and ends when the request's context is done; then nothing is accepted. Defaults to
// the fixture's delay, and without one to none; zero means none whatever the fixture says.
//
// The real service stores the file before it responds, which takes about half a second. The integration suite of
// Notify's own client for Node relies on that.
func WithPrecompiledDelay(d time.Duration) Option {
	return func(o *options) { o.precompiledDelay = &d }
}

// WithPDFDelay sets how long after its POST the PDF of a templated letter is ready; a request for it before that
// returns 400 and PDFNotReadyError. The delay goes by the simulator's clock (see [WithClock]). Defaults to the
// fixture's delay, and without one to none; zero means none whatever the fixture says. On the real service it is some
// seconds. [Service.Delivered] shows the letter at any time.
func WithPDFDelay(d time.Duration) Option {
	return func(o *options) { o.pdfDelay = &d }
}
