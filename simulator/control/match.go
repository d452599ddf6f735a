package control

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// conditionNames are the parameters that say what a message should be like. Each can have "not." before it.
var conditionNames = []string{
	"to", "template", "reference", "no_reference", "text", "status", "type", "key_type", "after", "personalisation.",
	"not.",
}

// condition is one of them.
type condition struct {
	field, want string
	not         bool
	query       *simulator.Query // or nil, if holds says what matches
	holds       func(*simulator.Notification) (holds bool, is string)
}

// conditions reads what a message should be like.
func (q *query) conditions(svc *simulator.Service) (all []condition) {
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		field, not := strings.CutPrefix(name, "not.")
		c := condition{field: field, want: q.values.Get(name), not: not}
		if !q.fill(svc, &c) {
			if not {
				q.complain(name, "unknown parameter %.80q: only a condition can be turned round", name)
			}
			continue
		}
		if c.want == "" && field != "reference" && !strings.HasPrefix(field, "personalisation.") {
			q.complain(name, "%s: this is empty, and would find everything", name)
		}
		all = append(all, c)
	}
	return all
}

// fill reports whether the field is one of a message.
func (q *query) fill(svc *simulator.Service, c *condition) bool {
	switch c.field {
	case "to":
		c.query = &simulator.Query{To: c.want}
	case "template":
		c.query = &simulator.Query{Template: c.want}
	case "reference":
		c.query = &simulator.Query{Reference: &c.want}
	case "no_reference":
		oneOf(q, c, "true", "false")
		c.query, c.not = &simulator.Query{NoReference: true}, c.not != (c.want == "false")
	case "text":
		c.query = &simulator.Query{Text: c.want}
	case "type":
		c.query = &simulator.Query{Type: oneOf(q, c, simulator.MessageTypeSMS, simulator.MessageTypeEmail,
			simulator.MessageTypeLetter)}
	case "key_type":
		c.query = &simulator.Query{KeyType: oneOf(q, c, simulator.KeyTypeTest, simulator.KeyTypeTeam,
			simulator.KeyTypeLive)}
	case "status":
		c.holds = hasStatus(c.want)
	case "after":
		c.holds = q.cameAfter(svc, c.want)
	default:
		name, ok := strings.CutPrefix(c.field, "personalisation.")
		if !ok {
			return false
		}
		c.holds = personalised(name, c.want)
	}
	return true
}

func oneOf[T ~string](q *query, c *condition, all ...T) T {
	if !slices.Contains(all, T(c.want)) {
		q.complain(c.field, "%s: %.80q is none of %s", c.field, c.want, strings.Trim(fmt.Sprint(all), "[]"))
	}
	return T(c.want)
}

// hasStatus takes a status as the service keeps it, as a client sees it, and failed for every failure.
func hasStatus(want string) func(*simulator.Notification) (bool, string) {
	return func(n *simulator.Notification) (bool, string) {
		shown := n.Status.Shown(n.Type)
		failed := strings.HasSuffix(shown, "-failure") || strings.HasSuffix(shown, "-failed")
		return shown == want || string(n.Status) == want || want == "failed" && failed, shown
	}
}

// cameAfter takes the messages that were made after another.
func (q *query) cameAfter(svc *simulator.Service, id string) func(*simulator.Notification) (bool, string) {
	other, found := svc.Notification(id)
	if !found {
		q.complain("after", "after: the service has no message %.80q", id)
	}
	return func(n *simulator.Notification) (bool, string) {
		return n.CreatedAt.After(other.CreatedAt), "made at " + wireTime(n.CreatedAt)
	}
}

// personalised compares values as they are written in JSON, strings without their quotes.
func personalised(name, want string) func(*simulator.Notification) (bool, string) {
	return func(n *simulator.Notification) (bool, string) {
		value, ok := n.Personalisation[name]
		if !ok {
			return false, "missing"
		}
		text, isText := value.(string)
		if !isText {
			encoded, _ := json.Marshal(value) // it came from JSON
			text = string(encoded)
		}
		return text == want, text
	}
}

// look reports whether the condition holds for a message, and what the message has there if not.
func (c *condition) look(svc *simulator.Service, n *simulator.Notification) (holds bool, is string) {
	if c.query == nil {
		holds, is = c.holds(n)
	} else {
		differences, kept := svc.Differences(n.ID, *c.query)
		if holds = kept && len(differences) == 0; kept && !holds {
			is = differences[0].Got
		}
	}
	if c.not && holds {
		return false, "just that"
	}
	return holds != c.not, is
}

func (c *condition) String() string {
	name := c.field
	if c.not {
		name = "not " + name
	}
	return name + " " + strconv.Quote(c.want)
}

// find returns the messages for which all conditions hold, oldest first.
func find(svc *simulator.Service, all []condition) []simulator.Notification {
	var together simulator.Query
	var others []condition
	for _, c := range all {
		if c.not || c.query == nil || !merge(&together, *c.query) {
			others = append(others, c)
		}
	}
	found := svc.Find(together)
	for _, c := range others {
		found = slices.DeleteFunc(found, func(n simulator.Notification) bool {
			holds, _ := c.look(svc, &n)
			return !holds
		})
	}
	return found
}

// merge adds the one field of a query to others.
func merge(into *simulator.Query, q simulator.Query) bool {
	switch {
	case q.To != "":
		into.To = q.To
	case q.Template != "":
		into.Template = q.Template
	case q.Reference != nil:
		into.Reference = q.Reference
	case q.NoReference:
		into.NoReference = true
	case q.Text != "":
		into.Text = q.Text
	case q.Type != "":
		into.Type = q.Type
	case q.KeyType != "":
		into.KeyType = q.KeyType
	default:
		return false
	}
	return true
}
