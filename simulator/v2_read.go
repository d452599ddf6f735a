package simulator

import (
	"strings"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ids"
	"github.com/notifykit/notify/simulator/internal/ledger"
	"github.com/notifykit/notify/simulator/internal/schema"
	"github.com/notifykit/notify/simulator/internal/werkzeug"
	"github.com/notifykit/notify/simulator/internal/wire"
)

// find looks up the message whose id is in the path.
func (s *Simulator) find(c *call) (*notification, *wire.Failure) {
	if errs := schema.CheckID("notification_id", c.args[0]); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	id, ok := ids.Stored(c.args[0])
	if !ok {
		return nil, wire.IDUnreadable
	}
	var n *notification
	c.service.at(func(st *state) { n = st.messages.find(id) })
	if n == nil {
		return nil, wire.ResultNotFound
	}
	return n, nil
}

// getNotification answers GET /v2/notifications/{id}. Any key of the service may read the messages of any other.
func (s *Simulator) getNotification(c *call) (*response, *wire.Failure) {
	n, f := s.find(c)
	if f != nil {
		return nil, f
	}
	return jsonAnswer(200, n.wire(c.base, s.registry.currentPrices())), nil
}

// repeatable are the parameters of the list of messages that can be given more than once.
var repeatable = []string{"status", "template_type"}

// listNotifications answers GET /v2/notifications. Only messages sent with the same type of key are shown.
func (s *Simulator) listNotifications(c *call) (*response, *wire.Failure) {
	q := werkzeug.ParseQuery(c.rawQuery)
	query := q.Object(repeatable)
	if errs := schema.Notifications.Check(query); errs != nil {
		return nil, wire.Invalid(errs...)
	}
	filter, f := queryFilter(query)
	if f != nil {
		return nil, f
	}
	var olderThan *uuid.UUID
	if given, ok := query.Get("older_than"); ok {
		id, ok := ids.Stored(given.(string))
		if !ok {
			return nil, wire.IDUnreadable
		}
		olderThan = &id
	}
	var found []notification
	c.service.at(func(st *state) { found = st.messages.page(c.key.kind, filter, olderThan) })

	self := c.base + "/v2/notifications"
	links := pyjson.Members{{Key: "current", Value: q.Link(self, repeatable)}}
	prices := s.registry.currentPrices()
	list := make([]pyjson.Members, len(found))
	for i := range found {
		list[i] = found[i].wire(c.base, prices)
	}
	if n := len(found); n > 0 {
		next := q.With("older_than", found[n-1].ID.String())
		links = append(links, pyjson.Member{Key: "next", Value: next.Link(self, repeatable)})
	}
	return jsonAnswer(200, pyjson.Members{{Key: "links", Value: links}, {Key: "notifications", Value: list}}), nil
}

func queryFilter(query *pyjson.Object) (filter ledger.Query, f *wire.Failure) {
	if v, ok := query.Get("reference"); ok {
		reference := v.(string)
		if strings.ContainsRune(reference, 0) {
			return filter, wire.Crash(wire.ValueError)
		}
		filter.Reference = &reference
	}
	if v, ok := query.Get("status"); ok {
		for _, status := range v.([]any) {
			for _, s := range expand(status.(string)) {
				filter.Statuses = append(filter.Statuses, s.slot())
			}
		}
	}
	if v, ok := query.Get("template_type"); ok {
		for _, kind := range v.([]any) {
			filter.Kinds = append(filter.Kinds, MessageType(kind.(string)).slot())
		}
	}
	return filter, nil
}
