package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
)

// Request is a request that the simulator received, with its answer. It contains recipients and personalisation, but no
// key and no token: those are replaced by "[redacted]".
type Request struct {
	// Number counts the requests that ever arrived, from 1.
	Number int
	// At is when it arrived, by the simulator's clock.
	At time.Time
	// Duration is how long the caller waited for the answer, in real time, injected delays included.
	Duration time.Duration
	Method   string
	// Path is decoded, Query is not.
	Path, Query string
	Operation   Operation
	// ServiceID and ServiceName, KeyName and KeyType are empty unless the token was accepted.
	ServiceID, ServiceName string
	KeyName                string
	KeyType                KeyType
	Header                 http.Header
	// Body is empty if it was not read, as when a token was refused over a port. At most 64 KiB are kept; and once all
	// bodies and headers together exceed 8 MiB, those of the oldest requests are dropped. If Body is shorter than
	// BodySize, some of it is missing.
	Body     []byte
	BodySize int
	// Status is 0 if there is no answer, or none yet. If the answer was lost, it is the status that the caller missed.
	Status int
	// AnswerHeader has the Content-Type, and headers that not every answer has.
	AnswerHeader http.Header
	// Answer is the body of the answer, whether or not all of it reached the caller. It is limited as Body is, but a short
	// one that refuses a request stays.
	Answer     []byte
	AnswerSize int
	// Errors are those that the answer reports.
	Errors []RequestError
	// NotificationID is the id of the message that was accepted, if any.
	NotificationID string
	// Fault describes the injection that hit the request, if any.
	Fault string
	// Forced tells that the answer is not the service's own but the fault's, or that of a service whose clock differs. A
	// fault that only delays, cuts or loses an answer leaves it what it is.
	Forced bool
	Ending Ending
	// Callers is where a request in process was made, as program counters for [runtime.CallersFrames]. It is empty without
	// [WithCallers].
	Callers []uintptr
}

// RequestError is an error in an answer. Class is empty where Notify gives none, as for an unknown path.
type RequestError struct {
	Class, Message string
}

// Ending says what became of an answer.
type Ending string

// Endings. Whether the caller has read an answer that was delivered, the simulator can't know.
const (
	EndingUnderWay  Ending = "under way" // there is no answer yet
	EndingDelivered Ending = "delivered"
	EndingCut       Ending = "cut"      // the connection broke after half of the answer
	EndingLost      Ending = "lost"     // the connection broke before the answer, or before the request
	EndingStalled   Ending = "stalled"  // the connection stayed open without an answer
	EndingGivenUp   Ending = "given up" // the caller did not wait for the answer
)

// Requests returns what the simulator received, from any service and from callers without a key, in order of arrival.
// The newest 1,000 are kept, or as many as [WithRequestLog] says. The result is a copy.
func (s *Simulator) Requests() []Request {
	records, all := s.log.view(), s.secrets()
	requests := make([]Request, len(records))
	for i := range records {
		requests[i] = records[i].show(all)
	}
	return requests
}

// Counts returns how many requests for each operation were answered with each status, of all that ever arrived. Status
// 0 stands for no answer; an answer that was lost on the way counts with its status.
func (s *Simulator) Counts() map[Operation]map[int]int {
	s.log.writing.Lock()
	defer s.log.writing.Unlock()
	counts := map[Operation]map[int]int{}
	for of, n := range s.log.counts {
		if counts[of.operation] == nil {
			counts[of.operation] = map[int]int{}
		}
		counts[of.operation][of.status] = n
	}
	return counts
}

// String describes the request and its answer in one line.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.Method, r.Path)
	if r.Query != "" {
		b.WriteString("?" + r.Query)
	}
	if r.Status != 0 {
		fmt.Fprintf(&b, " %d", r.Status)
	}
	for _, e := range r.Errors {
		b.WriteString(" " + strings.TrimSpace(e.Class+" "+e.Message))
	}
	if r.Ending != EndingDelivered {
		b.WriteString(", " + string(r.Ending))
	}
	if r.Fault != "" {
		b.WriteString(" (" + r.Fault + ")")
	}
	return b.String()
}

func (r *record) show(all secrets) Request {
	shown := Request{
		Number: r.number + 1,
		At:     r.at, Duration: r.took, Method: all.value(r.method), Path: all.value(r.path), Query: showQuery(r.query, all),
		Operation: r.operation, KeyName: r.keyName, KeyType: r.keyType, Header: http.Header{},
		Body: r.request.show(all), BodySize: r.request.size,
		Status: r.status, AnswerHeader: http.Header{}, Answer: r.sent.show(all), AnswerSize: r.sent.size,
		Forced: r.forced, Ending: r.showEnding(), Callers: slices.Clone(r.callers),
	}
	if r.operation == "" {
		shown.Operation = findOperation(r.method, r.path)
	}
	if r.service != nil {
		shown.ServiceID, shown.ServiceName = r.service.ID(), r.service.Name()
	}
	for i := 0; i < len(r.header); i += 2 {
		shown.Header.Add(all.value(r.header[i]), all.value(r.header[i+1]))
	}
	if r.contentType != "" {
		shown.AnswerHeader.Set("Content-Type", r.contentType)
	}
	for _, more := range r.extra {
		for name, values := range more {
			shown.AnswerHeader.Del(name)
			for _, value := range values {
				shown.AnswerHeader.Add(name, all.value(value))
			}
		}
	}
	shown.Errors = readErrors(r.status, shown.Answer)
	if r.accepted != uuid.Nil {
		shown.NotificationID = r.accepted.String()
	}
	if r.fault != nil {
		shown.Fault = all.value(r.fault.describe())
	}
	return shown
}

func (r *record) showEnding() Ending {
	if !r.answered {
		return EndingUnderWay
	}
	switch r.ending {
	case endCut:
		return EndingCut
	case endLost:
		return EndingLost
	case endStalled:
		return EndingStalled
	case endGivenUp:
		return EndingGivenUp
	default:
		return EndingDelivered
	}
}

// show returns a copy of what may be shown of a body.
func (l logged) show(all secrets) []byte {
	if l.body == nil {
		return nil
	}
	shown := []byte(all.redact(string(l.body)))
	if l.size > shownBody {
		shown = shown[:min(len(shown), shownBody)]
	}
	return slices.Clip(shown)
}

// showQuery redacts a query, parameter by parameter.
func showQuery(query string, all secrets) string {
	parts := strings.Split(all.redact(query), "&")
	for i, part := range parts {
		name, value, is := strings.Cut(part, "=")
		if is {
			parts[i] = all.value(name) + "=" + all.value(value)
		} else {
			parts[i] = all.value(part)
		}
	}
	return all.value(strings.Join(parts, "&"))
}

// readErrors returns the errors of an answer, which Notify writes in either of two shapes.
func readErrors(status int, answer []byte) (found []RequestError) {
	if status < http.StatusBadRequest {
		return nil
	}
	v, err := pyjson.Parse(answer)
	fields, ok := v.(*pyjson.Object)
	if err != nil || !ok {
		return nil
	}
	list, _ := get[[]any](fields, "errors")
	for _, e := range list {
		if e, ok := e.(*pyjson.Object); ok {
			class, _ := get[string](e, "error")
			message, _ := get[string](e, "message")
			found = append(found, RequestError{class, message})
		}
	}
	if message, ok := get[string](fields, "message"); ok && len(list) == 0 {
		found = append(found, RequestError{Message: message})
	}
	return found
}
