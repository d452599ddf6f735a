package notify_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestNotification(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, "GET", "/v2/notifications/"+notificationID, 200, `{"body":"b",`+
		`"completed_at":"2024-05-17T15:59:10.000000Z",`+
		`"cost_details":{"billable_sheets_of_paper":1,"postage":"second"},"cost_in_pounds":0.0,
		"created_at":"2024-05-17T15:58:38.342838Z","created_by_name":null,"email_address":null,`+
		`"estimated_delivery":"2024-05-22T15:00:38.342838Z","id":"`+notificationID+`","is_cost_data_ready":true,
		"line_1":"A Bird","line_2":12,"line_3":null,"line_4":"","line_5":null,"line_6":null,`+
		`"one_click_unsubscribe_url":null,"phone_number":null,"postage":"second","postcode":"SW1A 1AA","reference":"r",
		"scheduled_for":null,"sent_at":null,"status":"received","subject":"s",`+
		`"template":{"id":"t","uri":"u","version":2},"type":"letter"}`)
	n, err := c.Notification(t.Context(), notificationID)
	require.NoError(t, err)
	zero := 0.0
	require.Equal(t, &notify.Notification{
		ID:                notificationID,
		Type:              notify.TypeLetter,
		Status:            notify.StatusReceived,
		Reference:         "r",
		Subject:           "s",
		Body:              "b",
		Template:          notify.TemplateRef{ID: "t", URI: "u", Version: 2},
		Line1:             "A Bird",
		Line2:             "12",
		Postcode:          "SW1A 1AA",
		Postage:           notify.PostageSecond,
		CreatedAt:         time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC),
		CompletedAt:       time.Date(2024, 5, 17, 15, 59, 10, 0, time.UTC),
		EstimatedDelivery: time.Date(2024, 5, 22, 15, 0, 38, 342838000, time.UTC),
		CostDataReady:     true,
		CostInPounds:      &zero,
		CostDetails:       notify.CostDetails{BillableSheetsOfPaper: 1, Postage: notify.PostageSecond},
	}, n)
	require.Equal(t, []string{"A Bird", "12", "SW1A 1AA"}, n.Address())
}

func TestNotificationAsDocumented(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, "GET", "/v2/notifications/"+notificationID, 200, `{"id":"`+notificationID+`","type":"pigeon",`+
		`"status":"in-flight","line_7":"SW1A 1AA","one_click_unsubscribe":"https://u",
		"created_at":"2024-05-17 15:58:38.342838","sent_at":"2024-05-17 15:58:30","completed_at":"",`+
		`"is_cost_data_ready":false,"cost_in_pounds":null,"cost_details":{}}`)
	n, err := c.Notification(t.Context(), notificationID)
	require.NoError(t, err)
	require.Equal(t, &notify.Notification{
		ID:                     notificationID,
		Type:                   "pigeon",
		Status:                 "in-flight",
		Line7:                  "SW1A 1AA",
		OneClickUnsubscribeURL: "https://u",
		CreatedAt:              time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC),
		SentAt:                 time.Date(2024, 5, 17, 15, 58, 30, 0, time.UTC),
	}, n)
	require.False(t, n.Status.IsFinal())
	require.False(t, n.Status.IsFailure())
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[notify.Status][3]bool{ // final, failure, success
		notify.StatusCreated:           {},
		notify.StatusSending:           {},
		notify.StatusPending:           {},
		notify.StatusSent:              {},
		notify.StatusAccepted:          {},
		notify.StatusPendingVirusCheck: {},
		"":                             {},
		notify.StatusDelivered:         {true, false, true},
		notify.StatusReceived:          {true, false, true},
		notify.StatusReturnedLetter:    {true, false, false},
		notify.StatusTemporaryFailure:  {true, true, false},
		notify.StatusPermanentFailure:  {true, true, false},
		notify.StatusTechnicalFailure:  {true, true, false},
		notify.StatusFailed:            {true, true, false},
		notify.StatusCancelled:         {true, true, false},
		notify.StatusVirusScanFailed:   {true, true, false},
		notify.StatusValidationFailed:  {true, true, false},
	} {
		require.Equal(t, want, [3]bool{status.IsFinal(), status.IsFailure(), status.IsSuccess()}, status)
	}
}

func TestIDsAreCheckedBeforeTheyBecomePaths(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	for _, id := range []string{
		"", "x", "../templates", notificationID + "/pdf", notificationID + "?x=1", strings.Repeat(".", 36),
		"740e5834-3a29-46b4-9a6f-16142fde53/a", notificationID + "\n", "%2e%2e",
	} {
		for name, call := range map[string]func() error{
			"notification": func() error { _, err := c.Notification(t.Context(), id); return err },
			"pdf":          func() error { _, err := c.LetterPDF(t.Context(), id); return err },
			"wait":         func() error { _, err := c.WaitForNotification(t.Context(), id); return err },
			"template":     func() error { _, err := c.Template(t.Context(), id); return err },
			"version":      func() error { _, err := c.TemplateVersion(t.Context(), id, 1); return err },
			"preview":      func() error { _, err := c.PreviewTemplate(t.Context(), id, nil); return err },
		} {
			require.ErrorIs(t, call(), notify.ErrInvalidRequest, "%s %q", name, id)
		}
	}
	_, err := c.TemplateVersion(t.Context(), templateID, 0)
	require.ErrorIs(t, err, notify.ErrInvalidRequest)
	require.Zero(t, mock.GetTotalCallCount())
}

func noteID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

