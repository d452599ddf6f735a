package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// once is a client that tries no second time, so that an example shows every fault.
func once(svc *simulator.Service) *notify.Client {
	client, err := notify.New(svc.Key(simulator.KeyTypeTest),
		notify.WithHTTPClient(&http.Client{Transport: svc.Simulator(), Timeout: time.Minute}),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	must(err)
	return client
}

// A message is accepted, and the answer never arrives: does the program send it twice?
func ExampleSimulator_Inject() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	lost := svc.Simulator().Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)

	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))

	fmt.Println("may have been accepted:", errors.Is(err, notify.ErrOutcomeUnknown))
	fmt.Println("accepted:", len(svc.TestMessages()))
	fmt.Println(lost)
	// Output:
	// may have been accepted: true
	// accepted: 1
	// any send: answer lost, at most once; happened once
}

// Faults are counted: the first read passes, the next two fail, and the client tries until one succeeds.
func ExampleInjection() {
	svc, _, template := licensing(simulator.KeyTypeTest)
	sim := svc.Simulator()
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}),
		notify.WithRetry(notify.RetryPolicy{MinWait: time.Millisecond}))
	must(err)
	sent, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)

	balancer := simulator.Proxy("our gateway")
	down := sim.Inject(simulator.On(simulator.OperationRead), simulator.ProxyPage(balancer, 502)).Skip(1).Times(2)
	for range 2 {
		message, err := client.Notification(context.Background(), sent.ID)
		must(err)
		fmt.Println(message.Status, "after", down.Hits(), "faults")
	}
	unused := sim.Inject(simulator.On(simulator.OperationPDF), simulator.CutAnswer())
	for _, i := range sim.Injections() {
		fmt.Println(i.String())
	}
	unused.Remove()
	sim.RemoveFaults()
	fmt.Println(len(sim.Injections()), "left")
	// Output:
	// delivered after 0 faults
	// delivered after 2 faults
	// read: 502 by our gateway, skipping 1, at most twice; happened twice
	// pdf: answer cut; happened never
	// 0 left
}

// An aim says which requests are meant. All of it has to hold, and recipients are found in any spelling.
func ExampleAim() {
	svc, _, template := licensing(simulator.KeyTypeTest)
	aim := simulator.On(simulator.OperationSendEmail, simulator.OperationSendSMS).
		To("Jo@Example.gov.uk").Template(template).Service(svc.ID())
	svc.Simulator().Inject(aim, simulator.Refuse(500, "SQLAlchemyError", "Internal server error"))
	svc.Simulator().Inject(simulator.OnSend().Reference("order-1"), simulator.RateLimited(),
		simulator.SetHeader("Retry-After", "2"))

	client := once(svc)
	for _, reference := range []string{"", "order-1"} {
		for _, to := range []string{"jo@example.gov.uk", "kim@example.gov.uk"} {
			email := welcome(template, to)
			email.Reference = reference
			_, err := client.SendEmail(context.Background(), email)
			var refused *notify.Error
			if errors.As(err, &refused) {
				fmt.Println(to, reference, "is answered with", refused.StatusCode)
			}
		}
	}
	fmt.Println(simulator.On(simulator.Operation("list")).Reference("order-1").String())
	// Output:
	// jo@example.gov.uk  is answered with 500
	// jo@example.gov.uk order-1 is answered with 500
	// kim@example.gov.uk order-1 is answered with 429
	// list, reference "order-1"
}

// What a program can know and what is true are two things.
func ExampleFault() {
	for _, fault := range []simulator.Fault{
		simulator.LoseRequest(), simulator.LoseAnswer(), simulator.CutAnswer(), simulator.SkewClock(48*time.Hour),
		simulator.Respond(200, "text/html", "<h1>Back soon</h1>"), simulator.ReplaceAnswer("{}"),
		simulator.AfterHandling(simulator.ProxyPage(simulator.ProxyNginx, 504)),
	} {
		svc, _, template := licensing(simulator.KeyTypeTest)
		svc.Simulator().Inject(simulator.OnSend(), fault)
		_, err := once(svc).SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
		fmt.Printf("%s: refused for sure: %t, accepted: %d\n", fault.String(), notify.SafeToRetry(err),
			len(svc.TestMessages()))
	}
	// Output:
	// request lost: refused for sure: false, accepted: 0
	// answer lost: refused for sure: false, accepted: 1
	// answer cut: refused for sure: false, accepted: 1
	// clock skewed by 48h0m0s: refused for sure: true, accepted: 0
	// answered with 200: refused for sure: false, accepted: 0
	// answer replaced: refused for sure: false, accepted: 1
	// after handling: 504 by nginx: refused for sure: false, accepted: 1
}

// To a caller that gives up it looks the same whether its request or the answer takes too long.
func ExampleStallAnswer() {
	for _, fault := range []simulator.Fault{
		simulator.DelayRequest(time.Hour), simulator.DelayAnswer(time.Hour),
		simulator.StallRequest(), simulator.StallAnswer(),
	} {
		svc, _, template := licensing(simulator.KeyTypeTest)
		svc.Simulator().Inject(simulator.OnSend(), fault)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		_, err := once(svc).SendEmail(ctx, welcome(template, "jo@example.gov.uk"))
		cancel()
		fmt.Printf("%s: too late: %t, accepted: %d\n", fault, errors.Is(err, context.DeadlineExceeded),
			len(svc.TestMessages()))
	}
	// Output:
	// request delayed by 1h0m0s: too late: true, accepted: 0
	// answer delayed by 1h0m0s: too late: true, accepted: 1
	// request stalled: too late: true, accepted: 0
	// answer stalled: too late: true, accepted: 1
}
