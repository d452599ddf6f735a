package notify_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// An apiCall is one method of the client, with the answer that is its own.
type apiCall struct {
	send   bool
	call   func(context.Context, *notify.Client) error
	status int
	answer string
}

func apiCalls() map[string]apiCall {
	one := `{"id":"` + notificationID + `","reference":"r-1"}`
	template := `{"id":"` + templateID + `","version":2,"name":"Welcome"}`
	return map[string]apiCall{
		"SendSMS": {true, func(ctx context.Context, c *notify.Client) error {
			_, err := c.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: templateID, Reference: "r-1"})
			return err
		}, 201, one},
		"SendEmail": {true, func(ctx context.Context, c *notify.Client) error {
			_, err := c.SendEmail(ctx, notify.Email{EmailAddress: "a@example.gov.uk", TemplateID: templateID, Reference: "r-1"})
			return err
		}, 201, one},
		"SendLetter": {true, func(ctx context.Context, c *notify.Client) error {
			_, err := c.SendLetter(ctx, notify.Letter{TemplateID: templateID, Reference: "r-1"})
			return err
		}, 201, one},
		"SendPrecompiledLetter": {true, func(ctx context.Context, c *notify.Client) error {
			letter := notify.PrecompiledLetter{Reference: "r-1", Content: strings.NewReader("%PDF")}
			_, err := c.SendPrecompiledLetter(ctx, letter)
			return err
		}, 201, one},
		"Notification": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.Notification(ctx, strings.ToUpper(notificationID))
			return err
		}, 200, one},
		"Notifications": {false, func(ctx context.Context, c *notify.Client) error {
			for _, err := range c.Notifications(ctx, notify.NotificationFilter{Reference: "r-1"}) {
				return err
			}
			return nil
		}, 200, `{"notifications":[` + one + `]}`},
		"LetterPDF": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.LetterPDF(ctx, notificationID)
			return err
		}, 200, "%PDF-1.7"},
		"Template": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.Template(ctx, templateID)
			return err
		}, 200, template},
		"TemplateVersion": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.TemplateVersion(ctx, templateID, 2)
			return err
		}, 200, template},
		"Templates": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.Templates(ctx, "")
			return err
		}, 200, `{"templates":[` + template + `]}`},
		"PreviewTemplate": {false, func(ctx context.Context, c *notify.Client) error {
			_, err := c.PreviewTemplate(ctx, templateID, nil)
			return err
		}, 200, template},
		"ReceivedTexts": {false, func(ctx context.Context, c *notify.Client) error {
			for _, err := range c.ReceivedTexts(ctx) {
				return err
			}
			return nil
		}, 200, `{"received_text_messages":[` + one + `]}`},
	}
}

func stubbed(t *testing.T, status int, answer string) *notify.Client {
	t.Helper()
	c, err := notify.New(testKey, notify.WithHTTPClient(&http.Client{Transport: newStub(status, answer)}))
	require.NoError(t, err)
	return c
}

// The answers that would be taken for a success by their status alone.
func TestOnlyAnAnswerIsASuccess(t *testing.T) {
	t.Parallel()
	another := "11111111-2222-4333-8444-555555555555"
	for name, op := range apiCalls() {
		for _, body := range []string{
			"", "{}", "null", "[]", `""`, "5", `{"status":"ok"}`, `{"message":"maintenance"}`, "<html>maintenance</html>", "OK",
			`{"errors":[{"error":"BadRequestError","message":"Template not found"}],"status_code":400}`,
			`{"id":""}`, `{"id":"4711","reference":"r-1","version":2}`, `{"id":5,"reference":"r-1"}`, `{"id":null}`,
			`{"id":"` + another + `","reference":"r-2","version":1}`, `{"id":"` + another + `"}`,
			`{"notifications":null,"templates":null,"received_text_messages":null}`,
			`{"notifications":{},"templates":{},"received_text_messages":{}}`,
			`{"notifications":[null],"templates":[null],"received_text_messages":[null]}`,
			`{"notifications":[{}],"templates":[{}],"received_text_messages":[{}]}`,
			`{"notifications":[{"id":"1"}],"templates":[{"id":"1"}],"received_text_messages":[{"id":"1"}]}`,
			op.answer[:len(op.answer)-1-len(op.answer)/2],
		} {
			t.Run(name+" "+body, func(t *testing.T) {
				t.Parallel()
				err := op.call(t.Context(), stubbed(t, op.status, body))
				require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
				var e *notify.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, op.status, e.StatusCode)
				require.NotEmpty(t, e.Route)
				require.NotEmpty(t, e.Missing)
				require.Equal(t, body, string(e.Body))
				require.ErrorContains(t, err, "lacks "+e.Missing)
				require.Equal(t, op.send, strings.Contains(err.Error(), "may have been accepted"))
				require.Equal(t, op.send, notify.SafeToRetry(err) == false)
				require.Equal(t, op.send, isUnknown(err))
			})
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 201, 202, 203, 299} {
				require.NoError(t, op.call(t.Context(), stubbed(t, status, op.answer)), status)
			}
			err := op.call(t.Context(), stubbed(t, 206, op.answer))
			require.ErrorIs(t, err, notify.ErrUnexpectedAnswer, "nobody asked for a part")
		})
	}
}

