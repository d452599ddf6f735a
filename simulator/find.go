package simulator

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/recipient"
	"github.com/notifykit/notify/internal/render"
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
	for _, n := range svc.sent(keyTypes[:]...) {
		if conditions.hold(&n) {
			found = append(found, n.priced(prices))
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
		if got, ok := c.check(n); !ok {
			all = append(all, Difference{c.field, c.want, got})
		}
	}
	return all, true
}

// condition is one field of a query. check returns what the message has there, and whether that is wanted.
type condition struct {
	field, want string
	check       func(*notification) (got string, ok bool)
}

type conditions []condition

func (list conditions) hold(n *notification) bool {
	for _, c := range list {
		if _, ok := c.check(n); !ok {
			return false
		}
	}
	return true
}

// conditions are the fields of the query that are set, those first that are quickly checked.
func (q Query) conditions(svc *Service) (list conditions) {
	add := func(field, want string, check func(*notification) (string, bool)) {
		list = append(list, condition{field, want, check})
	}
	equal := func(field, want string, of func(*notification) string) {
		if want != "" {
			add(field, want, func(n *notification) (string, bool) { got := of(n); return got, got == want })
		}
	}
	equal("Type", string(q.Type), func(n *notification) string { return string(n.kind()) })
	equal("KeyType", string(q.KeyType), func(n *notification) string { return string(n.keyType()) })
	equal("Status", string(q.Status), func(n *notification) string { return string(n.status()) })
	if q.Reference != nil {
		add("Reference", strconv.Quote(*q.Reference), func(n *notification) (string, bool) {
			return n.quotedReference(), n.Referenced && n.Reference == *q.Reference
		})
	}
	if q.NoReference {
		add("NoReference", "none", func(n *notification) (string, bool) { return n.quotedReference(), !n.Referenced })
	}
	if q.Template != "" {
		id, isID := ids.Parse(q.Template)
		add("Template", q.Template, func(n *notification) (string, bool) { return n.comesFrom(q.Template, id, isID) })
	}
	if q.To != "" {
		add("To", q.To, newDestinations(q.To).include)
	}
	if q.Text != "" {
		want := keyboard(q.Text)
		add("Text", q.Text, func(n *notification) (string, bool) {
			got := svc.arrivingText(n)
			return got, strings.Contains(keyboard(n.subject), want) || strings.Contains(keyboard(got), want)
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

func (n *notification) comesFrom(template string, id uuid.UUID, isID bool) (got string, ok bool) {
	got, ok = n.template.Name, n.template.Name == template
	if isID && !ok {
		return n.template.template.id.String(), n.template.template.id == id
	}
	return got, ok
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

// destinations are the spellings of a recipient.
type destinations struct{ wanted, folded string }

func newDestinations(to string) destinations { return destinations{normalised(to), folded(to)} }

// include reports whether a message went there.
func (d destinations) include(n *notification) (got string, ok bool) {
	if n.kind() != MessageTypeLetter {
		return n.to, normalised(n.to) == d.wanted
	}
	if folded(n.to) == d.folded {
		return n.to, true
	}
	for line := range strings.Lines(n.to) {
		if folded(line) == d.folded {
			return n.to, true
		}
	}
	return n.to, false
}

// normalised is how recipients are compared.
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
