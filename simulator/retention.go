package simulator

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/notifykit/notify/simulator/internal/london"
)

// nightly is when Notify cleans up, after midnight UTC.
const nightly = 3 * time.Hour

// sweep deletes what is older than its retention, as Notify does every night at three o'clock UTC: what was made before
// the midnight in London that many days ago. Letters under way stay. The work is in proportion to what the service
// holds, however many messages share a reference, and the memory of what is deleted comes back.
func (svc *Service) sweep(now time.Time) {
	night := now.Add(-nightly).Truncate(24 * time.Hour).Add(nightly) // the last one that is over
	if !night.After(svc.swept) {
		return
	}
	svc.swept = night
	var cutoff [len(messageTypes)]int64
	y, m, d := night.In(london.Zone()).Date()
	for i, days := range svc.messages.retention {
		cutoff[i] = time.Date(y, m, d-days, 0, 0, 0, 0, london.Zone()).UnixMicro()
	}
	svc.messages.sweep(cutoff)
	svc.sweepReceived(cutoff[SMS.slot()])
}

// sweep deletes what was made before the cutoff of its type.
func (st *store) sweep(cutoff [len(messageTypes)]int64) {
	kept := 0
	for i := range st.lists {
		st.lists[i].sweep(cutoff)
		kept += len(st.lists[i].items)
	}
	if kept == len(st.byID) {
		return
	}
	st.byID = make(map[uuid.UUID]*notification, kept) // deleting from a map would not give its memory back
	for i := range st.lists {
		for _, n := range st.lists[i].items {
			st.byID[n.id] = n
		}
	}
}

// sweep makes the list anew, without gaps, if there is something to delete.
func (l *list) sweep(cutoff [len(messageTypes)]int64) {
	expired := func(n *notification) bool {
		return n.createdAt < cutoff[n.kind.slot()] && (n.kind != Letter || !n.status.underWay())
	}
	oldest, _ := slices.BinarySearch(l.created, slices.Max(cutoff[:])) // no need to look at those after it
	gone := 0
	for _, n := range l.items[:oldest] {
		if expired(n) {
			gone++
		}
	}
	if gone == 0 {
		return
	}
	left := len(l.items) - gone
	swept := list{items: make([]*notification, 0, left), created: make([]int64, 0, left)}
	for i, n := range l.items {
		if i >= oldest || !expired(n) {
			swept.add(n)
		}
	}
	*l = swept
}

// sweepReceived deletes texts that came in before the cutoff. Those of a description of the service do not age.
func (svc *Service) sweepReceived(cutoff int64) {
	expired := func(t receivedText) bool { return t.at < cutoff && !t.lasting }
	if !slices.ContainsFunc(svc.received, expired) {
		return
	}
	svc.sim.mu.Lock()
	defer svc.sim.mu.Unlock()
	var left []receivedText
	for _, t := range svc.received {
		if expired(t) {
			delete(svc.sim.received, t.id)
		} else {
			left = append(left, t)
		}
	}
	svc.received = left
}
