package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// licensing makes a service with a key of each type, a template, and a client for one of the keys.
func licensing(
	t simulator.KeyType, opts ...simulator.Option,
) (svc *simulator.Service, client *notify.Client, template string) {
	sim := simulator.New(opts...)
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name:               "Licensing",
		GuestList:          []string{"guest@example.com"},
		ReceivedTextNumber: "07700900880",
		Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest},
			{Name: "team", Type: simulator.KeyTypeTeam},
			{Name: "live", Type: simulator.KeyTypeLive},
		},
	})
	must(err)
	template, err = svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Welcome",
		Versions: []simulator.TemplateVersion{{Subject: "Welcome", Body: "Dear ((name))"}},
	})
	must(err)
	client, err = notify.New(svc.Key(t), notify.WithHTTPClient(&http.Client{Transport: sim}))
	must(err)
	return svc, client, template
}

// must keeps the examples short. A program would handle the error.
func must(err error) {
	if err != nil {
		panic(err) //nolint:forbidigo // an example has no testing.T to fail
	}
}

func welcome(template, to string) notify.Email {
	return notify.Email{EmailAddress: to, TemplateID: template, Personalisation: notify.Personalisation{"name": "Jo"}}
}

// A simulator takes the place of the network in an http.Client.
func ExampleNew() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	sent, err := client.SendEmail(context.Background(), welcome(template, "temp-fail@simulator.notify"))
	if err != nil {
		fmt.Println(err)
		return
	}
	message, _ := svc.Notification(sent.ID)
	fmt.Println(message.Body, "-", message.Status)
	// Output: Dear Jo - temporary-failure
}

// A simulator can also be the handler of a server, for programs in other languages.
func ExampleSimulator_ServeHTTP() {
	server := httptest.NewServer(simulator.New())
	defer server.Close()
	resp, err := http.Get(server.URL + "/_status?simple=1") //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	// Output: 200 OK
}

// Serve puts a simulator on a port, with the limits a port needs, until a context is done.
func ExampleServe() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	served := make(chan error, 1)
	go func() { served <- simulator.Serve(ctx, listener, simulator.New()) }()
	resp, err := http.Get("http://" + listener.Addr().String() + "/_status?simple=1") //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = resp.Body.Close()
	fmt.Println(resp.Status)
	stop()
	fmt.Println(<-served)
	// Output:
	// 200 OK
	// <nil>
}

func ExampleSimulator_Load() {
	sim := simulator.New()
	err := sim.Load([]byte(`
services:
  - id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
    name: Licensing
    api_keys:
      - {name: test, type: test, secret: 3d844edf-8d35-48ac-975b-e847b4f122b0}
`))
	fmt.Println(err, sim.Services()[0].Name())

	fmt.Println(sim.Load([]byte("services:\n  - nam: Licensing\n")))
	// Output:
	// <nil> Licensing
	// simulator: line 2: .services[0]: unknown field "nam": did you mean "name"?
}

// Messages sent with a test key are not on the dashboard and count towards no limit.
func ExampleService_Dashboard() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	_, _ = client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	fmt.Println(len(svc.Dashboard()), "on the dashboard,",
		len(svc.TestMessages()), "by test keys,", svc.Usage().Today[simulator.MessageTypeEmail], "counted")
	// Output: 0 on the dashboard, 1 by test keys, 0 counted
}

func ExampleService_Usage() {
	svc, client, template := licensing(simulator.KeyTypeTeam)
	_, _ = client.SendEmail(context.Background(), welcome(template, "guest@example.com"))
	_, err := client.SendEmail(context.Background(), welcome(template, "stranger@example.com"))
	fmt.Println(errors.Is(err, notify.ErrNotOnGuestList))
	fmt.Println(svc.Usage().Today[simulator.MessageTypeEmail], "counted")
	// Output:
	// true
	// 1 counted
}

func ExampleService_RevokeKey() {
	svc, client, template := licensing(simulator.KeyTypeLive)
	if err := svc.RevokeKey(svc.Key(simulator.KeyTypeLive)); err != nil {
		fmt.Println(err)
	}
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	fmt.Println(errors.Is(err, notify.ErrKeyRevoked))
	// Output: true
}

func ExampleService_AddKey() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	svc.SetTrialMode(true)
	_, err := svc.AddKey("live-2", simulator.KeyTypeLive)
	fmt.Println(err)
	// Output: simulator: service "Licensing" is in trial mode: it can't have a live key
}

