package simtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator/simtest"
)

func Example() {
	var t testing.T // in a test, the one that it is given

	kit := simtest.New(&t)
	client := kit.Client()
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07700900003", TemplateID: kit.SMSTemplate("Hello ((name))"), Personalisation: notify.Personalisation{"name": "Jo"},
	})
	if err != nil {
		t.Fatal(err)
	}
	message, _ := kit.Service.Notification(sent.ID)
	fmt.Println(message.Body, "-", message.Status)
	// Output: Hello Jo - temporary-failure
}
