package simulator

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
	"github.com/notifykit/notify/internal/text"
	"github.com/notifykit/notify/simulator/internal/ids"
)

// Query says what a message should be like. Fields that are zero match every message.
type Query struct {
	// To is the recipient in any spelling: 07900 900123 finds +447900900123, and JO@example.gov.uk jo@example.gov.uk. A
	// letter is found by its address or any line of it, whatever the case, spaces and punctuation.
	To string
	// Template is the id of a template, or its name in the version that was sent.
	Template string
	// Reference is the sender's own; a pointer to an empty string finds messages with an empty one. NoReference finds
	// those without any.
	Reference   *string
	NoReference bool
	// Text stands in the subject of the message or in what arrives: the text as a phone shows it, the plain text of an
	// email, the body of a letter. Typographic quotation marks, dashes and spaces count as the ones on a keyboard, and a
	// line break as a space.
	Text    string
	Status  Status
	Type    MessageType
	KeyType KeyType
}

// Difference is a field of a [Query] that a message does not match.
type Difference struct {
	// Field is the name of the field in Query.
	Field string
	// Want is the value in the query, and Got the message's, as text for people.
	Want, Got string
}

// Find returns the messages that match the query, whatever key they were sent with, newest last.
func (svc *Service) Find(q Query) (found []Notification) {
	prices := svc.sim.registry.currentPrices()
	conditions := q.conditions(svc)
	sent := svc.sent(keyTypes[:]...)
	for i := range sent {
		if conditions.hold(&sent[i]) {
			found = append(found, sent[i].priced(prices))
		}
	}
	return found
}

// Differences returns in what the message with that id does not match the query, and reports whether the message
// exists. A message that [Service.Find] finds has none.
func (svc *Service) Differences(id string, q Query) ([]Difference, bool) {
	n := svc.find(id)
	if n == nil {
		return nil, false
	}
	var all []Difference
	for _, c := range q.conditions(svc) {
		if !c.holds(n) {
			all = append(all, Difference{c.field, c.want, c.of(n)})
		}
	}
	return all, true
}

// condition is one field of a query. of returns what a message has there, for people.
type condition struct {
	field, want string
	of          func(*notification) string
	holds       func(*notification) bool
}

type conditions []condition

func (list conditions) hold(n *notification) bool {
	return !slices.ContainsFunc(list, func(c condition) bool { return !c.holds(n) })
}

// conditions are the fields of the query that are set, those first that are quickly checked.
func (q Query) conditions(svc *Service) (list conditions) {
	add := func(field, want string, of func(*notification) string, holds func(*notification) bool) {
		list = append(list, condition{field, want, of, holds})
	}
	equal := func(field, want string, of func(*notification) string) {
		if want != "" {
			add(field, want, of, func(n *notification) bool { return of(n) == want })
		}
	}
	equal("Type", string(q.Type), func(n *notification) string { return string(n.kind()) })
	equal("KeyType", string(q.KeyType), func(n *notification) string { return string(n.keyType()) })
	equal("Status", string(q.Status), func(n *notification) string { return string(n.status()) })
	if q.Reference != nil {
		add("Reference", strconv.Quote(*q.Reference), (*notification).quotedReference, func(n *notification) bool {
			return n.Referenced && n.Reference == *q.Reference
		})
	}
	if q.NoReference {
		add("NoReference", "none", (*notification).quotedReference, func(n *notification) bool { return !n.Referenced })
	}
	if q.Template != "" {
		id, isID := ids.Parse(q.Template)
		of := func(n *notification) string {
			if isID {
				return n.template.template.id.String()
			}
			return n.template.Name
		}
		add("Template", q.Template, of, func(n *notification) bool {
			return n.template.Name == q.Template || isID && n.template.template.id == id
		})
	}
	if q.To != "" {
		add("To", q.To, func(n *notification) string { return n.to }, newAddressee(q.To).reached)
	}
	if q.Text != "" {
		want := keyboard(q.Text)
		add("Text", q.Text, svc.arrivingText, func(n *notification) bool {
			return strings.Contains(keyboard(n.subject), want) || strings.Contains(keyboard(svc.arrivingText(n)), want)
		})
	}
	return list
}

func (n *notification) quotedReference() string {
	if !n.Referenced {
		return "none"
	}
	return strconv.Quote(n.Reference)
}

// arrivingText is the text in which a recipient would look for something.
func (svc *Service) arrivingText(n *notification) string {
	switch n.kind() {
	case MessageTypeSMS:
		return svc.deliveredSMS(n)
	case MessageTypeEmail:
		return render.NewEmail(n.template.Body, render.NewValues(n.personalisation)).PlainText()
	}
	return n.body
}

// addressee is a recipient, whatever the spelling.
type addressee struct{ normalised, folded string }

func newAddressee(to string) addressee { return addressee{normalised(to), folded(to)} }

// reached reports whether a message went there.
func (d addressee) reached(n *notification) bool {
	switch n.kind() {
	case MessageTypeSMS:
		return n.phone.E164() == d.normalised
	case MessageTypeEmail:
		address, _ := recipient.ParseEmail(n.to)
		return text.Lower(address) == d.normalised
	}
	for line := range strings.Lines(n.to) {
		if folded(line) == d.folded {
			return true
		}
	}
	return folded(n.to) == d.folded
}

// normalised is how recipients are compared. Those of messages are not normalised in this way: it would read the number
// or address a second time, which takes longer than all else.
func normalised(to string) string {
	to = recipient.Clean(to)
	if normal, err := recipient.Normalise(to); err == nil {
		return normal
	}
	return to
}

// folded is an address in lower case without anything but letters and digits.
func folded(address string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, address)
}

// keyboard is a text as somebody would type it on one line.
func keyboard(s string) string { return strings.Join(strings.Fields(typewriter.Replace(s)), " ") }

// typewriter undoes what Notify's typography does to what is typed.
var typewriter = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "\u2011", "-",
	"\u200b", "")
