package simulator

import (
	"fmt"
	"slices"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/text"
)

// OutcomeConfig says how texts and emails to a recipient end. See [Service.SetOutcome].
type OutcomeConfig struct {
	// Recipient is a phone number or an email address, in any spelling.
	Recipient string `yaml:"recipient"`
	Status    Status `yaml:"status"`
}

// outcomes say how messages end, by their recipients in the form that comparableRecipient gives them.
type outcomes map[string]Status

func (o *outcomes) set(to string, status Status) {
	if status == "" {
		delete(*o, to)
		return
	}
	if *o == nil {
		*o = make(outcomes)
	}
	(*o)[to] = status
}

// comparableRecipient gives all spellings of a phone number or an email address one form. It is empty for anything
// else.
func comparableRecipient(to string) string {
	if phone, err := recipient.ParsePhone(to); err == nil {
		return phone.E164()
	}
	return comparableEmail(to)
}

func comparableEmail(to string) string {
	address, _ := recipient.ParseEmail(to)
	return text.Lower(address)
}

// SetOutcome makes texts or emails to a recipient end with a status from now on, whatever type of key they are sent
// with: test keys too, which [WithOutcomes] does not reach. The recipient is a phone number or an email address, and is
// recognised in any spelling. The outcome wins over [WithOutcomes], over the documented recipients of test keys that
// fail, and over the "sent" of texts to countries that report no delivery. It comes when any outcome does, see
// [WithOutcomeDelay]. Messages that were accepted before keep theirs. The empty status takes back what was set.
//
// It is an error if the recipient is neither a phone number nor an email address, if the status does not exist, or if
// only letters have it. A letter has no such recipient; [Service.SetStatus] changes one that was sent. Messages to the
// documented smoke-test recipients are accepted and forgotten, so that to set their outcome is an error too.
func (svc *Service) SetOutcome(to string, status Status) error {
	var b builder
	o := OutcomeConfig{Recipient: to, Status: status}
	b.outcomeRecipient("", o)
	if status != "" {
		b.outcomeStatus("", o)
	}
	if len(b.problems) > 0 {
		return b.refusal()
	}
	svc.alter(func(st *settings) { st.outcomes.set(comparableRecipient(to), status) })
	return nil
}

// setOutcome is what was set for the recipient of a message, or empty.
func (svc *Service) setOutcome(n *notification) (status Status) {
	svc.with(func(st *settings) {
		if len(st.outcomes) == 0 {
			return
		}
		switch n.kind() {
		case MessageTypeSMS:
			status = st.outcomes[n.phone.E164()]
		case MessageTypeEmail:
			status = st.outcomes[comparableEmail(n.to)]
		}
	})
	return status
}

// outcomes reads those of a description.
func (b *builder) outcomes(c ServiceConfig) (set outcomes) {
	for i, o := range c.Outcomes {
		path := fmt.Sprintf(".outcomes[%d]", i)
		b.outcomeRecipient(path, o)
		b.outcomeStatus(path, o)
		to := comparableRecipient(o.Recipient)
		if set[to] != "" && to != "" {
			b.complain(path+".recipient", "this recipient stands twice")
		}
		set.set(to, o.Status)
	}
	return set
}

func (b *builder) outcomeRecipient(path string, o OutcomeConfig) {
	switch to := comparableRecipient(o.Recipient); {
	case to == "":
		b.complain(path+".recipient", "this is neither a phone number nor an email address; a letter has no such outcome")
	case recipient.IsSimulatedPhone(to), recipient.IsSimulatedEmail(to):
		b.complain(path+".recipient", "this is a smoke-test recipient, whose messages are accepted and forgotten")
	}
}

func (b *builder) outcomeStatus(path string, o OutcomeConfig) {
	switch {
	case !slices.Contains(statuses[:], o.Status):
		b.complain(path+".status", "%q is no status of a message", o.Status)
	case o.Status.forLetters():
		b.complain(path+".status", "only letters have the status %q", o.Status)
	}
}
