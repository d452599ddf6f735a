package simulator

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ids"
)

// Notification is a message as the simulator keeps it, for a test to look at.
type Notification struct {
	ID      string
	Type    MessageType
	KeyType KeyType
	KeyName string
	Status  Status
	// To is the phone number or email address as the sender wrote it, or the lines of a letter's address.
	To string
	// Reference is the sender's own. HasReference distinguishes an empty one from a missing one, which the API shows as
	// null.
	Reference    string
	HasReference bool
	TemplateID   string
	// TemplateName is the template's name in the version that was sent.
	TemplateName    string
	TemplateVersion int
	// Subject is empty for texts.
	Subject string
	// Body is what the API shows. A text message has the service's name before it on the phone, but not here.
	Body string
	// Personalisation holds strings, numbers as they were written, booleans, []any and map[string]any. In place of a file
	// is its link.
	Personalisation map[string]any
	// Files are in the order of the personalisation, which package notify sorts alphabetically.
	Files []File
	// Postage is empty except for letters.
	Postage   string
	CreatedAt time.Time
	// SentAt and CompletedAt are zero until they happen. Letters of test keys are never sent.
	SentAt, CompletedAt time.Time
	// History is every status that the message has had, oldest first. It begins with created.
	History []StatusChange
	// Sender is the name or number that a text comes from, or the address that an email comes from, as the response to
	// the send shows it. Letters have none.
	Sender string
	// ReplyTo is the address that replies to an email go to: the one that the send named, or the service's default. It is
	// empty if the service has none.
	ReplyTo string
	// Fragments are how many parts a text message has, with the service's name before it. They are there before they are
	// billed, and 0 except for texts.
	Fragments int
	// RateMultiplier is how many times the price of a text to the UK each fragment costs; 0 except for texts.
	RateMultiplier int
	// Sheets are the sheets of paper of a letter. A templated letter of a test key is never printed and has none. The
	// function given to [WithOutcomes] is told neither these nor the price.
	Sheets int
	// CostInPounds is the price as the API shows it, without the free allowance. CostKnown is false as long as the API
	// shows none, because the message has not been handed over.
	CostInPounds float64
	CostKnown    bool
	// Unsubscribed says that somebody followed the link to unsubscribe.
	Unsubscribed bool
}

// StatusChange is a status, and when a message reached it.
type StatusChange struct {
	Status Status
	At     time.Time
}

// File is a file that was sent by email, as the recipient would download it.
type File struct {
	// Placeholder is the key of the personalisation that held the file.
	Placeholder string
	// Filename is empty if none was given.
	Filename string
	// URL is the link in the email.
	URL     string
	Content []byte
}

// view is the message as a test sees it, all but its price and sheets. It shares no memory with the message.
func (n *notification) view() Notification {
	v := Notification{
		ID: n.ID.String(), Type: n.kind(), KeyType: n.keyType(), KeyName: n.keyName, Status: n.status(), To: n.to,
		Reference: n.Reference, HasReference: n.Referenced,
		TemplateID: n.template.template.id.String(), TemplateName: n.template.Name, TemplateVersion: n.template.Version,
		Subject: n.subject, Body: n.body, Files: cloneFiles(n.files), Postage: n.postage,
		CreatedAt: wireMicros(n.createdAt()).UTC(), SentAt: wireMicros(n.sentAt).UTC(),
		Sender: n.from, ReplyTo: n.replyTo, Unsubscribed: n.unsubscribed,
		History: make([]StatusChange, len(n.history)),
	}
	for i, c := range n.history {
		v.History[i] = StatusChange{c.status, wireMicros(c.at).UTC()}
	}
	v.Personalisation, _ = goValue(n.personalisation).(map[string]any)
	if n.status().completes() {
		v.CompletedAt = wireMicros(n.changedAt()).UTC()
	}
	if n.kind() == MessageTypeSMS {
		v.Fragments, v.RateMultiplier = int(n.fragments), n.phone.RateMultiplier()
	}
	return v
}

// priced is the view with the price. To count its sheets a letter is drawn, once, which takes too long for a send and
// for a function that holds a lock.
func (n *notification) priced(prices Prices) Notification {
	v := n.view()
	if n.kind() == MessageTypeLetter {
		v.Sheets = n.sheets()
	}
	c := n.cost(prices)
	if v.CostKnown = c.known; c.known {
		v.CostInPounds = c.pounds
	}
	return v
}

func cloneFiles(files []File) []File {
	files = slices.Clone(files)
	for i := range files {
		files[i].Content = bytes.Clone(files[i].Content)
	}
	return files
}

// goValue turns a parsed value into plain Go types.
func goValue(v any) any {
	switch v := v.(type) {
	case pyjson.Int:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = goValue(v[i])
		}
		return list
	case *pyjson.Object:
		m := make(map[string]any, v.Len())
		for i := range v.Len() {
			m[v.Keys[i]] = goValue(v.At(i))
		}
		return m
	}
	return v
}

// find returns a copy of the message with that id, or nil.
func (svc *Service) find(id string) (n *notification) {
	u, _ := ids.Parse(id)
	svc.at(func(st *state) { n = st.messages.find(u) })
	return n
}

// Messages returns the messages sent with keys of any type, newest last. They are copies: nothing that happens to them,
// or to the simulator, changes the other.
func (svc *Service) Messages() []Notification { return svc.views(keyTypes[:]...) }

// Dashboard returns the messages that the service's team can see: those sent with live and team keys, newest first.
// Messages of test keys never appear.
func (svc *Service) Dashboard() []Notification { return reversed(svc.views(KeyTypeLive, KeyTypeTeam)) }

// TestMessages returns the messages sent with test keys, newest first. The real service shows them only through the
// API.
func (svc *Service) TestMessages() []Notification { return reversed(svc.views(KeyTypeTest)) }

func reversed(all []Notification) []Notification {
	slices.Reverse(all)
	return all
}

// views are the messages sent with keys of those types, oldest first.
func (svc *Service) views(with ...KeyType) (all []Notification) {
	prices := svc.sim.registry.currentPrices()
	sent := svc.sent(with...)
	for i := range sent {
		all = append(all, sent[i].priced(prices))
	}
	return all
}

// sent returns copies of the messages sent with keys of those types, oldest first. They can be read after the door is
// closed.
func (svc *Service) sent(with ...KeyType) (all []notification) {
	svc.at(func(st *state) { all = st.messages.copies(with...) })
	slices.SortFunc(all, func(a, b notification) int { return cmp.Compare(a.Made(), b.Made()) })
	return all
}

// Notification returns the message with that id, whatever key it was sent with, and reports whether it exists.
func (svc *Service) Notification(id string) (Notification, bool) {
	n := svc.find(id)
	if n == nil {
		return Notification{}, false
	}
	return n.priced(svc.sim.registry.currentPrices()), true
}
