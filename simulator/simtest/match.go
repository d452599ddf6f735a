package simtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Match is a condition on a message, such as [To]. It has a name, by which a failing test calls it.
type Match struct {
	field string // what it looks at
	want  string

	// One of these says what matches; Within has neither.
	query simulator.Query
	holds func(*Message) (holds bool, is string) // is says what a message has there

	not    bool
	within time.Duration
}

// String names the condition.
func (m Match) String() string {
	s := strings.TrimSpace(m.field + " " + m.want)
	if m.not {
		return "not " + s
	}
	return s
}

// look reports whether the condition holds for a message, and what the message has there if it does not.
func (m Match) look(at *Message) (holds bool, is string) {
	switch {
	case m.within > 0:
		return true, ""
	case m.holds != nil:
		holds, is = m.holds(at)
	case m.query == (simulator.Query{}): // a test that looks for "" has made a mistake, and must not find everything
		is = "not empty"
	default:
		differences, kept := at.kit.Service.Differences(at.ID, m.query)
		if holds = kept && len(differences) == 0; !holds && kept {
			is = shortened(oneLine(differences[0].Got))
		}
	}
	if m.not && holds {
		return false, "just that"
	}
	return holds != m.not, is
}

// holding is look for many messages at once.
func (m Match) holding(k *Kit) func(*Message) bool {
	if m.within > 0 || m.holds != nil || m.query == (simulator.Query{}) {
		return func(at *Message) bool { holds, _ := m.look(at); return holds }
	}
	found := map[string]bool{}
	for _, n := range k.Service.Find(m.query) {
		found[n.ID] = true
	}
	return func(at *Message) bool { return found[at.ID] != m.not }
}

// To matches messages to a phone number or email address, in any spelling: "+44 7900 900123" finds what was sent to
// "07900900123". It finds a letter by its address or a line of it.
func To(to string) Match {
	return Match{field: "to", want: oneLine(to), query: simulator.Query{To: to}}
}

// Template matches messages made from a template, by its id or its name.
func Template(idOrName string) Match {
	return Match{field: "template", want: strconv.Quote(idOrName), query: simulator.Query{Template: idOrName}}
}

// Reference matches messages with that reference. An empty one matches only messages whose reference was sent, and was
// empty.
func Reference(reference string) Match {
	return Match{field: "reference", want: strconv.Quote(reference), query: simulator.Query{Reference: &reference}}
}

// NoReference matches messages that were sent without a reference.
func NoReference() Match {
	return Match{field: "reference", want: "none", query: simulator.Query{NoReference: true}}
}

// Containing matches messages with that text in their subject or in what arrives. Quotation marks and dashes may be
// those on a keyboard.
func Containing(text string) Match {
	return Match{field: "text", want: strconv.Quote(text), query: simulator.Query{Text: text}}
}

// OfType matches emails, texts or letters.
func OfType(t notify.NotificationType) Match {
	return Match{field: "type", want: string(t), query: simulator.Query{Type: simulator.MessageType(t)}}
}

// SentWith matches messages that were sent with a key of that type.
func SentWith(t notify.KeyType) Match {
	return Match{field: "key", want: string(t), query: simulator.Query{KeyType: simulator.KeyType(t)}}
}

// WithStatus matches messages that have that status for a client. Like a filter of the API it also takes
// [notify.StatusFailed] for any failure, and [notify.StatusReturnedLetter], which a client sees as received.
func WithStatus(s notify.Status) Match {
	return Match{field: "status", want: string(s), holds: func(m *Message) (bool, string) {
		return m.Status == s || string(m.Notification.Status) == string(s) ||
			s == notify.StatusFailed && m.Status.IsFailure(), string(m.Status)
	}}
}

// Personalised matches messages that were sent with that value for a placeholder. Numbers are compared by how they are
// written, also with strings.
func Personalised(key string, value any) Match {
	same := plain(value)
	return Match{field: "personalisation " + key, want: fmt.Sprintf("%q", same), holds: func(m *Message) (bool, string) {
		v, ok := m.Personalisation[key]
		if !ok {
			return false, "missing"
		}
		return reflect.DeepEqual(plain(v), same), fmt.Sprintf("%q", plain(v))
	}}
}

// plain makes all values that are the same in a request comparable.
func plain(v any) any {
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	d := json.NewDecoder(strings.NewReader(string(encoded)))
	d.UseNumber()
	var decoded any
	if d.Decode(&decoded) != nil {
		return fmt.Sprint(v)
	}
	return withoutNumbers(decoded)
}

func withoutNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case []any:
		for i := range v {
			v[i] = withoutNumbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = withoutNumbers(v[key])
		}
	}
	return v
}

// Where matches messages for which holds returns true; a failing test calls the condition by name.
func Where(name string, holds func(Message) bool) Match {
	return Match{field: name, holds: func(m *Message) (bool, string) {
		holds := holds(*m)
		return holds, strconv.FormatBool(holds)
	}}
}

// Not matches the messages that m does not match.
func Not(m Match) Match {
	m.not = !m.not && m.within == 0
	return m
}

// Mark is a point between two messages of a service: see [Kit.Mark].
type Mark struct{ newest time.Time }

// Mark is where the service is now. [Since] matches what is sent from here on.
func (k *Kit) Mark() Mark {
	var mark Mark
	for _, n := range k.Service.Messages() {
		mark.newest = n.CreatedAt
	}
	return mark
}

// Since matches messages that were sent after the mark.
func Since(mark Mark) Match {
	return Match{field: "sent", want: "since the mark", holds: func(m *Message) (bool, string) {
		return m.CreatedAt.After(mark.newest), "before it"
	}}
}

// Within says how long [Kit.Eventually] waits, by the caller's time. It matches every message.
func Within(d time.Duration) Match {
	return Match{field: "within", want: d.String(), within: max(d, 1)}
}
