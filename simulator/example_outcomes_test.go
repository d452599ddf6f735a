package simulator_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A recipient fails with every type of key, however a program writes the address.
func ExampleService_SetOutcome() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	must(svc.SetOutcome("amala@example.com", simulator.StatusPermanentFailure))
	for _, to := range []string{"Amala@Example.com", "jo@example.com"} {
		sent, err := client.SendEmail(context.Background(), welcome(template, to))
		must(err)
		message, err := client.Notification(context.Background(), sent.ID)
		must(err)
		fmt.Println(to, message.Status)
	}
	fmt.Println(svc.SetOutcome("SW14 6BF", simulator.StatusReturnedLetter))
	// Output:
	// Amala@Example.com permanent-failure
	// jo@example.com delivered
	// simulator: .recipient: this is neither a phone number nor an email address; a letter has no such outcome
	// simulator: .status: only letters have the status "returned-letter"
}

// The description of a service can say how messages to some recipients end.
func ExampleOutcomeConfig() {
	const template = "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20"
	sim := simulator.New()
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name:     "Licensing",
		Keys:     []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Outcomes: []simulator.OutcomeConfig{{Recipient: "07900 900123", Status: simulator.StatusTemporaryFailure}},
		Templates: []simulator.TemplateConfig{{
			ID: template, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Hello"}},
		}},
	})
	must(err)
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	must(err)
	text := notify.SMS{PhoneNumber: "+44 7900 900123", TemplateID: template}
	sent, err := client.SendSMS(context.Background(), text)
	must(err)
	message, err := client.Notification(context.Background(), sent.ID)
	must(err)
	fmt.Println(message.Status)
	// Output: temporary-failure
}
