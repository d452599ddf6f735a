package simulator_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func TestSearchCounts(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	var services []*simulator.Service
	for i := range 2 {
		svc, err := sim.AddService(simulator.ServiceConfig{
			Name: fmt.Sprintf("Service %d", i), AnyTemplate: true,
			Keys: []simulator.KeyConfig{
				{Name: "test", Type: simulator.KeyTypeTest}, {Name: "live", Type: simulator.KeyTypeLive},
			},
		})
		require.NoError(t, err)
		services = append(services, svc)
	}
	send := func(svc *simulator.Service, key simulator.KeyType, kind, body string) {
		t.Helper()
		w := town{sim: sim, svc: svc}
		require.Equal(t, 201, w.do(t, svc.Key(key), "POST", "/v2/notifications/"+kind, json.RawMessage(body)).status)
	}
	const template = `"template_id":"3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20"`
	for i := range 3 {
		email := fmt.Sprintf(`{%s,"email_address":"jo%d@example.com","personalisation":{"a":"It’s BLUE"}}`, template, i)
		send(services[0], simulator.KeyTypeTest, "email", email)
		send(services[1], simulator.KeyTypeLive, "email", email)
	}
	send(services[0], simulator.KeyTypeLive, "sms", `{`+template+`,"phone_number":"07900900123","reference":"Order-7"}`)
	require.NoError(t, services[0].SetStatus(services[0].Dashboard()[0].ID, simulator.StatusTemporaryFailure))

	all := sim.Search(simulator.Search{Limit: 4})
	require.Equal(t, 7, all.Total)
	require.Len(t, all.Messages, 4)
	require.Equal(t, "07900900123", all.Messages[0].To, "the newest comes first, of all services")
	for i := range all.Messages[1:] {
		require.False(t, all.Messages[i].CreatedAt.Before(all.Messages[i+1].CreatedAt))
	}
	require.Equal(t, map[string]int{services[0].ID(): 4, services[1].ID(): 3}, all.ByService)

	q := simulator.Search{Service: services[0].ID()}
	q.Query.Type = simulator.MessageTypeEmail
	found := sim.Search(q)
	require.Equal(t, 3, found.Total)
	require.Empty(t, found.Messages)
	require.Equal(t, map[string]int{services[0].ID(): 3, services[1].ID(): 3}, found.ByService, "emails of either")
	require.Equal(t, map[simulator.MessageType]int{"email": 3, "sms": 1}, found.ByType, "of this service")
	require.Equal(t, map[simulator.KeyType]int{"test": 3}, found.ByKeyType)
	require.Equal(t, map[simulator.Status]int{"delivered": 3}, found.ByStatus)

	for words, want := range map[string]int{
		"it's blue": 6, "  IT‘S   Blue": 6, "jo1@": 2, "order-7": 1, "7900 900": 0, "7900900": 1, "nothing": 0,
	} {
		require.Equal(t, want, sim.Search(simulator.Search{Words: words}).Total, words)
	}
	require.Len(t, sim.Search(simulator.Search{Skip: 5, Limit: 50}).Messages, 2)
	require.Empty(t, sim.Search(simulator.Search{Skip: 50, Limit: 50}).Messages)
	require.Zero(t, sim.Search(simulator.Search{Service: "none"}).Total)
	require.Len(t, sim.Search(simulator.Search{Skip: -1, Limit: 50}).Messages, 7)
}

// TestSearchWordsFold: what a search says does not depend on how it is typed.
func TestSearchWordsFold(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "S", AnyTemplate: true, Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	w := town{sim: sim, svc: svc}
	require.Equal(t, 201, w.sendValue(t, "ÉCOLE — “Straße”\n\n  end\u200b of it\xff"))
	for words, want := range map[string]int{
		`école - "straße" end of`: 1, "ÉCOLE": 1, "straße\u201d": 1, "\u200bend\tOF": 1, "  ": 1, "schule": 0,
	} {
		require.Equal(t, want, sim.Search(simulator.Search{Words: words}).Total, words)
	}
}

func (w town) sendValue(t *testing.T, value string) int {
	t.Helper()
	return w.do(t, w.svc.Key(simulator.KeyTypeTest), "POST", "/v2/notifications/email", map[string]any{
		"template_id": "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20", "email_address": "jo@example.com",
		"personalisation": map[string]any{"a": value},
	}).status
}
