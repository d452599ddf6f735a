package notify_test

import (
	"context"
	"fmt"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// The answer to a send is lost on the way. The client finds the message by its reference, and does not send it again.
func ExampleOnce() {
	service, client := exampleService(simulator.KeyTypeTest)
	service.Simulator().Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
	todo := confirm(context.Background(), client, "order-4711", "07900 900123")
	messages := service.TestMessages()
	fmt.Println(len(messages), "message,", todo == "done as "+messages[0].ID)
	// Output: 1 message, true
}

// confirm says what is to be done after each outcome of a send.
func confirm(ctx context.Context, client *notify.Client, order, phone string) string {
	sent, err := client.Send(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: exampleSMS, Reference: order,
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	}, notify.Once())
	switch notify.OutcomeOf(err) {
	case notify.OutcomeAccepted:
		return "done as " + sent.ID // sent.Recovered: an earlier attempt had been accepted after all
	case notify.OutcomeRefused:
		return "give it up: " + err.Error()
	case notify.OutcomeNotSent:
		return "later: " + err.Error() // if it is the daily limit, at notify.ResetAt(err)
	default:
		return "ask again with notify.Resume: " + err.Error() // looking for it failed too
	}
}

// A worker was killed while it sent a message, and does not know how far it came.
func ExampleResume() {
	service, client := exampleService(simulator.KeyTypeTest)
	message := notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "order-4711",
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	}
	if _, err := client.Send(context.Background(), message, notify.Once()); err != nil {
		fmt.Println(err)
	}

	sent, err := client.Send(context.Background(), message, notify.Resume(time.Now()))
	if err != nil {
		fmt.Println(err)
		return
	}
	note(sent)
	fmt.Println(len(service.TestMessages()), "message")
	// Output:
	// sms order-4711 recovered: true
	// 1 message
}

// note is what a journal keeps of a message of any kind.
func note(sent *notify.Sent) {
	fmt.Println(sent.Type, sent.Reference, "recovered:", sent.Recovered)
}

// A worker handles messages of all kinds alike. This letter lacks the value of a placeholder.
func ExampleClient_Send() {
	_, client := exampleService(simulator.KeyTypeTest)
	values := notify.Personalisation{"name": "Amala", "documents": "passport"}
	outcomes := map[notify.Outcome]int{}
	for _, m := range []notify.Message{
		notify.Email{EmailAddress: "amala@example.gov.uk", TemplateID: exampleEmail, Personalisation: values},
		notify.Letter{Address: []string{"Amala Bird", "1 High Street", "SW1A 1AA"}, TemplateID: exampleLetter},
	} {
		_, err := client.Send(context.Background(), m)
		fmt.Println(m.Type(), notify.OutcomeOf(err))
		outcomes[notify.OutcomeOf(err)]++
	}
	fmt.Println(outcomes)
	// Output:
	// email accepted
	// letter refused
	// map[accepted:1 refused:1]
}

// An id of the caller's own goes with the request, which has less time than others.
func ExampleCallHeader() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","content":{"body":"Hello"}}`)
	sent, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123", TemplateID: exampleSMS},
		notify.CallHeader("X-Request-Id", "4711"), notify.CallTimeout(5*time.Second))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Body)
	// Output: Hello
}

// Options can be kept, for several calls or for some kinds of messages.
func ExampleCallOption() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":"order-4711"}`)
	patient := []notify.SendOption{notify.Once()}
	hurried := []notify.CallOption{notify.CallTimeout(2 * time.Second)}
	message := notify.SMS{PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "order-4711"}
	_, once := client.Send(context.Background(), message, patient...)
	_, soon := client.SendSMS(context.Background(), message, hurried...)
	fmt.Println(once, soon)
	// Output: <nil> <nil>
}