func ExampleService_ReceiveText() {
	svc, client, _ := licensing(simulator.KeyTypeTest)
	if _, err := svc.ReceiveText("07900 900123", "STOP"); err != nil {
		fmt.Println(err)
	}
	for text, err := range client.ReceivedTexts(context.Background()) {
		fmt.Println(text.UserNumber, text.Content, err)
	}
	// Output: 447900900123 STOP <nil>
}

func ExampleService_UpdateTemplate() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	before, _ := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	must(svc.UpdateTemplate(template, simulator.TemplateVersion{Name: "Greeting", Subject: "Hi", Body: "Hello ((name))"}))
	after, _ := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	for _, id := range []string{before.ID, after.ID} {
		message, _ := svc.Notification(id)
		fmt.Println(message.Body, "-", message.TemplateName, message.TemplateVersion)
	}
	// Output:
	// Dear Jo - Welcome 1
	// Hello Jo - Greeting 2
}

func ExampleService_SetDailyLimits() {
	svc, client, template := licensing(simulator.KeyTypeLive)
	if err := svc.SetDailyLimits(simulator.DailyLimits{Email: new(1)}); err != nil {
		fmt.Println(err)
	}
	for range 2 {
		_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
		fmt.Println(errors.Is(err, notify.ErrDailyLimit))
	}
	// Output:
	// false
	// true
}

func ExampleService_SetRateLimit() {
	svc, _, template := licensing(simulator.KeyTypeTest)
	if err := svc.SetRateLimit(3); err != nil { // a bucket of two, but the last is never admitted
		fmt.Println(err)
	}
	client, _ := notify.New(svc.Key(simulator.KeyTypeTest),
		notify.WithHTTPClient(&http.Client{Transport: svc.Simulator()}),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	for range 2 {
		_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.org"))
		fmt.Println(errors.Is(err, notify.ErrRateLimited))
	}
	// Output:
	// false
	// true
}

func ExampleService_SetStatus() {
	svc, client, template := licensing(simulator.KeyTypeLive)
	sent, _ := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	if err := svc.SetStatus(sent.ID, simulator.StatusTechnicalFailure); err != nil {
		fmt.Println(err)
	}
	message, _ := client.Notification(context.Background(), sent.ID)
	fmt.Println(message.Status)
	// Output: technical-failure
}

// A text arrives with the service's name before it, which the API never shows.
func ExampleService_Delivered() {
	svc, client, _ := licensing(simulator.KeyTypeTest)
	template, _ := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder",
		Versions: []simulator.TemplateVersion{{Body: "Tomorrow at ((time))"}},
	})
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: template, Personalisation: notify.Personalisation{"time": "ten"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	arrived, _ := svc.Delivered(sent.ID)
	fmt.Println(arrived.Text)
	fmt.Println(sent.Content.Body)
	// Output:
	// Licensing: Tomorrow at ten
	// Tomorrow at ten
}

func ExampleService_AddToGuestList() {
	svc, client, template := licensing(simulator.KeyTypeTeam)
	_, err := client.SendEmail(context.Background(), welcome(template, "new@example.com"))
	fmt.Println(errors.Is(err, notify.ErrNotOnGuestList))
	must(svc.AddToGuestList("new@example.com"))
	_, err = client.SendEmail(context.Background(), welcome(template, "New@Example.com"))
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

func ExampleService_ArchiveTemplate() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	if err := svc.ArchiveTemplate(template); err != nil {
		fmt.Println(err)
	}
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	var answer *notify.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.StatusCode, answer.Errors[0].Message)
	}
	// Output: 400 Template has been deleted
}

func ExampleService_SetPermissions() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	must(svc.SetPermissions(simulator.PermissionSMS))
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	var answer *notify.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.StatusCode, answer.Errors[0].Message)
	}
	// Output: 400 Service is not allowed to send emails
}

func ExampleSimulator_SetPrices() {
	svc, client, _ := licensing(simulator.KeyTypeLive)
	must(svc.Simulator().SetPrices(simulator.Prices{SMSRate: 0.03}))
	template, _ := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder", Versions: []simulator.TemplateVersion{{Body: "Tomorrow"}},
	})
	_, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "+33 6 12 34 56 78", TemplateID: template})
	fmt.Println(err, svc.Usage().SMSFragments, svc.Usage().CostInPounds) // a text to France counts twice
	// Output: <nil> 2 0.06
}

func ExampleService_Templates() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	show := func(t simulator.TemplateSummary) { fmt.Println(t.Type, t.Name, t.Placeholders) }
	for _, t := range svc.Templates() {
		show(t)
	}
	// Output: email Welcome [name]
}
