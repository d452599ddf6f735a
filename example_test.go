package notify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify"
)

// The examples talk to a stand-in for Notify: a transport which gives the answers in turn.

const exampleKey = "my_test_key-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"

type answers []string

func (a *answers) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	status, body, _ := strings.Cut((*a)[0], " ")
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	resp := &http.Response{
		Header:        http.Header{},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
	_, err := fmt.Sscan(status, &resp.StatusCode)
	return resp, err
}

func exampleClient(inTurn ...string) *notify.Client {
	return exampleClientWith(nil, inTurn...)
}

func exampleClientWith(opts []notify.Option, inTurn ...string) *notify.Client {
	a := answers(inTurn)
	standIn := notify.WithHTTPClient(&http.Client{Transport: &a})
	client, err := notify.New(exampleKey, append([]notify.Option{standIn}, opts...)...)
	if err != nil {
		fmt.Println(err)
	}
	return client
}

func ExampleNew() {
	client, err := notify.New(exampleKey, notify.WithUserAgent("acme-appointments/1.2"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client, client.KeyType(), client.Key().Name())
	// Output: notify.Client(my_test_key-…) test my_test_key
}

func ExampleParseKey() {
	key, err := notify.ParseKey(exampleKey + "\n") // as read from a file
	fmt.Println(key, key.Name(), key.ServiceID(), key.Type(), err)
	_, err = notify.ParseKey("my_test_key-26785a09-ab16-4eb0-8407-a37497a57506-oops-8d35-48ac-975b-e847b4f122b0")
	fmt.Println(err)
	// Output:
	// my_test_key-… my_test_key 26785a09-ab16-4eb0-8407-a37497a57506 test <nil>
	// notify: the API key's secret (its last 36 characters) is not a UUID
}

func ExampleKey_Equal() {
	a, _ := notify.ParseKey(exampleKey)
	b, _ := notify.ParseKey("renamed-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	fmt.Println(a.Equal(b), a == b)
	// Output: true false
}

func ExampleKey_Type() {
	for _, name := range []string{"unit-test", "guest list", "acmeLive", "latest"} {
		key, _ := notify.ParseKey(name + "-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
		fmt.Println(name+":", key.Type())
	}
	// Output:
	// unit-test: test
	// guest list: team
	// acmeLive: live
	// latest: unknown
}

func ExampleClient_Notification() {
	client := exampleClient(`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","type":"sms","status":"delivered",` +
		`"created_at":"2024-05-17T15:58:38.342838Z","cost_in_pounds":0.0233,"is_cost_data_ready":true}`)
	n, err := client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Type, n.Status, n.CreatedAt.Format(time.DateTime))
	if n.CostInPounds != nil {
		fmt.Println("£", *n.CostInPounds)
	}
	// Output:
	// sms delivered 2024-05-17 15:58:38
	// £ 0.0233
}

func ExampleClient_WaitForNotification() {
	client := exampleClient(`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"delivered"}`)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	n, err := client.WaitForNotification(ctx, "740e5834-3a29-46b4-9a6f-16142fde533a")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Status, n.Status.IsFailure())
	// Output: delivered false
}

func ExampleClient_Notifications() {
	client := exampleClient(
		`200 {"notifications":[`+
			`{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"permanent-failure"},`+
			`{"id":"f33517ff-2a88-4f6e-b855-c550268ce08a","status":"temporary-failure"}],"links":{"next":"…"}}`,
		`200 {"notifications":[],"links":{}}`)
	filter := notify.NotificationFilter{
		Types:    []notify.NotificationType{notify.NotificationTypeSMS},
		Statuses: []notify.Status{notify.StatusFailed},
	}
	for n, err := range client.Notifications(context.Background(), filter) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(n.ID, n.Status)
	}
	// Output:
	// 740e5834-3a29-46b4-9a6f-16142fde533a permanent-failure
	// f33517ff-2a88-4f6e-b855-c550268ce08a temporary-failure
}

