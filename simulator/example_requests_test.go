package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// What went over the wire, with what was answered and what became of the answer.
func ExampleSimulator_Requests() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	sim := svc.Simulator()
	sim.Inject(simulator.On(simulator.OperationTemplates), simulator.CutAnswer()).Times(1)

	_, _ = client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	_, _ = client.SendEmail(context.Background(), notify.Email{EmailAddress: "jo@example.gov.uk", TemplateID: template})
	_, _ = once(svc).Templates(context.Background(), notify.NotificationTypeEmail)

	for _, r := range sim.Requests() {
		fmt.Println(r)
	}
	first := sim.Requests()[0]
	_, kept := svc.Notification(first.NotificationID)
	fmt.Println(first.ServiceName, first.KeyName, first.Header.Get("Authorization"), kept)
	fmt.Println("sends:", sim.Counts()[simulator.OperationSendEmail])
	// Output:
	// POST /v2/notifications/email 201
	// POST /v2/notifications/email 400 BadRequestError Missing personalisation: name
	// GET /v2/templates?type=email 200, cut (templates: answer cut)
	// Licensing test Bearer [redacted] true
	// sends: map[201:1 400:1]
}

func ExampleRequest_String() {
	sim := simulator.New()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://notify.test/v2/templates", nil)
	must(err)
	resp, err := sim.RoundTrip(r)
	must(err)
	must(resp.Body.Close())
	for _, request := range sim.Requests() {
		fmt.Println(request.String())
		for _, e := range request.Errors {
			fmt.Println(e == simulator.RequestError{
				Class: "AuthError", Message: "Unauthorized: authentication token must be provided",
			})
		}
		fmt.Println(request.Ending == simulator.Ending("delivered"))
	}
	// Output:
	// GET /v2/templates 401 AuthError Unauthorized: authentication token must be provided
	// true
	// true
}

// Only the newest requests are kept. All are counted.
func ExampleWithRequestLog() {
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.WithRequestLog(2))
	for range 3 {
		_, _ = client.Template(context.Background(), template)
	}
	sim := svc.Simulator()
	fmt.Println(len(sim.Requests()), sim.Counts())
	// Output: 2 map[template:map[200:3]]
}

// Where a request was made can be kept as well, for a test that fails to say so.
func ExampleWithCallers() {
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.WithCallers())
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)
	frames := runtime.CallersFrames(svc.Simulator().Requests()[0].Callers)
	for more := true; more; {
		var frame runtime.Frame
		if frame, more = frames.Next(); strings.Contains(frame.Function, "Example") {
			fmt.Println(filepath.Base(frame.File))
			break
		}
	}
	// Output: example_requests_test.go
}

// A program may have put its key anywhere. What a test prints is better off without it.
func ExampleSimulator_Redact() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	key := svc.Key(simulator.KeyTypeTest)
	fmt.Println(svc.Simulator().Redact("The secret is " + key[len(key)-36:] + "."))
	// Output: The secret is [redacted].
}
