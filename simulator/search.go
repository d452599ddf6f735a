package simulator

import (
	"bytes"
	"container/heap"
	"strings"
)

// Search says which messages [Simulator.Search] finds, and which of those it returns.
type Search struct {
	// Query is what the messages are like. Its zero value finds all.
	Query Query
	// Service is the id of the service that sent them. Empty means any.
	Service string
	// Words stand in the recipient, the reference, the subject or the body as the API shows it, in any case, with any
	// white space and whichever quotation marks and dashes. Unlike Query.Text it renders no message, so it is quick.
	Words string
	// Skip is how many of the messages found are left out, the newest first, and Limit how many are then returned. A
	// Limit of 0 returns none: only the counts.
	Skip, Limit int
}

// Found is what [Simulator.Search] finds.
type Found struct {
	// Messages are those asked for, newest first.
	Messages []FoundMessage
	// Total is how many there are, including those skipped and those over the limit.
	Total int
	// The counts say how many messages there would be with another service (by its id), type, type of key or status, and
	// all else in the search as it is. So they are what to write beside the choices of a form.
	ByService map[string]int
	ByType    map[MessageType]int
	ByKeyType map[KeyType]int
	ByStatus  map[Status]int
}

// FoundMessage is a message with the service that sent it. To keep a list quick it has neither the sheets nor the price
// of a letter: [Service.Notification] has both.
type FoundMessage struct {
	Service *Service
	Notification
}

// Search returns messages of all services, whatever key they were sent with, newest first, with counts.
func (s *Simulator) Search(q Search) Found {
	found := Found{
		ByService: map[string]int{}, ByType: map[MessageType]int{}, ByKeyType: map[KeyType]int{}, ByStatus: map[Status]int{},
	}
	var all runs
	for _, svc := range s.Services() {
		for _, r := range q.in(svc, &found) {
			found.Total += len(r.hits)
			if len(r.hits) > 0 {
				all = append(all, r)
			}
		}
	}
	prices := s.registry.currentPrices()
	heap.Init(&all)
	for i := 0; i < q.Skip+q.Limit && len(all) > 0; i++ {
		svc, h := all.next()
		if i < q.Skip {
			continue
		}
		if n := svc.find(h.n.ID.String()); n != nil { // unless it was deleted in the meantime
			found.Messages = append(found.Messages, FoundMessage{svc, n.listed(prices)})
		}
	}
	return found
}

// listed is the view of a message in a list. No letter is drawn for it.
func (n *notification) listed(prices Prices) Notification {
	if n.kind() == MessageTypeLetter {
		return n.view()
	}
	return n.priced(prices)
}

// hit is a message that matches. Of the message itself only what never changes is read, because the door is closed
// again. What is looked at for each message is copied: to fetch it twice takes longer than all else.
type hit struct {
	n            *notification
	made         int64
	kind, status uint8
}

// run is hits of one service and one type of key, oldest first.
type run struct {
	svc  *Service
	hits []hit
}

// runs are a heap with the newest hit on top.
type runs []run

func (r runs) newest(i int) int64 { return r[i].hits[len(r[i].hits)-1].made }
func (r runs) Len() int           { return len(r) }
func (r runs) Less(i, j int) bool { return r.newest(i) > r.newest(j) }
func (r runs) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *runs) Push(x any)        { *r = append(*r, x.(run)) }
func (r *runs) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}

// next takes the newest hit of all.
func (r *runs) next() (*Service, hit) {
	top := &(*r)[0]
	last := len(top.hits) - 1
	svc, h := top.svc, top.hits[last]
	if top.hits = top.hits[:last]; last == 0 {
		heap.Pop(r)
	} else {
		heap.Fix(r, 0)
	}
	return svc, h
}

// in returns the messages of a service that match, by type of key, and counts what there is.
func (q Search) in(svc *Service, counts *Found) (found [len(keyTypes)]run) {
	svc.at(func(st *state) {
		for book := range keyTypes {
			hits := make([]hit, 0, st.messages.Count(uint8(book)))
			for n := range st.messages.All(uint8(book)) {
				hits = append(hits, hit{n, n.Made(), n.Kind, n.Status})
			}
			found[book] = run{svc, hits}
		}
	})
	// The tally is kept by slots: a hundred thousand look-ups in maps take longer than all else.
	var types [len(messageTypes)]int
	var status [len(statuses)]int
	here := 0
	matches := q.matcher(svc)
	ofService := q.Service == "" || q.Service == svc.ID()
	for book := range found {
		ofKey := q.Query.KeyType == "" || q.Query.KeyType == keyTypes[book]
		keys, kept := 0, found[book].hits[:0]
		for _, h := range found[book].hits {
			ofType := q.Query.Type == "" || q.Query.Type == messageTypes[h.kind]
			ofStatus := q.Query.Status == "" || q.Query.Status == statuses[h.status]
			wrong := count(!ofService) + count(!ofType) + count(!ofKey) + count(!ofStatus)
			if wrong > 1 || !matches(h.n) {
				continue
			}
			all := wrong == 0
			here += count(all || !ofService)
			types[h.kind] += count(all || !ofType)
			keys += count(all || !ofKey)
			status[h.status] += count(all || !ofStatus)
			if all {
				kept = append(kept, h)
			}
		}
		found[book].hits = kept
		tally(counts.ByKeyType, keyTypes[book], keys)
	}
	tally(counts.ByService, svc.ID(), here)
	for i, n := range types {
		tally(counts.ByType, messageTypes[i], n)
	}
	for i, n := range status {
		tally(counts.ByStatus, statuses[i], n)
	}
	return found
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func tally[K comparable](counts map[K]int, k K, n int) {
	if n > 0 {
		counts[k] += n
	}
}

// matcher checks all that is not counted.
func (q Search) matcher(svc *Service) func(*notification) bool {
	rest := q.Query
	rest.Type, rest.KeyType, rest.Status = "", "", ""
	conditions := rest.conditions(svc)
	words := appendFolded(nil, strings.TrimSpace(q.Words))
	var folded []byte
	return func(n *notification) bool {
		if len(words) > 0 {
			said := false
			for _, s := range [...]string{n.to, n.Reference, n.subject, n.body} {
				folded = appendFolded(folded[:0], s)
				if said = bytes.Contains(folded, words); said {
					break
				}
			}
			if !said {
				return false
			}
		}
		return conditions.hold(n)
	}
}
