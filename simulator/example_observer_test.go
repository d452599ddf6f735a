package simulator_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A program that serves a simulator logs a line for each request.
func ExampleWithObserver() {
	sim := simulator.New(simulator.WithObserver(simulator.Observer{
		Answered: func(a simulator.Answered) {
			fmt.Println(a.Operation, a.Status, a.Service.Name(), a.KeyName, a.Errors)
		},
		CalledBack: func(svc *simulator.Service, a simulator.CallbackAttempt) {
			fmt.Println(svc.Name(), a.Kind, a.Result)
		},
	}))
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Passports", AnyTemplate: true,
		Keys: []simulator.KeyConfig{{Name: "cron", Type: simulator.KeyTypeTest}},
	})
	must(err)
	must(svc.CallBack(http.NotFoundHandler(), "a-token-of-some-length"))
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	must(err)
	const template = "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01"
	_, err = client.SendEmail(context.Background(), notify.Email{EmailAddress: "jo@example.gov.uk", TemplateID: template})
	must(err)
	sim.Advance(0) // waits for the callback
	must(svc.SetPermissions(simulator.PermissionSMS))
	_, err = client.SendEmail(context.Background(), notify.Email{EmailAddress: "jo@example.gov.uk", TemplateID: template})
	fmt.Println(err != nil)
	// Unordered output:
	// send-email 201 Passports cron []
	// Passports delivery_receipt refused
	// send-email 400 Passports cron [{BadRequestError Service is not allowed to send emails}]
	// true
}

// A program shows in the name of each service that it is not the real one, whatever its fixture says.
func ExampleWithDescribed() {
	sim := simulator.New(simulator.WithDescribed(func(c *simulator.ServiceConfig) { c.Name += " (test)" }))
	must(sim.Load([]byte(`{"services": [{"id": "26785a09-ab16-4eb0-8407-a37497a57506", "name": "Parking"}]}`)))
	fmt.Println(sim.Services()[0].Name())
	must(sim.Reload([]byte(`{"services": [{"id": "26785a09-ab16-4eb0-8407-a37497a57506", "name": "Permits"}]}`)))
	fmt.Println(sim.Services()[0].Name())
	// Output:
	// Parking (test)
	// Permits (test)
}
