package simulator_test

import (
	"context"
	"fmt"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A page of a list, with the counts to show beside the filters.
func ExampleSimulator_Search() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	for _, to := range []string{"jo@example.gov.uk", "sam@example.gov.uk", "temp-fail@simulator.notify"} {
		_, err := client.SendEmail(context.Background(), welcome(template, to))
		must(err)
	}
	show := func(m simulator.FoundMessage) { fmt.Println(m.Service.Name(), m.To, m.Status) }
	counts := func(found simulator.Found) {
		for _, m := range found.Messages {
			show(m)
		}
		fmt.Println(found.Total, found.ByStatus, found.ByType, found.ByKeyType, found.ByService[svc.ID()])
	}
	counts(svc.Simulator().Search(simulator.Search{
		Query: simulator.Query{Status: simulator.StatusDelivered}, Words: "dear jo", Limit: 1,
	}))
	// Output:
	// Licensing sam@example.gov.uk delivered
	// 2 map[delivered:2 temporary-failure:1] map[email:2] map[test:2] 2
}

// The newest refused request, and what in it was wrong.
func ExampleSimulator_FindRequests() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)
	_, _ = client.SendEmail(context.Background(), notify.Email{EmailAddress: "jo@example.gov.uk", TemplateID: template})

	page, total := svc.Simulator().FindRequests(simulator.RequestSearch{Refused: true, Limit: 10})
	for _, r := range page {
		fmt.Println(total, "of", r.Number, r.Errors[0].Message)
		fmt.Println(r.Errors[0].Field())
		same, known := svc.Simulator().Request(r.Number)
		fmt.Println(same.Status, known)
	}
	// Output:
	// 1 of 2 Missing personalisation: name
	// personalisation
	// 400 true
}

func ExampleRequestError_Rule() {
	e := simulator.RequestError{Class: "ValidationError", Message: "template_id is not a valid UUID"}
	fmt.Println(e.Field())
	fmt.Println(e.Rule())
	// Output:
	// template_id
	// The value is no UUID, such as 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20.
}

func ExampleRequestError_Field() {
	e := simulator.RequestError{Class: "AuthError", Message: "Invalid token: API key revoked"}
	fmt.Println(e.Field())
	// Output: Authorization
}

// What people wrote in a template, and what it makes of some values.
func ExampleService_Preview() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	id, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder",
		Versions: []simulator.TemplateVersion{{Body: "((name)) – see you on ((date)) 🎈"}},
	})
	must(err)
	var template simulator.TemplateDetails
	template, _ = svc.Template(id)
	fmt.Println(template.Name, template.Versions[0].Body, template.Placeholders)

	var preview simulator.Preview
	preview, err = svc.Preview(id, map[string]any{"name": "Jo"})
	must(err)
	fmt.Println(preview.Text)
	fmt.Println(preview.Missing, preview.Characters, preview.Fragments)
	show := func(r simulator.Replacement) { fmt.Println(r.From, "becomes", r.To) }
	for _, r := range preview.Replaced {
		show(r)
	}
	// Output:
	// Reminder ((name)) – see you on ((date)) 🎈 [name date]
	// Licensing: Jo - see you on ((date)) ?
	// [date] 26 1
	// – becomes -
	// 🎈 becomes ?
}

func ExampleService_ReceivedTexts() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	_, err := svc.ReceiveText("07900 900123", "STOP")
	must(err)
	show := func(t simulator.ReceivedText) { fmt.Println(t.From, t.To == svc.ReceivedTextNumber(), t.Content) }
	for _, t := range svc.ReceivedTexts() {
		show(t)
	}
	// Output: 447900900123 true STOP
}

// Whoever shows the simulator to people waits like this: ask for the channel, look, wait.
func ExampleSimulator_Changed() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	next := svc.Simulator().Changed()
	fmt.Println(svc.Simulator().Search(simulator.Search{}).Total)
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)
	<-next
	fmt.Println(svc.Simulator().Search(simulator.Search{}).Total)
	// Output:
	// 0
	// 1
}
