package simulator

import (
	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// listReceived answers GET /v2/received-text-messages, newest first. All keys of the service see the same texts.
func (s *Simulator) listReceived(c *call) (*response, *wire.Failure) {
	q := werkzeug.ParseQuery(c.rawQuery)
	query := q.Object(nil)
	if errs := schema.ReceivedTexts.Check(query); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	found, f := c.service.receivedPage(query)
	if f != nil {
		return nil, f
	}
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

// receivedPage returns the newest texts, or those that came in before the text named in the query. That text may belong
// to another service; if it does not exist, the page is empty.
func (svc *Service) receivedPage(query *pyjson.Object) (page []receivedText, f *wire.Failure) {
	olderThan, ok := query.Get("older_than")
	if !ok {
		svc.at(func(st *state) { page = st.received.page() })
		return page, nil
	}
	id, ok := ids.Stored(olderThan.(string))
	if !ok {
		return nil, wire.IDUnreadable
	}
	svc.at(func(st *state) {
		if before, known := svc.sim.registry.receivedAt(id); known {
			page = st.received.pageBefore(before)
		}
	})
	return page, nil
}
