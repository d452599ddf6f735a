package simulator_test

import (
	"context"
	"fmt"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Messages shows what was sent with keys of any type, with every status on the way.
func ExampleService_Messages() {
	stopped := func() time.Time { return evening }
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.Realistic(), simulator.WithClock(stopped))
	for _, to := range []string{"amala@example.gov.uk", "perm-fail@simulator.notify"} {
		_, err := client.SendEmail(context.Background(), welcome(template, to))
		must(err)
	}
	svc.Simulator().Advance(time.Minute)
	for _, n := range svc.Messages() {
		fmt.Println(n.To, "from", n.Sender)
		for _, change := range n.History {
			fmt.Println(" ", change.At.Format(time.TimeOnly), change.Status)
		}
	}
	// Output:
	// amala@example.gov.uk from licensing@notifications.service.gov.uk
	//   17:00:00 created
	//   17:00:01 sending
	//   17:00:03 delivered
	// perm-fail@simulator.notify from licensing@notifications.service.gov.uk
	//   17:00:00 created
	//   17:00:01 sending
	//   17:00:03 permanent-failure
}

// A change of status says when it happened.
func ExampleStatusChange() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	sent, err := client.SendEmail(context.Background(), welcome(template, "amala@example.gov.uk"))
	must(err)
	must(svc.SetStatus(sent.ID, simulator.StatusTechnicalFailure))
	n, _ := svc.Notification(sent.ID)
	last := n.History[len(n.History)-1]
	fmt.Println(last.Status, last.At.Equal(n.CompletedAt))
	// Output: technical-failure true
}

// What people look for in a message that signs them in: a link or a code.
func ExampleDelivered_Code() {
	svc, client, _ := licensing(simulator.KeyTypeTest)
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Sign in",
		Versions: []simulator.TemplateVersion{
			{Body: "Your code is ((code)), or open ((link)). Questions? Call 0300 123 4567."},
		},
	})
	must(err)
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: template,
		Personalisation: notify.Personalisation{"code": "482 913", "link": "https://example.gov.uk/in?token=7f3a"},
	})
	must(err)
	arrived, _ := svc.Delivered(sent.ID)
	code, found := arrived.Code()
	fmt.Println(arrived.Text)
	fmt.Println(code, found, arrived.Links())
	// Output:
	// Licensing: Your code is 482 913, or open https://example.gov.uk/in?token=7f3a. Questions? Call 0300 123 4567.
	// 482913 true [https://example.gov.uk/in?token=7f3a]
}

// A query finds messages by what a test knows of them, and says in what another one differs.
func ExampleService_Find() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	email := welcome(template, "Amala.Bird@example.gov.uk")
	email.Reference = "licence-4711"
	sent, err := client.SendEmail(context.Background(), email)
	must(err)
	found := svc.Find(simulator.Query{To: "amala.bird@EXAMPLE.gov.uk", Template: "Welcome", Text: "Dear Jo"})
	fmt.Println(len(found), found[0].Reference)

	other := simulator.Query{To: "amala.bird@example.gov.uk", Reference: new("licence-4712")}
	fmt.Println(len(svc.Find(other)))
	differences, _ := svc.Differences(sent.ID, other)
	for _, d := range differences {
		fmt.Println(d.Field, "is", d.Got, "and not", d.Want)
	}
	// Output:
	// 1 licence-4711
	// 0
	// Reference is "licence-4711" and not "licence-4712"
}

func ExampleQuery() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	for _, to := range []string{"amala@example.gov.uk", "temp-fail@simulator.notify"} {
		_, err := client.SendEmail(context.Background(), welcome(template, to))
		must(err)
	}
	for _, n := range svc.Find(simulator.Query{Status: simulator.StatusTemporaryFailure, NoReference: true}) {
		fmt.Println(n.To)
	}
	// Output: temp-fail@simulator.notify
}

func ExampleDifference() {
	fmt.Println(simulator.Difference{Field: "Status", Want: "delivered", Got: "sending"})
	// Output: {Status delivered sending}
}

// Tests that share an expensive setup can each begin where it ended.
func ExampleSimulator_Restore() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	sim := svc.Simulator()
	_, err := client.SendEmail(context.Background(), welcome(template, "amala@example.gov.uk"))
	must(err)
	setUp := sim.Snapshot()

	for range 2 {
		_, err = client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
		must(err)
		must(svc.UpdateTemplate(template, simulator.TemplateVersion{Subject: "Another", Body: "Another"}))
		fmt.Println(len(svc.Messages()), "messages, version", svc.Templates()[0].Version)
		must(sim.Restore(setUp))
	}
	fmt.Println(len(svc.Messages()), "message, version", svc.Templates()[0].Version)
	// Output:
	// 2 messages, version 2
	// 2 messages, version 2
	// 1 message, version 1
}

func ExampleSnapshot() {
	var setUp *simulator.Snapshot
	fmt.Println(simulator.New().Restore(setUp))
	fmt.Println(simulator.New().Restore(simulator.New().Snapshot()))
	// Output:
	// simulator: there is no snapshot to restore
	// simulator: the snapshot is of another simulator
}
