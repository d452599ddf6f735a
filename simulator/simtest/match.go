package simtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/internal/recipient"
)

// Match is a condition on a message, such as [To]. It has a name, by which a failing test calls it.
type Match struct {
	field string // what it looks at
	want  string
	holds func(*Message) bool
	is    func(*Message) string // what a message has there
	not   bool

	within time.Duration // of Within, which matches every message
}

// String names the condition.
func (m Match) String() string {
	s := m.field
	if m.want != "" {
		s += " " + m.want
	}
	if m.not {
		return "not " + s
	}
	return s
}

func (m Match) matches(message *Message) bool {
	return m.holds == nil || m.holds(message) != m.not
}

// To matches messages to a phone number or email address, in any spelling: "+44 7900 900123" finds what was sent to
// "07900900123". It finds a letter by its address, in lines, or by the first line of it.
func To(to string) Match {
	same := spelling(to)
	return Match{
		field: "to", want: oneLine(to), is: func(m *Message) string { return oneLine(m.To) },
		holds: func(m *Message) bool {
			if m.Type == notify.NotificationTypeLetter {
				first, _, _ := strings.Cut(m.To, "\n")
				return strings.EqualFold(strings.TrimSpace(first), strings.TrimSpace(to)) || address(m.To) == address(to)
			}
			return spelling(m.To) == same
		},
	}
}

// spelling is the same for all spellings of a phone number or an email address.
func spelling(to string) string {
	to = recipient.Clean(to)
	if same, err := recipient.Normalise(to); err == nil {
		return same
	}
	return to
}

// address is the same for all spellings of a postal address, up to capitals.
func address(lines string) string {
	if a, err := recipient.ParseAddress(lines); err == nil {
		lines = strings.Join(a.Lines, "\n")
	}
	return strings.ToLower(lines)
}

// Template matches messages made from a template, by its id or its name.
func Template(idOrName string) Match {
	return Match{
		field: "template", want: strconv.Quote(idOrName),
		is:    func(m *Message) string { return strconv.Quote(m.TemplateName) + " (" + m.TemplateID + ")" },
		holds: func(m *Message) bool { return strings.EqualFold(m.TemplateID, idOrName) || m.TemplateName == idOrName },
	}
}

// Reference matches messages with that reference. An empty one matches only messages whose reference was sent, and was
// empty.
func Reference(reference string) Match {
	return Match{
		field: "reference", want: strconv.Quote(reference), is: shownReference,
		holds: func(m *Message) bool { return m.HasReference && m.Reference == reference },
	}
}

// NoReference matches messages that were sent without a reference.
func NoReference() Match {
	return Match{field: "reference", want: "missing", is: shownReference, holds: func(m *Message) bool {
		return !m.HasReference
	}}
}

func shownReference(m *Message) string {
	if !m.HasReference {
		return "missing"
	}
	return strconv.Quote(m.Reference)
}

// Containing matches messages whose subject or text contains text: as the API shows it, or as it arrives.
func Containing(text string) Match {
	return Match{
		field: "text", want: strconv.Quote(text), is: func(m *Message) string { return strconv.Quote(shortened(m.Body)) },
		holds: func(m *Message) bool {
			return strings.Contains(m.Body, text) || strings.Contains(m.Subject, text) || strings.Contains(m.Text(), text)
		},
	}
}

// OfType matches emails, texts or letters.
func OfType(t notify.NotificationType) Match {
	return Match{
		field: "type", want: string(t), is: func(m *Message) string { return string(m.Type) },
		holds: func(m *Message) bool { return m.Type == t },
	}
}

// WithStatus matches messages that have that status for a client. Like a filter of the API it also takes
// [notify.StatusFailed] for any failure, and [notify.StatusReturnedLetter], which a client sees as received.
func WithStatus(s notify.Status) Match {
	return Match{
		field: "status", want: string(s), is: func(m *Message) string { return string(m.Status) },
		holds: func(m *Message) bool {
			return m.Status == s || string(m.Notification.Status) == string(s) ||
				s == notify.StatusFailed && m.Status.IsFailure()
		},
	}
}

// Personalised matches messages that were sent with that value for a placeholder. Numbers are compared by how they are
// written, also with strings.
func Personalised(key string, value any) Match {
	same := plain(value)
	return Match{
		field: "personalisation " + strconv.Quote(key), want: fmt.Sprintf("%q", same),
		is: func(m *Message) string {
			if v, ok := m.Personalisation[key]; ok {
				return fmt.Sprintf("%q", plain(v))
			}
			return "missing"
		},
		holds: func(m *Message) bool {
			v, ok := m.Personalisation[key]
			return ok && reflect.DeepEqual(plain(v), same)
		},
	}
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

// SentWith matches messages that were sent with a key of that type.
func SentWith(t notify.KeyType) Match {
	return Match{
		field: "key", want: string(t), is: func(m *Message) string { return string(m.KeyType) },
		holds: func(m *Message) bool { return m.KeyType == t },
	}
}

// Where matches messages for which holds returns true; a failing test calls the condition by name.
func Where(name string, holds func(Message) bool) Match {
	return Match{
		field: name, is: func(m *Message) string { return strconv.FormatBool(holds(*m)) },
		holds: func(m *Message) bool { return holds(*m) },
	}
}

// Not matches the messages that m does not match.
func Not(m Match) Match {
	if m.holds != nil {
		m.not = !m.not
	}
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
	return Match{
		field: "sent", want: "since the mark",
		is: func(m *Message) string {
			if m.CreatedAt.After(mark.newest) {
				return "since the mark"
			}
			return "before it"
		},
		holds: func(m *Message) bool { return m.CreatedAt.After(mark.newest) },
	}
}

// Within says how long [Kit.Eventually] waits, by the caller's time. It matches every message.
func Within(d time.Duration) Match {
	return Match{field: "within", want: d.String(), within: d}
}
