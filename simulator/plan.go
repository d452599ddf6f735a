package simulator

import (
	"time"

	"github.com/notifykit/notify/simulator/internal/allowance"
	"github.com/notifykit/notify/simulator/internal/postage"
)

// Plan says how long messages take on their way, by the simulator's clock. In the zero Plan they take no time: a
// message has its outcome when the response to the send arrives. A negative duration counts as 0.
type Plan struct {
	SMS, Email, Letter Timing
	// VirusScan is how long a precompiled letter is scanned before it is created. With 0 it is being scanned until its
	// outcome.
	VirusScan time.Duration
	// PrintTimes has letters printed when Notify prints them, in place of Letter: a letter made before 17:30 in London is
	// sending from 17:50 on, a later one from 17:50 of the next day, and it is received at 16:00 on the working day after.
	// Letters of test keys are never printed, and keep to Letter.
	PrintTimes bool
}

// Timing is how long the messages of one type take.
type Timing struct {
	// Sending is how long a message is created, before it is handed to a provider.
	Sending time.Duration
	// Pending is how long after that a text message to the UK becomes pending, which it is until its outcome. With 0 it
	// never does.
	Pending time.Duration
	// Outcome is how long after it was handed over a message reaches its outcome.
	Outcome time.Duration
}

// WithPlan sets how long messages take on their way, whatever a fixture says. It replaces [WithOutcomeDelay], and the
// other way round.
func WithPlan(p Plan) Option { return func(o *options) { o.plan = &p } }

// Instant has all messages at their outcome when the response to the send arrives. It is the default.
func Instant() Option { return WithPlan(Plan{}) }

// Realistic has messages take as long as on the real service: an email reaches its outcome after 3 seconds, a text
// message after 5, of which it is pending for 2, and a letter is printed when Notify prints. Its PDF is ready after 5
// seconds, and a precompiled letter is scanned for 10. Only the times of printing are documented; the others are what
// one sees on a quiet day.
func Realistic() Option {
	return func(o *options) {
		o.plan = &Plan{
			SMS:        Timing{Sending: time.Second, Pending: 2 * time.Second, Outcome: 4 * time.Second},
			Email:      Timing{Sending: time.Second, Outcome: 2 * time.Second},
			Letter:     Timing{Sending: time.Second, Outcome: time.Second},
			VirusScan:  10 * time.Second,
			PrintTimes: true,
		}
		ready := 5 * time.Second
		o.pdfDelay = &ready
	}
}

// WithOutcomeDelay sets how long after it is accepted a message reaches its outcome; until then it is sending. Defaults
// to the fixture's delay, and without one to 0: the message has its outcome when the response to the send arrives. A
// negative delay counts as 0. A status set
// by [Service.SetStatus] in the meantime stays. [WithPlan] says more.
func WithOutcomeDelay(d time.Duration) Option {
	return WithPlan(Plan{SMS: Timing{Outcome: d}, Email: Timing{Outcome: d}, Letter: Timing{Outcome: d}})
}

// SetPlan sets how long the service's messages take on their way from now on, in place of what [WithPlan] says.
// Messages under way keep their times.
func (svc *Service) SetPlan(p Plan) { svc.with(func(st *settings) { st.plan = &p }) }

// step is a change of status to come.
type step struct {
	status Status
	at     time.Time
	// handOver is the step in which the message goes to a provider. All others are receipts.
	handOver bool
}

// course is the way of a message to its outcome, after it was created.
func (p Plan) course(n *notification, outcome Status, created time.Time) []step {
	if n.kind() == MessageTypeLetter {
		return p.letterCourse(n, outcome, created)
	}
	timing := p.Email
	if n.kind() == MessageTypeSMS {
		timing = p.SMS
	}
	handed := later(created, timing.Sending)
	steps := append(make([]step, 0, 3), step{n.handedOver(), handed, true})
	if steps[0].status == outcome {
		return steps // no receipt will come
	}
	goesPending := n.kind() == MessageTypeSMS && steps[0].status == StatusSending
	if goesPending && timing.Pending > 0 && timing.Pending < timing.Outcome {
		steps = append(steps, step{status: StatusPending, at: later(handed, timing.Pending)})
	}
	return append(steps, step{status: outcome, at: later(handed, timing.Outcome)})
}

func (p Plan) letterCourse(n *notification, outcome Status, created time.Time) (steps []step) {
	test := n.keyType() == KeyTypeTest
	if n.precompiled() {
		steps = append(steps, step{status: StatusPendingVirusCheck, at: created})
		refused := outcome == StatusVirusScanFailed || outcome == StatusValidationFailed
		scanned := later(created, p.VirusScan)
		switch {
		case p.VirusScan <= 0:
			return append(steps, step{status: outcome, at: later(created, p.Letter.Outcome)})
		case refused, test: // a letter of a test key is not printed
			return append(steps, step{status: outcome, at: scanned})
		}
		steps = append(steps, step{status: StatusCreated, at: scanned})
		created = scanned
	}
	handed := later(created, p.Letter.Sending)
	reached := later(handed, p.Letter.Outcome)
	if p.PrintTimes && !test {
		handed, reached = postage.Printed(created)
	}
	steps = append(steps, step{StatusSending, handed, true})
	if outcome == StatusSending {
		return steps
	}
	return append(steps, step{status: outcome, at: reached})
}

func later(t time.Time, d time.Duration) time.Time { return t.Add(max(d, 0)) }

// patience is how long Notify waits for the receipt of a text message or an email.
const patience = 72 * time.Hour

// timeOut is when Notify gives up waiting for a receipt: five minutes after midnight UTC, in the first night after 72
// hours.
func timeOut(created time.Time) time.Time {
	const nightly = 5 * time.Minute
	limit := created.Add(patience)
	night := allowance.Midnight(limit).Add(nightly)
	if night.Before(limit) {
		night = night.Add(24 * time.Hour)
	}
	return night
}
