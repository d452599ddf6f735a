package simulator

import (
	"sort"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
)

var receivedSchema = schema{properties: []property{{"older_than", isUUID}}, closed: true}

// listReceived answers GET /v2/received-text-messages, newest first, the same with any key of the service.
func (s *Simulator) listReceived(c *call) (*response, *failure) {
	q := parseQuery(c.rawQuery)
	query := q.object(nil)
	if errs := receivedSchema.check(query, nil); errs != nil {
		return nil, invalid(errs...)
	}
	before := int64(0)
	limited := false
	if olderThan, ok := query.Get("older_than"); ok {
		id, ok := storedUUID(olderThan.(string))
		if !ok {
			return nil, dataError
		}
		s.mu.RLock()
		before, limited = s.received[id], true // unknown: older than the beginning of time
		s.mu.RUnlock()
	}
	found := c.service.receivedBefore(before, limited, s.now())
	self := c.base + "/v2/received-text-messages"
	links := pyjson.Members{{Key: "current", Value: self}}
	list := make([]pyjson.Members, len(found))
	for i, t := range found {
		list[i] = pyjson.Members{
			{Key: "content", Value: t.content},
			{Key: "created_at", Value: t.createdAt},
			{Key: "id", Value: t.id.String()},
			{Key: "notify_number", Value: t.receivingNumber},
			{Key: "service_id", Value: c.service.ID()},
			{Key: "user_number", Value: t.from},
		}
	}
	if n := len(found); n > 0 {
		links = append(links, pyjson.Member{Key: "next", Value: self + "?older_than=" + found[n-1].id.String()})
	}
	return jsonAnswer(200, pyjson.Members{{Key: "links", Value: links}, {Key: "received_text_messages", Value: list}}), nil
}

// receivedBefore returns a page of texts, newest first, that came in before a time and are still kept.
func (svc *Service) receivedBefore(before int64, limited bool, now time.Time) []receivedText {
	svc.mu.Lock()
	defer svc.mu.Unlock()
	end := len(svc.received)
	if limited {
		end = sort.Search(end, func(i int) bool { return svc.received[i].at >= before })
	}
	oldest := svc.messages.cutoff(SMS, now)
	var found []receivedText
	for i := end - 1; i >= 0 && len(found) < pageSize; i-- {
		if t := svc.received[i]; t.lasting || t.at >= oldest {
			found = append(found, t)
		}
	}
	return found
}
