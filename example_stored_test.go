package notify_test

import (
	"context"
	"fmt"

	"github.com/notifykit/notify"
)

// An outbox stores messages before it sends them.
func ExampleMarshalMessage() {
	_, client := exampleService("test")
	stored, err := notify.MarshalMessage(notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "licence-4711",
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	message, err := notify.UnmarshalMessage(stored)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := client.Send(context.Background(), message, notify.Once())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Body)
	// Output: Dear Amala, your licence ends on 3 May.
}