func ExampleClient_NotificationsPage() {
	client := exampleClient(`200 {"notifications":[` +
		`{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":"application-4711"}]}`)
	page, err := client.NotificationsPage(context.Background(), notify.NotificationFilter{Reference: "application-4711"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(page.Notifications), "and go on with", page.Older())
	// Output: 1 and go on with 740e5834-3a29-46b4-9a6f-16142fde533a
}

func ExampleClient_LetterPDF() {
	client := exampleClient(
		`400 {"errors":[{"error":"PDFNotReadyError","message":"PDF not available yet, try again later"}],"status_code":400}`,
		"200 %PDF-1.7")
	_, err := client.LetterPDF(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(errors.Is(err, notify.ErrPDFNotReady))
	pdf, err := client.LetterPDF(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(string(pdf), err)
	// Output:
	// true
	// %PDF-1.7 <nil>
}

func ExampleClient_WaitForLetterPDF() {
	client := exampleClient("200 %PDF-1.7")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pdf, err := client.WaitForLetterPDF(ctx, "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(len(pdf), err)
	// Output: 8 <nil>
}

func ExampleClient_Template() {
	client := exampleClient(`200 {"id":"f33517ff-2a88-4f6e-b855-c550268ce08a","name":"Welcome","type":"sms","version":4,` +
		`"body":"Dear ((name))","personalisation":{"name":{"required":true}}}`)
	t, err := client.Template(context.Background(), "f33517ff-2a88-4f6e-b855-c550268ce08a")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Name, t.Version, t.Personalisation)
	// Output: Welcome 4 map[name:{true}]
}

func ExampleClient_TemplateVersion() {
	client := exampleClient(`200 {"id":"f33517ff-2a88-4f6e-b855-c550268ce08a","name":"Welcome","version":1}`)
	t, err := client.TemplateVersion(context.Background(), "f33517ff-2a88-4f6e-b855-c550268ce08a", 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Name, t.Version)
	// Output: Welcome 1
}

func ExampleClient_Templates() {
	client := exampleClient(`200 {"templates":[{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","name":"Reminder"},` +
		`{"id":"f33517ff-2a88-4f6e-b855-c550268ce08a","name":"Welcome"}]}`)
	templates, err := client.Templates(context.Background(), notify.NotificationTypeSMS)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range templates {
		fmt.Println(t.Name)
	}
	// Output:
	// Reminder
	// Welcome
}

func ExampleClient_PreviewTemplate() {
	client := exampleClient(`200 {"id":"f33517ff-2a88-4f6e-b855-c550268ce08a","type":"sms","version":4,` +
		`"body":"Dear Amala"}`)
	p, err := client.PreviewTemplate(context.Background(),
		"f33517ff-2a88-4f6e-b855-c550268ce08a",
		notify.Personalisation{"name": "Amala"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Body)
	// Output: Dear Amala
}

func ExampleClient_ReceivedTexts() {
	client := exampleClient(
		`200 {"received_text_messages":[{"id":"740e5834-3a29-46b4-9a6f-16142fde533a",`+
			`"user_number":"447900900111","content":"STOP"}]}`,
		`200 {"received_text_messages":[]}`)
	for text, err := range client.ReceivedTexts(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(text.UserNumber, text.Content)
	}
	// Output: 447900900111 STOP
}

func ExampleClient_ReceivedTextsPage() {
	client := exampleClient(`200 {"received_text_messages":[]}`)
	page, err := client.ReceivedTextsPage(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(len(page.ReceivedTexts), err)
	// Output: 0 <nil>
}

func ExampleError() {
	client := exampleClient(`400 {"errors":[{"error":"BadRequestError",` +
		`"message":"Missing personalisation: name"}],"status_code":400}`)
	_, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123",
		TemplateID:  "f33517ff-2a88-4f6e-b855-c550268ce08a",
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, notify.ErrMissingPersonalisation))
	var answer *notify.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.StatusCode, answer.Errors[0].Type, "-", answer.Errors[0].Message)
	}
	// Output:
	// notify: POST /v2/notifications/sms: 400 BadRequestError: Missing personalisation: name
	// true
	// 400 BadRequestError - Missing personalisation: name
}

func ExampleSafeToRetry() {
	client := exampleClient(
		"503 <html>Service Unavailable</html>",
		`200 {"notifications":[{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":"application-4711"}]}`)
	ctx := context.Background()
	_, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900 900123",
		TemplateID:  "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Reference:   "application-4711",
	})
	if errors.Is(err, notify.ErrOutcomeUnknown) {
		page, err := client.NotificationsPage(ctx, notify.NotificationFilter{Reference: "application-4711"})
		if err == nil && len(page.Notifications) > 0 {
			fmt.Println("it was accepted after all:", page.Notifications[0].ID)
		}
	}
	// Output: it was accepted after all: 740e5834-3a29-46b4-9a6f-16142fde533a
}

func ExampleStatus_IsFinal() {
	for _, s := range []notify.Status{
		notify.StatusSending, notify.StatusDelivered, notify.StatusPermanentFailure, "something-new",
	} {
		fmt.Println(s, s.IsFinal(), s.IsFailure())
	}
	// Output:
	// sending false false
	// delivered true false
	// permanent-failure true true
	// something-new false false
}