// A time in no known form is not overlooked.
func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	calls := apiCalls()
	for _, wrong := range []string{"5", "{}", "true", `"yesterday"`, `"2024-13-01T00:00:00Z"`, `"12:30"`} {
		for name, field := range map[string]string{
			"Notification": "sent_at", "Template": "updated_at", "SendSMS": "scheduled_for", "SendEmail": "scheduled_for",
			"SendLetter": "scheduled_for",
		} {
			op := calls[name]
			answer := strings.Replace(op.answer, "{", `{"`+field+`":`+wrong+`,`, 1)
			require.ErrorIs(t, op.call(t.Context(), stubbed(t, op.status, answer)), notify.ErrUnexpectedAnswer, name+wrong)
		}
	}
	for _, right := range []string{
		"null", `""`, `"2024-05-17T15:58:38.342838Z"`, `"2024-05-17 15:58:38"`, `"2024-05-17T16:58:38+01:00"`, `"2024-05-17"`,
	} {
		op := calls["Notification"]
		answer := strings.Replace(op.answer, "{", `{"sent_at":`+right+`,`, 1)
		require.NoError(t, op.call(t.Context(), stubbed(t, op.status, answer)), right)
	}
}

// Of two values for one field the last counts, as in encoding/json.
func TestTheLastOfTwoCounts(t *testing.T) {
	t.Parallel()
	c := stubbed(t, 200, `{"id":"`+notificationID+`","sent_at":"2024-05-17","line_1":"A Bird","line_2":null,`+
		`"one_click_unsubscribe_url":"https://u","one_click_unsubscribe":"https://other",`+
		`"sent_at":null,"line_1":null,"line_2":"1 Nest","completed_at":null,"completed_at":"2024-05-18"}`)
	n, err := c.Notification(t.Context(), notificationID)
	require.NoError(t, err)
	require.Equal(t, &notify.Notification{
		ID: notificationID, Line2: "1 Nest", CompletedAt: time.Date(2024, 5, 18, 0, 0, 0, 0, time.UTC),
		OneClickUnsubscribeURL: "https://u", // whichever comes first: the other is the documentation's name
	}, n)
}

func TestListOfNothingIsAnAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"Notifications": `{"notifications":[]}`,
		"Templates":     `{"templates":[]}`,
		"ReceivedTexts": `{"received_text_messages":[]}`,
	} {
		require.NoError(t, apiCalls()[name].call(t.Context(), stubbed(t, 200, body)), name)
	}
}

// A page of a reference nobody asked for would be taken for the proof that a message was sent, or was not.
func TestListOfAnotherReferenceIsNoAnswer(t *testing.T) {
	t.Parallel()
	c := stubbed(t, 200, `{"notifications":[{"id":"`+notificationID+`","reference":"r-2"}]}`)
	_, err := c.NotificationsPage(t.Context(), notify.NotificationFilter{Reference: "r-1"})
	require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
	_, err = c.NotificationsPage(t.Context(), notify.NotificationFilter{})
	require.NoError(t, err)
}

func TestAnswerToAnotherVersion(t *testing.T) {
	t.Parallel()
	c := stubbed(t, 200, `{"id":"`+templateID+`","version":3}`)
	_, err := c.TemplateVersion(t.Context(), templateID, 2)
	require.ErrorContains(t, err, "lacks the version that was asked for")
}

// The service stores what it got, so it gives back U+FFFD for each byte that is no UTF-8.
func TestReferenceThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	m := notify.SMS{PhoneNumber: "07900900123", TemplateID: templateID, Reference: "a\xff\xfeb"}
	_, err := stubbed(t, 201, `{"id":"`+notificationID+`","reference":"a\ufffd\ufffdb"}`).SendSMS(t.Context(), m)
	require.NoError(t, err)
	c, mock := setup(t)
	queries := listing(mock, "/v2/notifications", "notifications", 0, 1)
	_, err = c.NotificationsPage(t.Context(), notify.NotificationFilter{Reference: m.Reference})
	require.NoError(t, err)
	require.Equal(t, []string{"reference=a%EF%BF%BD%EF%BF%BDb"}, *queries)
}

// Without a reference the template is all that ties an answer to its message.
func TestAnswerForAnotherTemplate(t *testing.T) {
	t.Parallel()
	another := strings.Replace(smsAnswer, templateID, notificationID, 1)
	_, err := stubbed(t, 201, another).SendSMS(t.Context(), sms())
	require.ErrorIs(t, err, notify.ErrUnexpectedAnswer)
	require.ErrorContains(t, err, "lacks the template that was asked for")
	m := sms()
	m.TemplateID = strings.ToUpper(templateID)
	_, err = stubbed(t, 201, smsAnswer).SendSMS(t.Context(), m)
	require.NoError(t, err)
}
