package inbox

import (
	"net/http"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// filters are the form above the list of messages.
type filters struct {
	Choices    []choices
	To         string
	Template   string
	Words      string
	Filtered   bool
	NothingYet bool // no message was sent at all
}

// choices are a select with a count for each value.
type choices struct {
	Name, Label, All string
	Options          []option
}

type option struct {
	Value, Label string
	Count        int
	Selected     bool
}

type messageList struct {
	filters
	Found  simulator.Found
	Paging paging
	Start  *start
}

func (b *inbox) listMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := pageNumber(r)
	search := simulator.Search{
		Service: q.Get("service"), Words: strings.TrimSpace(q.Get("words")), Skip: (page - 1) * perPage, Limit: perPage,
		Query: simulator.Query{
			Type: simulator.MessageType(q.Get("type")), KeyType: simulator.KeyType(q.Get("key")),
			Status: simulator.Status(q.Get("status")), To: strings.TrimSpace(q.Get("to")),
			Template: strings.TrimSpace(q.Get("template")),
		},
	}
	list := messageList{Found: b.sim.Search(search)}
	list.Paging = newPaging(r, page, list.Found.Total)
	list.filters = b.filters(search, list.Found)
	if list.NothingYet {
		list.Start = b.start(r)
	}
	show(w, http.StatusOK, "messages", view{Title: "Messages", Tab: "messages", Done: done(r), Main: list})
}

func (b *inbox) filters(s simulator.Search, found simulator.Found) filters {
	f := filters{To: s.Query.To, Template: s.Query.Template, Words: s.Words}
	services := choices{Name: "service", Label: "Service", All: "All services"}
	for _, svc := range b.sim.Services() {
		services.add(svc.ID(), svc.Name(), found.ByService[svc.ID()], s.Service)
	}
	kinds := choices{Name: "type", Label: "Channel", All: "All channels"}
	for _, k := range []simulator.MessageType{
		simulator.MessageTypeEmail, simulator.MessageTypeSMS, simulator.MessageTypeLetter,
	} {
		kinds.add(string(k), kindName(k), found.ByType[k], string(s.Query.Type))
	}
	keys := choices{Name: "key", Label: "Type of key", All: "All keys"}
	for _, k := range []simulator.KeyType{simulator.KeyTypeLive, simulator.KeyTypeTeam, simulator.KeyTypeTest} {
		keys.add(string(k), string(k), found.ByKeyType[k], string(s.Query.KeyType))
	}
	statuses := choices{Name: "status", Label: "Status", All: "All statuses"}
	for _, st := range allStatuses {
		if n := found.ByStatus[st]; n > 0 || st == s.Query.Status {
			statuses.add(string(st), statusName(st), n, string(s.Query.Status))
		}
	}
	f.Choices = []choices{services, kinds, keys, statuses}
	f.Filtered = s.Service != "" || s.Words != "" || s.Query != simulator.Query{}
	f.NothingYet = found.Total == 0 && (!f.Filtered || b.sim.Search(simulator.Search{}).Total == 0)
	return f
}

func (c *choices) add(value, label string, count int, selected string) {
	c.Options = append(c.Options, option{value, label, count, value == selected})
}

// allStatuses are in the order in which messages have them.
var allStatuses = []simulator.Status{
	simulator.StatusCreated, simulator.StatusSending, simulator.StatusPending, simulator.StatusSent,
	simulator.StatusDelivered, simulator.StatusTemporaryFailure, simulator.StatusPermanentFailure,
	simulator.StatusTechnicalFailure, simulator.StatusPendingVirusCheck, simulator.StatusVirusScanFailed,
	simulator.StatusValidationFailed, simulator.StatusCancelled, simulator.StatusReturnedLetter,
}
