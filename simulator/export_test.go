package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/simulator/internal/ledger"
)

// Fill stores count messages sent with a test key, half of them from each of two templates. Every tenth is a temporary
// failure and every thousandth a permanent one, and sameReference messages share each reference.
func Fill(svc *Service, smsTemplate, emailTemplate string, count, sameReference int) {
	versions := make([]*templateVersion, 0, 2)
	for _, id := range []string{smsTemplate, emailTemplate} {
		t, _ := svc.findTemplate(id)
		versions = append(versions, t.current())
	}
	svc.at(func(st *state) {
		for i := range count {
			v := versions[i%2]
			status := StatusDelivered
			switch {
			case i%1000 == 1:
				status = StatusPermanentFailure
			case i%10 == 3:
				status = StatusTemporaryFailure
			}
			personalisation := &pyjson.Object{}
			personalisation.Set("name", "Jo")
			n := &notification{
				Entry: ledger.Entry{
					ID: uuid.New(), Kind: v.template.kind.slot(), Book: KeyTypeTest.slot(),
					Reference: "reference-" + strconv.Itoa(i/sameReference), Referenced: true,
				},
				keyName: "test", template: v, billed: true, fragments: 1, to: "07900900123",
				rendered: rendered{body: "Hello Jo"}, personalisation: personalisation,
			}
			st.messages.keep(n, st.now.UnixMicro())
			st.messages.receive(n, status, n.createdAt())
		}
		svc.expectCleanUp(st)
	})
}

// Page requests a page of the list of messages, and returns the length of the response.
func (s *Simulator) Page(tb testing.TB, bearer, query string) int {
	tb.Helper()
	x := &exchange{
		incoming: &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/v2/notifications"}},
		ctx:      tb.Context(), method: http.MethodGet, path: "/v2/notifications", rawQuery: trimQuestion(query),
		base: "https://notify.test", header: http.Header{"Authorization": {bearer}},
	}
	s.chain.proceed(s, x)
	if x.answer.status != 200 {
		tb.Fatal(x.answer.status)
	}
	return len(x.answer.body)
}

func trimQuestion(query string) string {
	if query != "" {
		return query[1:]
	}
	return query
}

// Unlocked reports whether no lock of the simulator is held.
func (s *Simulator) Unlocked() bool {
	for _, svc := range s.registry.services {
		if !svc.door.mu.TryLock() {
			return false
		}
		svc.door.mu.Unlock()
	}
	if !s.registry.mu.TryLock() {
		return false
	}
	s.registry.mu.Unlock()
	s.schedule.Next() // waits for ever for a lock that is held
	return true
}

// HoldBodies counts n bytes as held by bodies over connections, and returns how many are held now.
func (s *Simulator) HoldBodies(n int64) int64 { return s.bodies.Add(n) }

// MaxBodies is how much memory bodies over connections may take, in bytes.
const MaxBodies = maxBodies
