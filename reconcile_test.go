package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

var reconcileSince = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// listed is a notification as Notify lists it, made that long after reconcileSince.
func listed(n int, after time.Duration, rest string) string {
	return fmt.Sprintf(`{"id":"740e5834-3a29-46b4-9a6f-%012d","created_at":%q,%s}`,
		n, reconcileSince.Add(after).Format(time.RFC3339), rest)
}

// pagesOf answers with one page after the other, and then with empty ones. It keeps the queries.
func pagesOf(mock *httpmock.MockTransport, pages ...string) *[]string {
	var queries []string
	mock.RegisterResponder("GET", notify.DefaultBaseURL+"/v2/notifications",
		func(req *http.Request) (*http.Response, error) {
			queries = append(queries, req.URL.RawQuery)
			page := ""
			if len(queries) <= len(pages) {
				page = pages[len(queries)-1]
			}
			return httpmock.NewStringResponse(200, `{"notifications":[`+page+`],"links":{}}`), nil
		})
	return &queries
}

// Receipts are made of what is listed, newest first, from as many pages as it takes to come to the time.
func TestReconcile(t *testing.T) {
	t.Parallel()
	const email = `"type":"email","status":"permanent-failure","email_address":"amala@example.gov.uk"`
	c, mock := setup(t)
	queries := pagesOf(mock,
		listed(5, 3*time.Hour, `"type":"sms","status":"delivered","phone_number":"07900900456","reference":"r",`+
			`"sent_at":"2026-11-20T15:00:01Z","completed_at":"2026-11-20T15:00:02Z",`+
			`"template":{"id":"`+templateID+`","version":2,"uri":"u"}`)+","+
			listed(4, 2*time.Hour, email),
		listed(3, time.Second, email)+","+listed(2, 0, email)+","+listed(1, -time.Second, email),
		listed(0, -time.Hour, email))
	var got received
	require.NoError(t, c.Reconcile(t.Context(), reconcileSince, got.callbacks().DeliveryReceipt))
	require.Len(t, got.receipts, 4, "that of the time itself is the last")
	require.Equal(t, notify.DeliveryReceipt{
		ID: "740e5834-3a29-46b4-9a6f-000000000005", Reference: "r", To: privatePhone, Status: notify.StatusDelivered,
		NotificationType: notify.NotificationTypeSMS, TemplateID: templateID, TemplateVersion: 2,
		CreatedAt:   time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC),
		SentAt:      time.Date(2026, 11, 20, 15, 0, 1, 0, time.UTC),
		CompletedAt: time.Date(2026, 11, 20, 15, 0, 2, 0, time.UTC),
	}, got.receipts[0])
	require.Equal(t, "amala@example.gov.uk", got.receipts[1].To)
	require.Equal(t, "740e5834-3a29-46b4-9a6f-000000000002", got.receipts[3].ID)
	const filter = "&status=delivered&status=permanent-failure&status=temporary-failure&status=technical-failure" +
		"&template_type=sms&template_type=email"
	require.Equal(t, []string{
		"include_jobs=true" + filter,
		"include_jobs=true&older_than=740e5834-3a29-46b4-9a6f-000000000004" + filter,
	}, *queries, "and no page beyond the time")
}

// A time before all there is, or the zero time, ends with the last page.
func TestReconcileAllThereIs(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	queries := pagesOf(mock, listed(1, 0, `"type":"sms","status":"delivered"`))
	var got received
	require.NoError(t, c.Reconcile(t.Context(), time.Time{}, got.callbacks().DeliveryReceipt))
	require.Len(t, got.receipts, 1)
	require.Len(t, *queries, 2)
}

// What is not final or a letter has no receipt, whatever a server lists; one without a time is no reason to stop.
func TestReconcileWhenTheFilterIsIgnored(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	pagesOf(mock, strings.Join([]string{
		listed(5, time.Hour, `"type":"sms","status":"sending"`),
		listed(4, time.Hour, `"type":"letter","status":"received"`),
		listed(3, time.Hour, `"type":"sms","status":"in-flight"`),
		`{"id":"` + notificationID + `","type":"email","status":"temporary-failure"}`,
		listed(1, time.Hour, `"type":"sms","status":"technical-failure"`),
	}, ","))
	var got received
	require.NoError(t, c.Reconcile(t.Context(), reconcileSince, got.callbacks().DeliveryReceipt))
	require.Len(t, got.receipts, 2)
	require.Equal(t, notify.StatusTemporaryFailure, got.receipts[0].Status)
	require.Equal(t, notify.StatusTechnicalFailure, got.receipts[1].Status)
}

