package simtest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Message is a message that was sent, in the words of package notify. It is a copy, made when the test asked for it.
// The fields that it does not name again are those of the embedded [simulator.Notification].
type Message struct {
	simulator.Notification

	Type    notify.NotificationType
	KeyType notify.KeyType
	// Status is the one that a client gets: of a letter accepted or received, where the service itself keeps sending,
	// delivered or returned-letter. That is in the embedded Notification.
	Status  notify.Status
	Postage notify.Postage
	// History is every status that the message has had, oldest first, each as a client got it then.
	History []Change
	// Callbacks are the attempts to post callbacks about the message, in their order.
	Callbacks []simulator.CallbackAttempt

	kit     *Kit
	number  int // among all messages of the service, from 1
	arrives *arrival
}

// Change is a status, and when a message reached it.
type Change struct {
	Status notify.Status
	At     time.Time
}

// seen makes a Message of what the simulator keeps.
func (k *Kit) seen(n simulator.Notification, number int) Message {
	m := Message{
		Notification: n, Type: notify.NotificationType(n.Type), KeyType: notify.KeyType(n.KeyType),
		Status: clientStatus(n.Type, n.Status), Postage: notify.Postage(n.Postage),
		kit: k, number: number, arrives: &arrival{},
	}
	for _, c := range n.History {
		m.History = append(m.History, Change{clientStatus(n.Type, c.Status), c.At})
	}
	return m
}

// clientStatus is how the API shows a status. Letters have names of their own for some.
func clientStatus(of simulator.MessageType, s simulator.Status) notify.Status {
	if of == simulator.MessageTypeLetter {
		switch s {
		case simulator.StatusCreated, simulator.StatusSending:
			return notify.StatusAccepted
		case simulator.StatusDelivered, simulator.StatusReturnedLetter:
			return notify.StatusReceived
		}
	}
	return notify.Status(s)
}

// Text is what arrives: the text on the phone, with the service's name before it, or the plain text of an email. It is
// empty for letters.
func (m Message) Text() string { m.kit.t.Helper(); return m.delivered().Text }

// HTML is an email as a mail program gets it, a whole page, or what is printed in a letter. It is empty for texts.
func (m Message) HTML() string {
	m.kit.t.Helper()
	return cmp.Or(m.delivered().Document, m.delivered().HTML)
}

// PDF is a letter. It is made when it is first asked for.
func (m Message) PDF() []byte { m.kit.t.Helper(); return slices.Clone(m.delivered().PDF) }

// Code returns the code in the message, such as one for signing in: see [simulator.Delivered.Code]. It ends the test if
// there is none.
func (m Message) Code() string {
	m.kit.t.Helper()
	code, found := m.delivered().Code()
	if !found {
		m.kit.t.Fatalf("simtest: there is no code in message %d, %s", m.number, m.kit.Simulator.Redact(m.String()))
	}
	return code
}

// Links returns the links in the message, in order: see [simulator.Delivered.Links]. It ends the test if there is none.
func (m Message) Links() []string {
	m.kit.t.Helper()
	links := m.delivered().Links()
	if len(links) == 0 {
		m.kit.t.Fatalf("simtest: there is no link in message %d, %s", m.number, m.kit.Simulator.Redact(m.String()))
	}
	return links
}

// arrival is a message as it reaches its recipient, once somebody has asked.
type arrival struct {
	once sync.Once
	is   simulator.Delivered
	kept bool
}

// delivered renders the message once. It ends the test if the simulator has deleted the message since.
func (m Message) delivered() simulator.Delivered {
	m.kit.t.Helper()
	a := m.arrives
	a.once.Do(func() { a.is, a.kept = m.kit.Service.Delivered(m.ID) })
	if !a.kept {
		m.kit.t.Fatalf("simtest: message %d is not kept any more, so what arrived can't be shown", m.number)
	}
	return a.is
}

// String describes the message in a line, with what it says at the end.
func (m Message) String() string {
	s := fmt.Sprintf("%s %s to %s", m.Type, m.Status, oneLine(m.To))
	if m.TemplateName != "" {
		s += ", template " + strconv.Quote(m.TemplateName)
	}
	if m.HasReference {
		s += ", reference " + strconv.Quote(m.Reference)
	}
	if m.Subject != "" {
		s += ", subject " + strconv.Quote(m.Subject)
	}
	return s + ": " + strconv.Quote(shortened(m.Body))
}
