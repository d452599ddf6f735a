package simulator

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/simulator/internal/ledger"
)

// receivedText is a text that somebody sent to the service.
type receivedText struct {
	id              uuid.UUID
	from, content   string
	at              int64 // Unix microseconds
	createdAt       string
	receivingNumber string
	lasting         bool // came with the service's description, and is never deleted
}

// inbox keeps the received texts, oldest first.
type inbox struct{ texts []receivedText }

// add keeps a text that comes in now. Pages are cut by time, so no two texts may have the same one.
func (i *inbox) add(t receivedText, now time.Time) receivedText {
	t.at = now.UnixMicro()
	if n := len(i.texts); n > 0 {
		t.at = max(t.at, i.texts[n-1].at+1)
	}
	t.createdAt = time.UnixMicro(t.at).UTC().Format(wireTime)
	i.texts = append(i.texts, t)
	return t
}

// page returns the newest texts, newest first.
func (i *inbox) page() []receivedText { return i.upTo(len(i.texts)) }

// pageBefore returns the newest texts that came in before that time.
func (i *inbox) pageBefore(at int64) []receivedText {
	return i.upTo(sort.Search(len(i.texts), func(n int) bool { return i.texts[n].at >= at }))
}

func (i *inbox) upTo(end int) []receivedText {
	page := slices.Clone(i.texts[max(end-ledger.PageSize, 0):end])
	slices.Reverse(page)
	return page
}

// ages reports whether any of the texts will be deleted one day.
func (i *inbox) ages() bool {
	return slices.ContainsFunc(i.texts, func(t receivedText) bool { return !t.lasting })
}

// sweep deletes the texts that came in before the cutoff, and returns them.
func (i *inbox) sweep(cutoff int64) (gone []receivedText) {
	expired := func(t receivedText) bool { return t.at < cutoff && !t.lasting }
	if !slices.ContainsFunc(i.texts, expired) {
		return nil
	}
	var left []receivedText // a new slice, so that the memory of the old one is freed
	for _, t := range i.texts {
		if expired(t) {
			gone = append(gone, t)
		} else {
			left = append(left, t)
		}
	}
	i.texts = left
	return gone
}

// ReceiveText sends a text to the service, as if from somebody's phone, and returns its id. It is an error if the
// service has no number to receive texts on. A text that the service sends to its own number comes in as well, once it
// is delivered.
func (svc *Service) ReceiveText(from, content string) (string, error) {
	inbound := svc.profile().inbound
	if inbound == "" {
		return "", fmt.Errorf("simulator: service %q has no number to receive texts on", svc.Name())
	}
	if phone, err := recipient.ParsePhone(from); err == nil {
		from = phone.E164()
	}
	t := receivedText{id: svc.sim.newID(idReceivedText), from: from, content: content, receivingNumber: inbound}
	svc.at(func(st *state) { svc.takeIn(st, t) })
	return t.id.String(), nil
}

// takeIn keeps a text that comes in now, and tells the service.
func (svc *Service) takeIn(st *state, t receivedText) {
	arrived := st.now
	t = st.received.add(t, arrived)
	svc.sim.news.spread()
	svc.sim.registry.noteReceived(t)
	svc.expectCleanUp(st)
	svc.post(st, CallbackKindReceivedText, t.id, func() string { return t.posted(arrived) })
}

// loopBack has a text to the service's own number come in again, as its phone shows it. Texts of test keys do so too,
// though on the real service they reach nobody.
func (svc *Service) loopBack(st *state, n *notification) {
	p := svc.profile()
	if n.kind() != MessageTypeSMS || p.inbound == "" || p.ownNumber() != n.phone.E164() {
		return
	}
	m, _ := render.SMS(n.template.Body, render.NewValues(n.personalisation), svc.prefix()) // it rendered when it was sent
	svc.takeIn(st, receivedText{
		id: svc.sim.newID(idReceivedText), from: n.from, content: m.Delivered(), receivingNumber: p.inbound,
	})
}

// e164 is a phone number in that form. It is empty for anything else, such as a short code.
func e164(number string) string {
	phone, err := recipient.ParsePhone(number)
	if err != nil {
		return ""
	}
	return phone.E164()
}

// wireTime is how Notify writes times.
const wireTime = "2006-01-02T15:04:05.000000Z"
