package simtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// The kit's three keys behave as Notify's do. Which one a test needs depends on what it tests.
func ExampleKit_ClientWithKey() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t, simulator.WithOutcomes(func(simulator.Notification) simulator.Status {
		return simulator.StatusTechnicalFailure
	}))
	template := kit.EmailTemplate("Welcome, ((name))", "Dear ((name))")
	for _, key := range []string{kit.TestKey, kit.TeamKey, kit.LiveKey} {
		client := kit.ClientWithKey(key)
		for _, to := range []string{simtest.TeamMemberEmail, "amala@example.gov.uk"} {
			sent, err := client.SendEmail(context.Background(), notify.Email{
				EmailAddress: to, TemplateID: template, Personalisation: notify.Personalisation{"name": "Jo"},
			})
			if errors.Is(err, notify.ErrNotOnGuestList) {
				fmt.Println(client.Key().Name(), to, "is a stranger")
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			message, _ := kit.Service.Notification(sent.ID)
			fmt.Println(client.Key().Name(), to, message.Status)
		}
	}
	fmt.Println(len(kit.Service.TestMessages()), "of the test key,", len(kit.Service.Dashboard()), "on the dashboard,",
		kit.Service.Usage().Today[simulator.MessageTypeEmail], "counted")
	// Output:
	// test alice@example.gov.uk delivered
	// test amala@example.gov.uk delivered
	// team alice@example.gov.uk technical-failure
	// team amala@example.gov.uk is a stranger
	// live alice@example.gov.uk technical-failure
	// live amala@example.gov.uk technical-failure
	// 2 of the test key, 3 on the dashboard, 3 counted
}

// A letter's text is in its PDF, and also in HTML, which is easier to check.
func ExampleKit_LetterTemplate() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	sent, err := kit.Client().SendLetter(context.Background(), notify.Letter{
		Address:         []string{"Amala Bird", "123 High Street", "SW14 6BF"},
		TemplateID:      kit.LetterTemplate("Our decision", "Dear ((name))"),
		Personalisation: notify.Personalisation{"name": "Ms Bird"},
	})
	if err != nil {
		t.Fatal(err)
	}
	posted, _ := kit.Service.Delivered(sent.ID)
	fmt.Println(posted.HTML)
	fmt.Println(string(posted.PDF[:5]))
	// Output:
	// <p>Dear Ms Bird</p>
	// %PDF-
}

// Alice is the only team member of the kit's service. The package has constants for her address and number.
func ExampleKit() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	_, err := kit.ClientWithKey(kit.TeamKey).SendSMS(context.Background(), notify.SMS{
		PhoneNumber: simtest.TeamMemberPhone, TemplateID: kit.SMSTemplate("Hello"),
	})
	fmt.Println(kit.Service.Name(), err, len(kit.Service.Dashboard()))
	// Output: Test Service <nil> 1
}
