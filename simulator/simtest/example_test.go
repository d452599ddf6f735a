package simtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// remind is the code under test.
func remind(ctx context.Context, client *notify.Client, template, phone string) error {
	_, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: template, Personalisation: notify.Personalisation{"date": "3 May"},
	})
	return err
}

// One line gives a test a Notify with a service, a key of each type and a client.
func Example() {
	var t testing.T // in a test, the one that it is given

	kit := simtest.New(&t) // a Notify of this test's own; there is nothing to close
	template := kit.SMSTemplate("Your appointment is on ((date)).")

	err := remind(context.Background(), kit.Client(), template, "07700900003") // a number that fails on purpose
	if err != nil {
		t.Fatal(err)
	}
	sent := kit.Service.TestMessages()
	if len(sent) != 1 || sent[0].Status != simulator.StatusTemporaryFailure {
		t.Fatal(sent)
	}
	fmt.Println(sent[0].Body)
	// Output: Your appointment is on 3 May.
}
