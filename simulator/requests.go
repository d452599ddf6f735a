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

// Request is a request that the simulator was sent, with its answer, for a test to look at or to print. It holds what
// people wrote, but no key and no token: "[redacted]" stands where one was.
type Request struct {
	// At is when it arrived, by the simulator's clock.
	At time.Time
	// Duration is how long the answer took, by the caller's time, a delay that was injected included.
	Duration time.Duration
	Method   string
	// Path is decoded, and Query is not.
	Path, Query string
	Operation   Operation
	// ServiceID and ServiceName, KeyName and KeyType are empty unless the token was accepted.
	ServiceID, ServiceName string
	KeyName                string
	KeyType                KeyType
	Header                 http.Header
	// Body is what was read of it: nothing of a request that was refused for its token over a port. At most 64 KiB are
	// kept, and of older requests nothing once the bodies and headers of all take more than 8 MiB; so it is cut if it is
	// shorter than BodySize.
	Body     []byte
	BodySize int
	// Status is 0 while there is no answer, or if there was none. If the Ending says that the answer was lost, it is what
	// the caller did not see.
	Status int
	// AnswerHeader has the Content-Type, and what not every answer has.
	AnswerHeader http.Header
	// Answer is the body of the answer, whole even if the caller got part of it or nothing, but cut as Body is. That of an
	// older request is kept if it is a refusal of up to 1 KiB.
	Answer     []byte
	AnswerSize int
	// Errors are those that the answer reports.
	Errors []RequestError
	// NotificationID is that of the message that was accepted, or empty.
	NotificationID string
	// Fault describes what was injected and happened to the request, or is empty.
	Fault string
	// Forced tells that the answer is not the service's own but the fault's, or that of a service whose clock differs. A
	// fault that only delays, cuts or loses an answer leaves it what it is.
	Forced bool
	Ending Ending
	// Callers is where a request in process was made, as program counters for [runtime.CallersFrames]. It is empty without
	// [WithCallers].
	Callers []uintptr
}

// RequestError is an error that an answer reports. Class is empty where Notify gives none, as for an unknown path.
type RequestError struct {
	Class, Message string
}

// Ending is what became of an answer.
type Ending string

// Endings. The simulator can't know whether a caller read what was sent.
const (
	EndingUnderWay  Ending = "under way" // there is no answer yet
	EndingDelivered Ending = "delivered"
	EndingCut       Ending = "cut"      // the connection broke after half of the answer
	EndingLost      Ending = "lost"     // the connection broke before the answer, or before the request
	EndingStalled   Ending = "stalled"  // the caller waited for nothing
	EndingGivenUp   Ending = "given up" // the caller did not wait so long
)

// Requests are the newest requests that the simulator was sent, by any service and also those without a token, in the
// order of their arrival. Up to 1,000 are kept, or what [WithRequestLog] says. Whatever is done to the result, the next
// call gives the same.
func (s *Simulator) Requests() []Request {
	records, all := s.log.view(), s.secrets()
	requests := make([]Request, len(records))
	for i := range records {
		requests[i] = records[i].show(all)
	}
	return requests
}

// Counts is how many requests of each operation were answered with each status, since the simulator was made. Status 0
// is for those that got no answer, and an answer that was lost on its way counts as one.
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

// String is the request in one line.
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
		At: r.at, Duration: r.took, Method: all.value(r.method), Path: all.value(r.path), Query: showQuery(r.query, all),
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

// show is a copy of as much of a body as is shown.
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

// showQuery hides what of the parameters is secret.
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

// readErrors are the errors of an answer, in either of the shapes in which Notify writes them.
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
