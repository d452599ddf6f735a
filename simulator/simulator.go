// Package simulator is a GOV.UK Notify that runs inside a Go process, for tests and for trying things out.
//
// A [Simulator] is an [http.Handler] and an [http.RoundTripper]: put it behind a server, or into an http.Client, where
// it needs no network at all. It answers what the real service answers, byte for byte, and keeps what was sent for
// inspection. It opens no socket, starts no goroutine and keeps no global state, so any number can live side by side.
// [Serve] puts one on a port.
//
// A simulator begins empty. Services, with their keys and templates, are made through [Simulator.AddService] or loaded
// from a file with [Simulator.Load].
//
// Time flows as usual (see [WithClock]) and messages reach their outcome at once (see [WithOutcomeDelay]):
//
//   - Messages sent with a test key are delivered, but for the documented recipients that fail: 07700900003 and
//     temp-fail@simulator.notify temporarily, 07700900002 and perm-fail@simulator.notify permanently. They stand on no
//     dashboard, count against no allowance, and end like that whatever [WithOutcomes] says.
//   - A team key reaches team members and the guest list only, also in trial mode; a live key reaches anyone once the
//     service is live. Their messages are delivered too, unless [WithOutcomes] says otherwise; they stand on
//     [Service.Dashboard] and count in [Service.Usage].
//   - With any key, a text to a country that reports no delivery stays sent, and a message to a smoke-test recipient,
//     such as 07700900000 or simulate-delivered@notifications.service.gov.uk, is accepted and forgotten: it can't be
//     read.
package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/postage"
)

// Simulator is a simulated GOV.UK Notify. Its methods may be called by several goroutines at once.
type Simulator struct {
	options options

	mu       sync.RWMutex
	services map[uuid.UUID]*Service
	prices   Prices
	delays   delays // those of a fixture
	// received tells when every received text of any service came in: older_than looks an id up without regard to the
	// service, as the real one does.
	received map[uuid.UUID]int64

	due     eventQueue
	nextDue atomic.Int64 // when the first event of due is due, in Unix microseconds; 0 if there is none

	bodies atomic.Int64 // the memory of those being read over connections, in bytes
}

type options struct {
	clock        func() time.Time
	outcome      func(Notification) Status
	outcomeDelay time.Duration
	documentHost string
	revokeAfter  int

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

// New makes a simulator without services.
func New(opts ...Option) *Simulator {
	s := &Simulator{
		options: options{clock: time.Now, documentHost: "documents.service.gov.uk"},
		prices:  defaultPrices(),
	}
	for _, o := range opts {
		if o != nil {
			o(&s.options)
		}
	}
	return s
}

// now is the simulator's time, to the microsecond, as the real service's database keeps it.
func (s *Simulator) now() time.Time { return s.options.clock().UTC().Truncate(time.Microsecond) }

func (s *Simulator) service(id uuid.UUID) *Service {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.services[id]
}

// Service returns the service with that id (in any spelling of a UUID), or nil.
func (s *Simulator) Service(id string) *Service {
	u, ok := ids.Parse(id)
	if !ok {
		return nil
	}
	return s.service(u)
}

// Services returns all services, by name.
func (s *Simulator) Services() []*Service {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*Service, 0, len(s.services))
	for _, svc := range s.services {
		all = append(all, svc)
	}
	slices.SortFunc(all, func(a, b *Service) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.ID(), b.ID()))
	})
	return all
}

// Prices are what messages cost, in pounds.
type Prices struct {
	// SMSRate is the price of one fragment of a text message to the UK. It is 0.0233 until Prices are set; in Prices that
	// leave it out texts cost nothing.
	SMSRate float64 `yaml:"sms_rate"`
	// Letters are the prices of letters; a letter that matches none costs nothing.
	Letters []LetterPrice `yaml:"letter"`
}

// LetterPrice is the price of a letter of so many sheets of paper sent with that postage.
type LetterPrice struct {
	Sheets  int     `yaml:"sheets"`
	Postage string  `yaml:"postage"`
	Rate    float64 `yaml:"rate"`
}

func (p Prices) letter(sheets int, class string) float64 {
	for _, l := range p.Letters {
		if l.Sheets == sheets && l.Postage == class {
			return l.Rate
		}
	}
	return 0
}

// maxPrice is in pounds; more is a mistake, such as a number of pence or a whole budget.
const maxPrice = 1000

// problems is what is impossible about the prices.
func (p Prices) problems() (found []problem) {
	rate := func(path string, pounds float64) {
		if !(pounds >= 0 && pounds <= maxPrice) { // so that NaN is none of them
			found = append(found, problem{path, fmt.Sprintf("a price is 0 to %d pounds", maxPrice)})
		}
	}
	rate(".sms_rate", p.SMSRate)
	for i, l := range p.Letters {
		path := fmt.Sprintf(".letter[%d]", i)
		if l.Sheets < 1 {
			found = append(found, problem{path + ".sheets", "a letter has one sheet or more"})
		}
		if !postage.Known(l.Postage) {
			found = append(found, problem{path + ".postage", fmt.Sprintf("%q is no postage", l.Postage)})
		}
		rate(path+".rate", l.Rate)
	}
	return found
}

// SetPrices replaces the prices, also for what was sent before. It is an error, and nothing is replaced, if a price is
// not between 0 and 1000 pounds, a letter has less than one sheet, or a postage does not exist.
func (s *Simulator) SetPrices(p Prices) error {
	if found := p.problems(); len(found) > 0 {
		return fmt.Errorf("simulator: prices: %s", found[0])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prices = Prices{SMSRate: p.SMSRate, Letters: slices.Clone(p.Letters)}
	return nil
}

func (s *Simulator) currentPrices() Prices {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.prices
}

// defaultPrices are what Notify charged in 2026.
var defaultPrices = sync.OnceValue(func() Prices {
	p := Prices{SMSRate: 0.0233}
	for _, l := range postage.Prices() {
		p.Letters = append(p.Letters, LetterPrice(l))
	}
	return p
})
