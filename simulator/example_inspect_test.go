package simulator_test

import (
	"context"
	"fmt"
	"time"

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
