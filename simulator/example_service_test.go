package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A service with everything a service can have. Fields that are left out have Notify's defaults.
func ExampleServiceConfig() {
	sim := simulator.New()
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Council Tax",
		Permissions: []simulator.Permission{
			simulator.PermissionEmail, simulator.PermissionSMS, simulator.PermissionLetter,
			simulator.PermissionInternationalSMS, simulator.PermissionInternationalLetters,
			simulator.PermissionInboundSMS, simulator.PermissionSMSToUKLandlines,
		},
		RateLimit:   600,
		DailyLimits: simulator.DailyLimits{Letter: new(100)},
		Retention:   simulator.Retention{Email: 30, Letter: 90},
		Keys: []simulator.KeyConfig{
			{Name: "live", Type: simulator.KeyTypeLive},
			{Name: "live-2025", Type: simulator.KeyTypeLive, RevokedAt: simulator.Moment{DaysAgo: 3}},
		},
		TeamMembers: []simulator.TeamMember{
			{Name: "Alice", EmailAddress: "alice@example.gov.uk", MobileNumber: "07900 900501"},
		},
		SMSSenders: []simulator.SMSSender{
			{Sender: "CouncilTax", Default: true},
			{ID: "22222222-aaaa-4aaa-8aaa-000000000002", Sender: "Reminders"},
		},
		EmailReplyTo:       []simulator.ReplyTo{{EmailAddress: "council.tax@example.gov.uk"}},
		ReceivedTextNumber: "07900 900880",
		ReceivedTexts:      []simulator.ReceivedTextConfig{{UserNumber: "447900900111", Content: "STOP"}},
		Callbacks: simulator.Callbacks{
			DeliveryReceipts: simulator.Callback{
				URL: "https://www.example.gov.uk/receipts", BearerToken: "a token of some length",
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Bill", Versions: []simulator.TemplateVersion{{Body: "Your bill is ready."}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := notify.New(svc.Key(simulator.KeyTypeLive), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sender := range []string{"", "22222222-aaaa-4aaa-8aaa-000000000002"} {
		sent, err := client.SendSMS(context.Background(), notify.SMS{
			PhoneNumber: "07900 900123", TemplateID: template, SenderID: sender,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("from", sent.Content.FromNumber)
	}
	for text, err := range client.ReceivedTexts(context.Background()) {
		fmt.Println(text.UserNumber, "texted", text.Content, err)
	}
	for _, key := range svc.Keys() {
		fmt.Println(key.Name, "is active")
	}
	fmt.Println(svc.Name(), "can be found by its id:", sim.Service(svc.ID()) == svc)
	// Output:
	// from CouncilTax
	// from Reminders
	// 447900900111 texted STOP <nil>
	// live is active
	// Council Tax can be found by its id: true
}

// A fixture says when a key was revoked: as a time, or as days before the service is made. For a week Notify says that
// the key is revoked; after that it does not know the key at all.
func ExampleMoment() {
	sim := simulator.New()
	err := sim.Load([]byte(`
services:
  - id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553
    name: Licensing
    retention_days: {email: 30, letter: 90}
    api_keys:
      - {name: live, type: live, secret: 3d844edf-8d35-48ac-975b-e847b4f122b0}
      - {name: old, type: live, secret: 3d844edf-8d35-48ac-975b-e847b4f122b1, revoked_at: {days_ago: 3}}
      - name: older
        type: live
        secret: 3d844edf-8d35-48ac-975b-e847b4f122b2
        revoked_at: "2025-11-20T09:59:59.000000Z"
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range []string{"live", "old", "older"} {
		const ids = "-d6aa2c68-a2d9-4437-ab19-3ae8eb202553-3d844edf-8d35-48ac-975b-e847b4f122b"
		last := map[string]string{"live": "0", "old": "1", "older": "2"}[key]
		client, err := notify.New(key+ids+last, notify.WithHTTPClient(&http.Client{Transport: sim}))
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = client.Templates(context.Background(), "")
		fmt.Println(key, "- accepted:", err == nil, "- known as revoked:", errors.Is(err, notify.ErrKeyRevoked))
	}
	// Output:
	// live - accepted: true - known as revoked: false
	// old - accepted: false - known as revoked: true
	// older - accepted: false - known as revoked: false
}

// In a fixture one number of days can be for all types of message; an impossible number is an error that names the
// line.
func ExampleRetention_UnmarshalYAML() {
	for _, days := range []string{"30", "{sms: 3, email: 30, letter: 90}", "1", "for ever"} {
		err := simulator.New().Load([]byte("services:\n" +
			"  - id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553\n" +
			"    name: Licensing\n" +
			"    retention_days: " + days + "\n"))
		fmt.Println(days, "- accepted:", err == nil)
	}
	// Output:
	// 30 - accepted: true
	// {sms: 3, email: 30, letter: 90} - accepted: true
	// 1 - accepted: false
	// for ever - accepted: false
}

func ExampleMoment_UnmarshalYAML() {
	for _, since := range []string{"null", `"2026-11-20T09:59:59.000000Z"`, "{days_ago: 0.5}", "yesterday"} {
		err := simulator.New().Load([]byte("services:\n" +
			"  - id: d6aa2c68-a2d9-4437-ab19-3ae8eb202553\n" +
			"    name: Licensing\n" +
			"    api_keys: [{name: live, type: live, revoked_at: " + since + "}]\n"))
		fmt.Println(since, "- accepted:", err == nil)
	}
	// Output:
	// null - accepted: true
	// "2026-11-20T09:59:59.000000Z" - accepted: true
	// {days_ago: 0.5} - accepted: true
	// yesterday - accepted: false
}

// A file is for services that several programs or languages share. docs/fixture.md describes what it may contain.
// Anything else is an error with its line, and then nothing in the file is loaded.
func ExampleSimulator_LoadFile() {
	dir, err := os.MkdirTemp("", "fixture")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "services.json")
	for _, content := range []string{
		`{"services": [{"id": "d6aa2c68-a2d9-4437-ab19-3ae8eb202553", "name": "Licensing"}]}`,
		`{"services": [{"id": "d6aa2c68-a2d9-4437-ab19-3ae8eb202554", "name": "Parking", "trial": true}]}`,
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			fmt.Println(err)
			return
		}
		sim := simulator.New()
		err := sim.LoadFile(name)
		named := err != nil && strings.HasPrefix(err.Error(), name)
		fmt.Println(len(sim.Services()), "service(s), names the file:", named)
	}
	// Output:
	// 1 service(s), names the file: false
	// 0 service(s), names the file: true
}

// A team key reaches the members of the team, however their numbers and addresses are spelt.
func ExampleService_AddTeamMember() {
	svc, client, template := licensing(simulator.KeyTypeTeam)
	send := func() error {
		_, err := client.SendEmail(context.Background(), welcome(template, "Alice@Example.gov.uk"))
		return err
	}
	fmt.Println("a stranger:", errors.Is(send(), notify.ErrNotOnGuestList))
	must(svc.AddTeamMember(simulator.TeamMember{Name: "Alice", EmailAddress: "alice@example.gov.uk"}))
	fmt.Println("a colleague:", send())
	// Output:
	// a stranger: true
	// a colleague: <nil>
}

// In trial mode a service reaches only its team and guest list, even with a live key.
func ExampleService_SetTrialMode() {
	svc, client, template := licensing(simulator.KeyTypeLive)
	svc.SetTrialMode(true)
	_, err := client.SendEmail(context.Background(), welcome(template, "amala@example.gov.uk"))
	fmt.Println("in trial mode:", errors.Is(err, notify.ErrTrialMode))
	svc.SetTrialMode(false)
	_, err = client.SendEmail(context.Background(), welcome(template, "amala@example.gov.uk"))
	fmt.Println("live:", err)
	// Output:
	// in trial mode: true
	// live: <nil>
}

func ExampleService_Archive() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	svc.Archive()
	_, err := client.SendEmail(context.Background(), welcome(template, "amala@example.com"))
	var answer *notify.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.StatusCode, answer.Errors[0].Message)
	}
	// Output: 403 Invalid token: service is archived
}
