package notify_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/notifykit/notify"
)

// A check after a deployment sends for real, but only to recipients that Notify answers without sending.
func ExampleIsSmokeTestRecipient() {
	for _, to := range []string{"07700 900111", "simulate-delivered@notifications.service.gov.uk", "07900 900123"} {
		if !notify.IsSmokeTestRecipient(to) {
			fmt.Println("this would reach somebody:", to)
		}
	}
	// Output: this would reach somebody: 07900 900123
}

func ExampleIsTestKeyRecipient() {
	fmt.Println(notify.IsTestKeyRecipient("07700900003"), notify.IsTestKeyRecipient("perm-fail@simulator.notify"))
	fmt.Println(notify.IsTestKeyRecipient("07700900111"))
	client, _ := notify.New("live-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	_, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07700900003", TemplateID: exampleSMS})
	fmt.Println(errors.Is(err, notify.ErrTestRecipient))
	// Output:
	// true true
	// false
	// true
}
