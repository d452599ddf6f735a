package simulator

import "time"

type options struct {
	clock        func() time.Time
	outcome      func(Notification) Status
	outcomeDelay time.Duration
	documentHost string
	revokeAfter  int
	requestLog   int

	precompiledDelay, pdfDelay *time.Duration // nil: as a fixture says
}

// Option changes how a [Simulator] behaves.
type Option func(*options)

// WithClock makes the simulator ask now for the time: when a message is made, reaches its outcome and is deleted, what
// counts as today, since when a key is revoked. A test that moves the clock eight days finds what it sent deleted.
// Defaults to time.Now, so that the clock of testing/synctest is honoured.
//
// The clock may go back. Daily limits are those of the day it shows. Messages and received texts follow the newest of
// their service by a microsecond until the clock has caught up, for lists are in the order of their times; and what
// happens to a message is never before what happened to it earlier.
//
// One thing goes by time.Now whatever now says: whether the token of a request is fresh, for a caller that makes tokens
// lives by its own clock. No lock is held while now is called, so that it may itself ask the simulator; several
// goroutines may call it at once.
func WithClock(now func() time.Time) Option {
	return func(o *options) {
		if now != nil {
			o.clock = now
		}
	}
}

// WithOutcomeDelay sets how long after its acceptance a message reaches its outcome; until then it is sending. Defaults
// to 0, as less is taken for: the outcome stands when the answer to the send arrives. What [Service.SetStatus] says in
// the meantime stays.
func WithOutcomeDelay(d time.Duration) Option {
	return func(o *options) { o.outcomeDelay = d }
}

// WithOutcomes lets f decide how a message sent with a live or a team key ends, for instance [StatusTemporaryFailure].
// f sees the message as it was accepted. The empty status, and a nil f, mean delivered; with a status that does not
// exist the message is not accepted, and the send is answered with 500 and a text that says so. Messages of test keys
// go by the documented recipients alone.
func WithOutcomes(f func(Notification) Status) Option {
	return func(o *options) { o.outcome = f }
}

// WithRevocation makes the simulator revoke a live key once n of its sends were to recipients that can't exist: those
// for test keys, numbers that Ofcom reserves for drama, addresses at domains that RFC 2606 and RFC 6761 reserve
// (example.com and the like), and recipients refused as malformed. The documented smoke-test recipients exist for live
// keys and don't count. Notify revokes live keys over such sends without publishing a number. Defaults to never.
//
// The send that reaches n is still answered as usual; the key is refused from then on.
func WithRevocation(n int) Option {
	return func(o *options) { o.revokeAfter = n }
}

// WithDocumentHost sets the host of the links to files sent by email. Defaults to documents.service.gov.uk.
func WithDocumentHost(host string) Option {
	return func(o *options) { o.documentHost = host }
}

// WithPrecompiledDelay sets how long accepting a precompiled letter takes: the POST is answered so much later, if it is
// not refused anyway, and until then the letter does not exist. The wait is one of the caller's time, as that of
// testing/synctest, and ends when the request's context does; then nothing is accepted. Zero is none, whatever a
// fixture says. Defaults to what a fixture says, and that to none.
//
// The real service stores the file before it answers, which takes about half a second. The integration suite of
// Notify's own client for Node relies on it.
func WithPrecompiledDelay(d time.Duration) Option {
	return func(o *options) { o.precompiledDelay = &d }
}

// WithPDFDelay sets how long after its POST the PDF of a templated letter is there; before that it is answered with 400
// and PDFNotReadyError. It goes by the simulator's clock (see [WithClock]). Zero is none, whatever a fixture says.
// Defaults to what a fixture says, and that to none. On the real service it is some seconds. [Service.Delivered] shows
// the letter at any time.
func WithPDFDelay(d time.Duration) Option {
	return func(o *options) { o.pdfDelay = &d }
}
