package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// TestPreviewIsWhatArrives: a preview with the values of a message is what the message's recipient gets.
func TestPreviewIsWhatArrives(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	key := w.svc.Key(simulator.KeyTypeTest)
	for kind, id := range map[string]string{"sms": w.sms, "email": w.email, "letter": w.letter} {
		values := map[string]any{
			"name": "Jo – 🎈", "address_line_1": "Jo", "address_line_2": "1 Street", "address_line_3": "SW1A 1AA",
		}
		body := map[string]any{"template_id": id, "personalisation": values}
		switch kind {
		case "sms":
			body["phone_number"] = "07900900123"
		case "email":
			body["email_address"] = "jo@example.com"
		}
		sent := w.do(t, key, "POST", "/v2/notifications/"+kind, body)
		require.Equal(t, 201, sent.status)
		n, _ := w.svc.Notification(sent.id())
		arrived, _ := w.svc.Delivered(sent.id())
		preview, err := w.svc.Preview(id, values)
		require.NoError(t, err)
		require.Equal(t, n.Subject, preview.Subject)
		require.Equal(t, n.Fragments, preview.Fragments)
		require.Empty(t, preview.Missing)
		require.Empty(t, preview.AddressProblem)
		if kind == "email" {
			require.Empty(t, preview.Headers["To"])
			preview.Headers["To"] = "jo@example.com"
		}
		require.Len(t, preview.PDF, len(arrived.PDF), "but for the time in it")
		arrived.PDF, preview.PDF = nil, nil
		require.Equal(t, arrived, preview.Delivered)
	}
	require.Len(t, w.svc.Messages(), 3, "a preview is not a message")
	require.Len(t, w.sim.Requests(), 3, "nor a request")
}

func TestPreviewProblems(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{Permissions: []simulator.Permission{simulator.PermissionLetter}})
	_, err := w.svc.Preview(w.svc.ID(), nil)
	require.ErrorContains(t, err, "has no template")
	_, err = w.svc.Preview(w.sms, map[string]any{"name": func() {}})
	require.Error(t, err)
	_, err = w.svc.Preview(w.sms, map[string]any{"name": "\U0001D15E"})
	require.ErrorContains(t, err, "status 500")
	require.NotContains(t, err.Error(), "\U0001D15E")

	empty, err := w.svc.Preview(w.letter, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"name"}, empty.Missing)
	require.Contains(t, empty.HTML, "((name))")
	require.Contains(t, empty.AddressProblem, "at least 3 lines")
	abroad, err := w.svc.Preview(w.letter, map[string]any{
		"name": "Jo", "address_line_1": "Jo", "address_line_2": "1 Rue", "address_line_3": "France",
	})
	require.NoError(t, err)
	require.Equal(t, "Must be a real UK postcode", abroad.AddressProblem, "the service sends no letters abroad")

	_, known := w.svc.Template("none")
	require.False(t, known)
	require.NoError(t, w.svc.ArchiveTemplate(w.sms))
	d, known := w.svc.Template(strings.ToUpper(w.sms))
	require.True(t, known)
	require.True(t, d.Archived)
	require.Len(t, d.Versions, 2)
}

// TestRequestNumbers: a number stays a request's own when older ones are dropped from the log.
func TestRequestNumbers(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{}, simulator.WithRequestLog(2))
	for range 3 {
		w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123")
	}
	require.Equal(t, 2, w.sim.Requests()[0].Number)
	_, kept := w.sim.Request(1)
	require.False(t, kept)
	r, kept := w.sim.Request(3)
	require.True(t, kept)
	require.Equal(t, 3, r.Number)
	for _, number := range []int{-1, 0, 4} {
		_, kept = w.sim.Request(number)
		require.False(t, kept, number)
	}
	page, total := w.sim.FindRequests(simulator.RequestSearch{Notification: r.NotificationID, Limit: 5})
	require.Len(t, page, 1)
	require.Equal(t, 1, total)
	for want, q := range map[int]simulator.RequestSearch{
		2: {Service: w.svc.ID()}, 0: {Service: w.email}, -2: {Operation: simulator.OperationSendSMS}, -3: {Status: 201},
	} {
		_, total = w.sim.FindRequests(q)
		require.Equal(t, max(want, min(-want, 2)), total, "%+v", q)
	}
	_, total = w.sim.FindRequests(simulator.RequestSearch{Refused: true})
	require.Zero(t, total)
	_, total = w.sim.FindRequests(simulator.RequestSearch{Notification: "none"})
	require.Zero(t, total)
}
