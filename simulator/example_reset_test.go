package simulator_test

import (
	"context"
	"fmt"
	"time"

	"github.com/notifykit/notify/simulator"
)

// Tests that share a service can each begin with an empty one.
func ExampleService_Reset() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	must(err)
	fmt.Println(len(svc.Messages()))
	svc.Reset()
	fmt.Println(len(svc.Messages()))
	// Output:
	// 1
	// 0
}

// A service that is removed can't be found, and its keys are unknown.
func ExampleService_Remove() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	svc.Remove()
	fmt.Println(svc.Simulator().Service(svc.ID()))
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	fmt.Println(err != nil)
	// Output:
	// <nil>
	// true
}

// The messages of one service take their time, while those of the others are delivered at once.
func ExampleService_SetPlan() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	svc.SetPlan(simulator.Plan{Email: simulator.Timing{Outcome: time.Minute}})
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	must(err)
	fmt.Println(svc.Messages()[0].Status)
	svc.Simulator().Advance(time.Minute)
	fmt.Println(svc.Messages()[0].Status)
	// Output:
	// sending
	// delivered
}

// The API shows other statuses for letters than Notify itself keeps.
func ExampleStatus_Shown() {
	fmt.Println(simulator.StatusDelivered.Shown(simulator.MessageTypeLetter))
	fmt.Println(simulator.StatusDelivered.Shown(simulator.MessageTypeSMS))
	// Output:
	// received
	// delivered
}

// Whoever waits for a status can sleep until something happens by itself.
func ExampleSimulator_Next() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	svc.SetPlan(simulator.Plan{Email: simulator.Timing{Outcome: time.Minute}})
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	must(err)
	at, ok := svc.Simulator().Next()
	fmt.Println(ok, at.Sub(svc.Messages()[0].CreatedAt))
	// Output: true 1m0s
}
