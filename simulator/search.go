package simulator

import (
	"cmp"
	"slices"
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
	var hits []hit
	for _, svc := range s.Services() {
		hits = append(hits, q.in(svc, &found)...)
	}
	found.Total = len(hits)
	newestFirst(hits)
	prices := s.registry.currentPrices()
	for _, h := range hits[min(max(q.Skip, 0), len(hits)):] {
		if len(found.Messages) >= q.Limit {
			break
		}
		if n := h.svc.find(h.n.ID.String()); n != nil { // unless it was deleted in the meantime
			found.Messages = append(found.Messages, FoundMessage{h.svc, n.listed(prices)})
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

// hit is a message that matches. Of the message only what never changes is read, because the door is closed again.
type hit struct {
	svc    *Service
	n      *notification
	status uint8
}

// newestFirst sorts messages. Most often they are of one service and one type of key, and in order already.
func newestFirst(hits []hit) {
	slices.Reverse(hits)
	newer := func(a, b hit) int { return cmp.Compare(b.n.Made(), a.n.Made()) }
	if !slices.IsSortedFunc(hits, newer) {
		slices.SortStableFunc(hits, newer)
	}
}

// in returns the messages of a service that match, and counts what there is.
func (q Search) in(svc *Service, counts *Found) (hits []hit) {
	var all []hit
	svc.at(func(st *state) {
		all = make([]hit, 0, st.messages.Len())
		for book := range keyTypes {
			for n := range st.messages.All(uint8(book)) { //nolint:gosec // there are three
				all = append(all, hit{svc, n, n.Status})
			}
		}
	})
	// The tally is kept by slots: a hundred thousand look-ups in maps take longer than all else.
	var types [len(messageTypes)]int
	var keys [len(keyTypes)]int
	var status [len(statuses)]int
	here := 0
	matches := q.matcher(svc)
	ofService := q.Service == "" || q.Service == svc.ID()
	for _, h := range all {
		ofType := q.Query.Type == "" || q.Query.Type == h.n.kind()
		ofKey := q.Query.KeyType == "" || q.Query.KeyType == h.n.keyType()
		ofStatus := q.Query.Status == "" || q.Query.Status == statuses[h.status]
		wrong := count(!ofService, !ofType, !ofKey, !ofStatus)
		if wrong > 1 || !matches(h.n) {
			continue
		}
		here += count(wrong == 0 || !ofService)
		types[h.n.Kind] += count(wrong == 0 || !ofType)
		keys[h.n.Book] += count(wrong == 0 || !ofKey)
		status[h.status] += count(wrong == 0 || !ofStatus)
		if wrong == 0 {
			hits = append(hits, h)
		}
	}
	tally(counts.ByService, svc.ID(), here)
	for i, n := range types {
		tally(counts.ByType, messageTypes[i], n)
	}
	for i, n := range keys {
		tally(counts.ByKeyType, keyTypes[i], n)
	}
	for i, n := range status {
		tally(counts.ByStatus, statuses[i], n)
	}
	return hits
}

// count is how many of them are true.
func count(conditions ...bool) (n int) {
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
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
	words := foldedWords(q.Words)
	return func(n *notification) bool {
		return (words == "" || n.says(words)) && conditions.hold(n)
	}
}

// says reports whether words that are folded stand in the message.
func (n *notification) says(words string) bool {
	for _, s := range [...]string{n.to, n.Reference, n.subject, n.body} {
		if len(s) >= len(words) && strings.Contains(foldedWords(s), words) {
			return true
		}
	}
	return false
}

// foldedWords is a text as somebody would type it in a hurry.
func foldedWords(s string) string { return strings.ToLower(keyboard(s)) }
