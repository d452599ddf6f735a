package notify_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
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
		Type:              notify.NotificationTypeLetter,
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
		Types:       []notify.NotificationType{notify.NotificationTypeSMS, notify.NotificationTypeEmail},
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

func TestPDFHeaderMayComeLate(t *testing.T) {
	t.Parallel()
	for offset, want := range map[int]error{0: nil, 1000: nil, 1024: notify.ErrUnexpectedAnswer} {
		_, err := stubbed(t, 200, strings.Repeat(" ", offset)+"%PDF-1.7").LetterPDF(t.Context(), notificationID)
		require.ErrorIs(t, err, want, offset)
	}
}

// Nobody says how long this answer is, so half a PDF looks like a whole one.
func TestPDFWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]error{
		"%PDF-1.7 half of i": notify.ErrUnexpectedAnswer, "%PDF-1.7 whole\n%%EOF\n": nil,
	} {
		base := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
			if take(r) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"+body)
			}
		})
		_, err := clientAt(t, base).LetterPDF(t.Context(), notificationID)
		require.ErrorIs(t, err, want)
	}
}
