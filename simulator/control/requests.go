package control

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// request is a request that the simulator received, as the API shows it. It holds no key.
type request struct {
	At             string              `json:"at"`
	Text           string              `json:"text"` // in a line
	Method         string              `json:"method"`
	Path           string              `json:"path"`
	Query          string              `json:"query"`
	Operation      simulator.Operation `json:"operation"`
	ServiceID      string              `json:"service_id"`
	KeyName        string              `json:"key_name"`
	KeyType        simulator.KeyType   `json:"key_type"`
	Headers        http.Header         `json:"headers"`
	Body           string              `json:"body"`
	Status         int                 `json:"status"` // 0 without an answer
	Answer         string              `json:"answer"`
	Errors         []requestError      `json:"errors"`
	NotificationID string              `json:"notification_id"`
	Fault          string              `json:"fault"`
	Forced         bool                `json:"forced"` // the answer is the fault's, and not the service's own
	Ending         simulator.Ending    `json:"ending"`
	Milliseconds   float64             `json:"milliseconds"`
}

type requestError struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

func shownRequest(r simulator.Request) request {
	shown := request{
		wireTime(r.At), r.String(), r.Method, r.Path, r.Query, r.Operation, r.ServiceID, r.KeyName, r.KeyType, r.Header,
		string(r.Body), r.Status, string(r.Answer), []requestError{}, r.NotificationID, r.Fault, r.Forced, r.Ending,
		float64(r.Duration.Round(time.Microsecond)) / float64(time.Millisecond),
	}
	for _, e := range r.Errors {
		shown.Errors = append(shown.Errors, requestError{e.Class, e.Message})
	}
	if shown.Headers == nil {
		shown.Headers = http.Header{}
	}
	return shown
}

func (a *api) listRequests(c *call) (any, error) {
	q := c.parameters("operation", "status", "refused", "message", "limit")
	operation, message, refused := q.text("operation"), strings.ToLower(q.text("message")), q.flag("refused")
	status, limit := q.number("status", -1, 999), q.number("limit", mostShown, mostShown)
	if q.err != nil {
		return nil, q.err
	}
	shown := []request{}
	for _, r := range a.sim.Requests() {
		wanted := (c.svc == nil || r.ServiceID == c.svc.ID()) && (operation == "" || operation == string(r.Operation)) &&
			(status < 0 || status == r.Status) && (!refused || r.Status >= http.StatusBadRequest) &&
			(message == "" || message == r.NotificationID)
		if wanted {
			shown = append(shown, shownRequest(r))
		}
	}
	return map[string]any{"total": len(shown), "requests": shown[max(0, len(shown)-limit):]}, nil
}

func (a *api) showCounts(*call) (any, error) {
	counts := map[string]map[string]int{}
	for operation, statuses := range a.sim.Counts() {
		counts[string(operation)] = map[string]int{}
		for status, n := range statuses {
			counts[string(operation)][strconv.Itoa(status)] = n
		}
	}
	return map[string]any{"counts": counts}, nil
}

func (a *api) showUsage(c *call) (any, error) {
	u := c.svc.Usage()
	return map[string]any{
		"today": ofTypes(u.Today), "international_sms_today": u.InternationalToday, "sent": ofTypes(u.Sent),
		"sms_fragments": u.SMSFragments, "sheets": u.Sheets, "cost_in_pounds": u.CostInPounds,
	}, nil
}

func ofTypes(n map[simulator.MessageType]int) map[string]int {
	return map[string]int{
		"sms": n[simulator.MessageTypeSMS], "email": n[simulator.MessageTypeEmail], "letter": n[simulator.MessageTypeLetter],
	}
}
