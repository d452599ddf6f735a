package simulator

import (
	"slices"
	"sort"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// listReceived answers GET /v2/received-text-messages, newest first, the same with any key of the service.
func (s *Simulator) listReceived(c *call) (*response, *wire.Failure) {
	q := werkzeug.ParseQuery(c.rawQuery)
	query := q.Object(nil)
	if errs := schema.ReceivedTexts.Check(query); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	var before *uuid.UUID
	if olderThan, ok := query.Get("older_than"); ok {
		id, ok := ids.Stored(olderThan.(string))
		if !ok {
			return nil, wire.IDUnreadable
		}
		before = &id
	}
	found := c.service.receivedBefore(before)
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

// receivedBefore returns a page of texts, newest first, of those that came in before the one with that id; all if it is
// nil, and none if there is no such text.
func (svc *Service) receivedBefore(id *uuid.UUID) []receivedText {
	svc.enter()
	defer svc.mu.Unlock()
	end := len(svc.received)
	if id != nil {
		svc.sim.mu.RLock()
		before, known := svc.sim.received[*id]
		svc.sim.mu.RUnlock()
		if !known {
			return nil
		}
		end = sort.Search(end, func(i int) bool { return svc.received[i].at >= before })
	}
	found := slices.Clone(svc.received[max(end-pageSize, 0):end])
	slices.Reverse(found)
	return found
}