// The first error ends it: that of the function as it is, and that of the list.
func TestReconcileEndsAfterTheFirstError(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	const text = `"type":"sms","status":"delivered"`
	queries := pagesOf(mock, listed(2, 0, text)+","+listed(1, 0, text))
	got := received{err: errors.New("the database is away")}
	err := c.Reconcile(t.Context(), reconcileSince, got.callbacks().DeliveryReceipt)
	require.Equal(t, got.err, err)
	require.Len(t, got.receipts, 1)
	require.Len(t, *queries, 1)

	refused := stubbed(t, 403, apiError("403", "AuthError", "Invalid token: API key not found"))
	require.ErrorIs(t, refused.Reconcile(t.Context(), reconcileSince, got.callbacks().DeliveryReceipt),
		notify.ErrUnauthorised)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Reconcile(ended, reconcileSince, got.callbacks().DeliveryReceipt), context.Canceled)
	require.ErrorIs(t, c.Reconcile(t.Context(), reconcileSince, nil), notify.ErrInvalidRequest)
	require.Len(t, got.receipts, 1)
	require.Len(t, *queries, 1)
}

// The rest of a page is not given out once the context has ended.
func TestReconcileEndsWithTheContext(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	const sms = `"type":"sms","status":"delivered","phone_number":"07900900456"`
	pagesOf(mock, listed(3, 3, sms)+","+listed(2, 2, sms)+","+listed(1, 1, sms))
	ctx, cancel := context.WithCancel(t.Context())
	given := 0
	err := c.Reconcile(ctx, reconcileSince, func(context.Context, notify.DeliveryReceipt) error {
		given++
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, given)
}

// Over several pages of the simulator's, each message is given once, newest first, and only those of the key's type.
func TestReconcileOverPages(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing",
		Keys: []simulator.KeyConfig{
			{Name: "a test key", Type: simulator.KeyTypeTest}, {Name: "a live key", Type: simulator.KeyTypeLive},
		},
		Templates: []simulator.TemplateConfig{{
			ID: exampleSMS, Type: simulator.MessageTypeSMS,
			Versions: []simulator.TemplateVersion{{Body: "Your licence ends on ((date))."}},
		}},
	})
	require.NoError(t, err)
	clients := map[simulator.KeyType]*notify.Client{}
	for _, keyType := range []simulator.KeyType{simulator.KeyTypeTest, simulator.KeyTypeLive} {
		clients[keyType], err = notify.New(service.Key(keyType), notify.WithHTTPClient(&http.Client{Transport: sim}))
		require.NoError(t, err)
	}
	client := clients[simulator.KeyTypeTest]
	var want []string
	for i := range 301 {
		m := notify.SMS{
			PhoneNumber: privatePhone, TemplateID: exampleSMS,
			Personalisation: notify.Personalisation{"date": i},
		}
		if i%3 == 0 {
			m.PhoneNumber = "07700900003" // temporary-failure
		}
		sent, err := client.SendSMS(t.Context(), m)
		require.NoError(t, err)
		want = append(want, sent.ID)
	}
	_, err = clients[simulator.KeyTypeLive].SendSMS(t.Context(), notify.SMS{
		PhoneNumber: privatePhone, TemplateID: exampleSMS, Personalisation: notify.Personalisation{"date": "3 May"},
	})
	require.NoError(t, err)
	slices.Reverse(want)
	var got received
	require.NoError(t, client.Reconcile(t.Context(), time.Time{}, got.callbacks().DeliveryReceipt))
	ids := make([]string, 0, len(got.receipts))
	failed := 0
	for _, r := range got.receipts {
		ids = append(ids, r.ID)
		if r.Status == notify.StatusTemporaryFailure {
			failed++
		}
	}
	require.Equal(t, want, ids)
	require.Equal(t, 101, failed)
}