// listing serves a list of n items of which the newest is 1, in pages, with links as the real service writes them.
func listing(mock *httpmock.MockTransport, path, field string, n, size int) *[]string {
	var queries []string
	mock.RegisterResponder("GET", notify.DefaultBaseURL+path, func(req *http.Request) (*http.Response, error) {
		queries = append(queries, req.URL.RawQuery)
		older := req.URL.Query().Get("older_than")
		from := 1
		for i := 1; i <= n; i++ {
			if noteID(i) == older {
				from = i + 1
			}
		}
		if older != "" && from == 1 {
			from = n + 1
		}
		var items []string
		for i := from; i <= min(n, from+size-1); i++ {
			items = append(items, `{"id":"`+noteID(i)+`","reference":"`+req.URL.Query().Get("reference")+`"}`)
		}
		next := ""
		if len(items) > 0 {
			// A reference that looks like an id comes first: a client that picks the first UUID of the link goes astray.
			next = `,"next":"https://x` + path + `?reference=` + notificationID +
				`&older_than=` + noteID(from+len(items)-1) + `"`
		}
		links := `{"current":"https://x` + path + `"` + next + `}`
		return httpmock.NewStringResponse(200, `{"`+field+`":[`+strings.Join(items, ",")+`],"links":`+links+`}`), nil
	})
	return &queries
}

func TestNotificationsGoesThroughAllPages(t *testing.T) {
	t.Parallel()
	for total, calls := range map[int]int{0: 1, 1: 2, 3: 2, 6: 3, 7: 4} {
		c, mock := setup(t)
		queries := listing(mock, "/v2/notifications", "notifications", total, 3)
		i := 0
		filter := notify.NotificationFilter{
			Reference: notificationID,
			Statuses:  []notify.Status{"delivered", "failed"},
		}
		for n, err := range c.Notifications(t.Context(), filter) {
			require.NoError(t, err)
			i++
			require.Equal(t, noteID(i), n.ID)
		}
		require.Equal(t, total, i)
		require.Len(t, *queries, calls, "the end is an empty page")
		query := "reference=" + notificationID + "&status=delivered&status=failed"
		require.Equal(t, query, (*queries)[0])
		if calls > 1 {
			require.Equal(t, "older_than="+noteID(min(3, total))+"&"+query, (*queries)[1])
		}
	}
}

func TestNotificationsStopsWhenAsked(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	queries := listing(mock, "/v2/notifications", "notifications", 10, 3)
	seq := c.Notifications(t.Context(), notify.NotificationFilter{})
	for range 2 { // and begins anew
		i := 0
		for _, err := range seq {
			require.NoError(t, err)
			if i++; i == 3 {
				break
			}
		}
	}
	require.Equal(t, []string{"", ""}, *queries)
	for n, err := range c.Notifications(t.Context(), notify.NotificationFilter{OlderThan: noteID(9)}) {
		require.NoError(t, err)
		require.Equal(t, noteID(10), n.ID)
	}
}

func TestNotificationsEndsAfterAnError(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	answer(mock, "GET", "/v2/notifications", 400, apiError("400", "ValidationError", "older_than is not a valid UUID"))
	errs := 0
	for n, err := range c.Notifications(t.Context(), notify.NotificationFilter{}) {
		require.Nil(t, n)
		require.ErrorIs(t, err, notify.ErrValidation)
		errs++
	}
	require.Equal(t, 1, errs)

	answer(mock, "GET", "/v2/notifications", 200, `{"notifications":[{"id":"`+notificationID+`"}]}`)
	var last error
	for _, err := range c.Notifications(t.Context(), notify.NotificationFilter{}) {
		last = err
	}
	require.ErrorContains(t, last, "same page again")
}

func TestNotificationsQuery(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	queries := listing(mock, "/v2/notifications", "notifications", 0, 1)
	page, err := c.NotificationsPage(t.Context(), notify.NotificationFilter{
		Reference:   "a+b c&d=é",
		Types:       []notify.NotificationType{notify.TypeSMS, notify.TypeEmail},
		IncludeJobs: true,
	})
	require.NoError(t, err)
	require.Empty(t, page.Notifications)
	require.Empty(t, page.Older())
	require.Equal(t, "https://x/v2/notifications", page.Links.Current)
	require.Equal(t, []string{
		"include_jobs=true&reference=a%2Bb+c%26d%3D%C3%A9&template_type=sms&template_type=email",
	}, *queries)
}

func TestReceivedTexts(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	queries := listing(mock, "/v2/received-text-messages", "received_text_messages", 5, 2)
	i := 0
	for text, err := range c.ReceivedTexts(t.Context()) {
		require.NoError(t, err)
		i++
		require.Equal(t, noteID(i), text.ID)
	}
	require.Equal(t, 5, i)
	require.Equal(t, []string{
		"", "older_than=" + noteID(2), "older_than=" + noteID(4), "older_than=" + noteID(5),
	}, *queries)

	answer(mock, "GET", "/v2/received-text-messages", 200, `{"received_text_messages":[{"content":"hi",`+
		`"created_at":"2024-05-17T15:58:38.342838Z","id":"`+notificationID+`",`+
		`"notify_number":"07900900123","service_id":"s","user_number":"447900900111"}],"links":{}}`)
	page, err := c.ReceivedTextsPage(t.Context(), notificationID)
	require.NoError(t, err)
	require.Equal(t, notificationID, page.Older())
	require.Equal(t, &notify.ReceivedText{
		ID:           notificationID,
		ServiceID:    "s",
		UserNumber:   "447900900111",
		NotifyNumber: "07900900123",
		Content:      "hi",
		CreatedAt:    time.Date(2024, 5, 17, 15, 58, 38, 342838000, time.UTC),
	}, page.ReceivedTexts[0])
}
