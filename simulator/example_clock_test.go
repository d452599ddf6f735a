package simulator_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/notifykit/notify/simulator"
)

// show prints events without the ids of messages.
func show(events []simulator.Event) {
	for _, e := range events {
		what, _, _ := strings.Cut(e.Label, ":")
		fmt.Println(e.At.Format(time.DateTime), what)
	}
}

// evening is when these examples begin.
var evening = time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)

// Time can be moved, and what happens on the way is returned.
func ExampleSimulator_Advance() {
	stopped := func() time.Time { return evening }
	svc, client, template := licensing(simulator.KeyTypeLive, simulator.Realistic(), simulator.WithClock(stopped))
	sim := svc.Simulator()
	sent, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	if err != nil {
		fmt.Println(err)
		return
	}
	show(sim.Advance(time.Minute))
	n, _ := svc.Notification(sent.ID)
	fmt.Println(n.Status, "at", sim.Now().Format(time.TimeOnly))
	// Output:
	// 2026-11-25 17:00:01 sending
	// 2026-11-25 17:00:03 delivered
	// delivered at 17:01:00
}

// What is still to happen can be listed, and made to happen one time after the other.
func ExampleSimulator_Pending() {
	stopped := func() time.Time { return evening }
	svc, client, template := licensing(simulator.KeyTypeLive, simulator.Realistic(), simulator.WithClock(stopped))
	sim := svc.Simulator()
	if _, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk")); err != nil {
		fmt.Println(err)
		return
	}
	show(sim.Pending())
	fmt.Println("next:")
	show(sim.AdvanceToNext())
	// Output:
	// 2026-11-25 17:00:01 sending
	// 2026-11-25 17:00:03 delivered
	// 2026-11-26 00:00:00 midnight
	// 2026-11-26 03:00:00 clean-up of Licensing
	// next:
	// 2026-11-25 17:00:01 sending
}

// A plan says how long messages take. Here an email stays sending for an hour.
func ExampleWithPlan() {
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.WithPlan(simulator.Plan{
		Email: simulator.Timing{Outcome: time.Hour},
	}), simulator.WithStart(evening))
	sent, err := client.SendEmail(context.Background(), welcome(template, "temp-fail@simulator.notify"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		n, _ := svc.Notification(sent.ID)
		fmt.Println(n.Status)
		svc.Simulator().Advance(time.Hour)
	}
	// Output:
	// sending
	// temporary-failure
}

// Instant is the default: an outcome does not keep anybody waiting.
func ExampleInstant() {
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.Realistic(), simulator.Instant())
	sent, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	if err != nil {
		fmt.Println(err)
		return
	}
	n, _ := svc.Notification(sent.ID)
	fmt.Println(n.Status)
	// Output: delivered
}

// A test can wait until the program under test has sent something, without asking again and again.
func ExampleService_Changed() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	changed := svc.Changed()
	go func() {
		_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
		must(err)
	}()
	<-changed
	fmt.Println(len(svc.TestMessages()))
	// Output: 1
}
