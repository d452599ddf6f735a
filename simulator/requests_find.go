package simulator

import (
	"net/http"
	"slices"

	"github.com/notifykit/notify/simulator/internal/ids"
)

// RequestSearch says which requests [Simulator.FindRequests] finds. Fields that are zero match every request.
type RequestSearch struct {
	// Service is the id of the service whose token was accepted.
	Service   string
	Operation Operation
	// Status is that of the answer.
	Status int
	// Refused finds only requests that were answered with a status from 400 on.
	Refused bool
	// Notification is the id of the message that was accepted.
	Notification string
	// Skip is how many of the requests found are left out, the newest first, and Limit how many are then returned.
	Skip, Limit int
}

// FindRequests returns requests of the log, newest first, and how many there are in all. Unlike [Simulator.Requests] it
// copies and redacts only those that it returns.
func (s *Simulator) FindRequests(q RequestSearch) (page []Request, total int) {
	records, all := s.log.view(), s.secrets()
	accepted, _ := ids.Parse(q.Notification)
	for _, r := range slices.Backward(records) {
		if !q.matches(&r) || q.Notification != "" && r.accepted != accepted {
			continue
		}
		if total++; total > q.Skip && len(page) < q.Limit {
			page = append(page, r.show(all))
		}
	}
	return page, total
}

func (q RequestSearch) matches(r *record) bool {
	operation := r.operation
	if q.Operation != "" && operation == "" {
		operation = findOperation(r.method, r.path)
	}
	return (q.Service == "" || r.service != nil && r.service.ID() == q.Service) &&
		(q.Operation == "" || operation == q.Operation) &&
		(q.Status == 0 || r.status == q.Status) &&
		(!q.Refused || r.status >= http.StatusBadRequest)
}

// Request returns the request with that number, and reports whether the log still has it.
func (s *Simulator) Request(number int) (Request, bool) {
	r, ok := s.log.find(number - 1)
	if !ok {
		return Request{}, false
	}
	return r.show(s.secrets()), true
}

// find returns a copy of the record with that number.
func (l *requestLog) find(number int) (record, bool) {
	l.writing.Lock()
	defer l.writing.Unlock()
	if i := number - l.first; i >= 0 && i < len(l.entries) {
		return *l.entries[i].record, true
	}
	return record{}, false
}
