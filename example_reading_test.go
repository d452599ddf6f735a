package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// What a text message cost is known some time after it was delivered. CostInPounds is nil until then: 0 would be a
// price.
func ExampleCostDetails() {
	_, client := exampleService(simulator.KeyTypeLive)
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "+33 6 12 34 56 78", TemplateID: exampleSMS,
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := client.Notification(context.Background(), sent.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	if n.CostInPounds == nil {
		fmt.Println("not known yet")
		return
	}
	fmt.Printf("£%.4f: %s\n", *n.CostInPounds, explained(n.CostDetails))
	// Output: £0.0466: 1 fragment × 2 (France) × £0.0233
}

func explained(c notify.CostDetails) string {
	return fmt.Sprintf("%d fragment × %.0f (France) × £%.4f",
		c.BillableSMSFragments, c.InternationalRateMultiplier, c.SMSRate)
}

// A notification can be kept as JSON and read back: it reads what Notify writes and what it has itself written.
func ExampleNotification_UnmarshalJSON() {
	_, client := exampleService(simulator.KeyTypeTest)
	sent, err := client.SendLetter(context.Background(), notify.Letter{
		Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"}, TemplateID: exampleLetter,
		Reference: "licence-4711", Personalisation: notify.Personalisation{"name": "Ms Bird"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := client.Notification(context.Background(), sent.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, err := json.Marshal(read)
	if err != nil {
		fmt.Println(err)
		return
	}
	var n notify.Notification
	if err := json.Unmarshal(kept, &n); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Type == notify.NotificationTypeLetter, n.Reference, n.Address(), n.CreatedAt.Equal(read.CreatedAt))
	// Output: true licence-4711 [Amala Bird 123 High Street SW14 6BF] true
}

// A page holds 250 notifications. Its links are there even on the last page, so go on with the id of its last item:
// Older.
func ExampleNotificationPage() {
	_, client := exampleService(simulator.KeyTypeTest)
	for _, address := range []string{"amala@example.com", "temp-fail@simulator.notify", "perm-fail@simulator.notify"} {
		_, err := client.SendEmail(context.Background(), notify.Email{
			EmailAddress: address, TemplateID: exampleEmail,
			Personalisation: notify.Personalisation{"name": "Amala", "documents": "passport"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	filter := notify.NotificationFilter{
		Types:    []notify.NotificationType{notify.NotificationTypeEmail},
		Statuses: []notify.Status{notify.StatusTemporaryFailure, notify.StatusPermanentFailure},
	}
	hasNext := func(l notify.Links) bool { return l.Next != "" }
	for {
		var page *notify.NotificationPage
		page, err := client.NotificationsPage(context.Background(), filter)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, n := range page.Notifications {
			fmt.Println(n.EmailAddress, n.Status)
		}
		fmt.Println("has a next page, it says:", hasNext(page.Links))
		if filter.OlderThan = page.Older(); filter.OlderThan == "" {
			return
		}
	}
	// Output:
	// perm-fail@simulator.notify permanent-failure
	// temp-fail@simulator.notify temporary-failure
	// has a next page, it says: true
	// has a next page, it says: false
}

// To find a message whose answer was lost, look for its reference, however it is spelt: the client escapes it.
func ExampleNotificationFilter() {
	_, client := exampleService(simulator.KeyTypeTest)
	const reference = "licence 4711+renewal"
	_, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: reference,
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for n, err := range client.Notifications(context.Background(), notify.NotificationFilter{Reference: reference}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(n.Reference, n.Status)
	}
	// Output: licence 4711+renewal delivered
}

// Whoever texts STOP wants no more text messages. Received ones are kept for 7 days and come newest first.
func ExampleReceivedText() {
	service, client := exampleService(simulator.KeyTypeTest)
	for _, text := range []string{"Thank you", "STOP"} {
		if _, err := service.ReceiveText("07900 900111", text); err != nil {
			fmt.Println(err)
			return
		}
	}
	var page *notify.ReceivedTextPage
	page, err := client.ReceivedTextsPage(context.Background(), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range page.ReceivedTexts {
		if text.Content == "STOP" {
			fmt.Println("no more texts to", text.UserNumber)
		}
	}
	older, err := client.ReceivedTextsPage(context.Background(), page.Older())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(older.ReceivedTexts), "older ones")
	// Output:
	// no more texts to 447900900111
	// 0 older ones
}

// A received text message can be kept as JSON and read back.
func ExampleReceivedText_UnmarshalJSON() {
	queued := []byte(`{"user_number":"447900900111","content":"STOP","created_at":"2026-05-03T09:30:00.000000Z"}`)
	var text notify.ReceivedText
	if err := json.Unmarshal(queued, &text); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text.UserNumber, text.Content, text.CreatedAt.Format(time.Kitchen))
	// Output: 447900900111 STOP 9:30AM
}

// What a status means for the recipient, whatever new ones Notify may add. A letter that was received is on its way by
// post; a text message abroad may stay at sent.
func ExampleStatus() {
	for _, s := range []notify.Status{
		notify.StatusCreated, notify.StatusSending, notify.StatusPending, notify.StatusSent, notify.StatusDelivered,
		notify.StatusTemporaryFailure, notify.StatusPermanentFailure, notify.StatusTechnicalFailure,
		notify.StatusAccepted, notify.StatusPendingVirusCheck, notify.StatusReceived,
		notify.StatusCancelled, notify.StatusValidationFailed, notify.StatusVirusScanFailed, "something-new",
	} {
		switch {
		case s.IsSuccess():
			fmt.Println(s, "- it got there")
		case s.IsFailure():
			fmt.Println(s, "- reach the person in another way")
		case !s.IsFinal():
			fmt.Println(s, "- wait")
		}
	}
	// Output:
	// created - wait
	// sending - wait
	// pending - wait
	// sent - wait
	// delivered - it got there
	// temporary-failure - reach the person in another way
	// permanent-failure - reach the person in another way
	// technical-failure - reach the person in another way
	// accepted - wait
	// pending-virus-check - wait
	// received - it got there
	// cancelled - reach the person in another way
	// validation-failed - reach the person in another way
	// virus-scan-failed - reach the person in another way
	// something-new - wait
}

// Two statuses are only for filters: failed stands for every failure, and returned-letter for letters that came back.
func ExampleStatus_IsSuccess() {
	filter := notify.NotificationFilter{Statuses: []notify.Status{notify.StatusFailed, notify.StatusReturnedLetter}}
	for _, s := range filter.Statuses {
		fmt.Println(s, s.IsSuccess(), s.IsFinal())
	}
	// Output:
	// failed false true
	// returned-letter false true
}

// A template says which values it needs, so that a program can check its own at the start.
func ExampleTemplate() {
	_, client := exampleService(simulator.KeyTypeTest)
	var t *notify.Template
	t, err := client.Template(context.Background(), exampleSMS)
	if err != nil {
		fmt.Println(err)
		return
	}
	needed := func(p notify.Placeholder) bool { return p.Required }
	given := notify.Personalisation{"name": "Amala"}
	for name, about := range t.Personalisation {
		if _, ok := given[name]; !ok && needed(about) {
			fmt.Printf("%s, version %d, also needs ((%s))\n", t.Name, t.Version, name)
		}
	}
	// Output: Reminder, version 2, also needs ((date))
}

// A template can be kept as JSON and read back.
func ExampleTemplate_UnmarshalJSON() {
	_, client := exampleService(simulator.KeyTypeTest)
	first, err := client.TemplateVersion(context.Background(), exampleSMS, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	kept, err := json.Marshal(first)
	if err != nil {
		fmt.Println(err)
		return
	}
	var t notify.Template
	fmt.Println(json.Unmarshal(kept, &t), t.Type == notify.NotificationTypeSMS, t.Version, t.Body)
	// Output: <nil> true 1 Dear ((name))
}

// A preview sends nothing. It tells the postage of a letter and the HTML of an email.
func ExampleTemplatePreview() {
	_, client := exampleService(simulator.KeyTypeTest)
	var preview *notify.TemplatePreview
	named := notify.Personalisation{"name": "Ms Bird"}
	preview, err := client.PreviewTemplate(context.Background(), exampleLetter, named)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(preview.Subject, "-", preview.Body, "-", preview.Postage, "class")

	_, err = client.PreviewTemplate(context.Background(), exampleLetter, nil)
	fmt.Println("a value is missing:", errors.Is(err, notify.ErrMissingPersonalisation))
	// Output:
	// Our decision - Dear Ms Bird - first class
	// a value is missing: true
}
