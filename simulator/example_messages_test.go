package simulator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A test can see everything the service knows about a message, whatever key it was sent with.
func ExampleNotification() {
	svc, client, template := licensing(simulator.KeyTypeTeam)
	email := welcome(template, "guest@example.com")
	email.Reference = "licence-4711"
	sent, err := client.SendEmail(context.Background(), email)
	if err != nil {
		fmt.Println(err)
		return
	}
	n, found := svc.Notification(sent.ID)
	fmt.Println(found, n.Type == simulator.MessageTypeEmail, n.Reference, n.To, n.Personalisation)
	fmt.Println("sent with the key", n.KeyName, "by version", n.TemplateVersion, "of", n.TemplateName)
	// Output:
	// true true licence-4711 guest@example.com map[name:Jo]
	// sent with the key team by version 1 of Welcome
}

// A test can set any status at any time, even one that no recipient for test keys leads to. For letters the API shows
// some statuses under other names.
func ExampleStatus() {
	svc, client, template := licensing(simulator.KeyTypeLive)
	letter, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeLetter, Name: "Decision",
		Versions: []simulator.TemplateVersion{{Subject: "Decision", Body: "Dear ((name))"}},
	})
	must(err)
	email, err := client.SendEmail(context.Background(), welcome(template, "amala@example.gov.uk"))
	must(err)
	posted, err := client.SendLetter(context.Background(), notify.Letter{
		Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"}, TemplateID: letter,
		Personalisation: notify.Personalisation{"name": "Ms Bird"},
	})
	must(err)
	shows := func(id string, statuses ...simulator.Status) {
		for _, status := range statuses {
			must(svc.SetStatus(id, status))
			n, err := client.Notification(context.Background(), id)
			must(err)
			fmt.Printf("%s shows as %s, final: %t\n", status, n.Status, n.Status.IsFinal())
		}
	}
	fmt.Println("An email or a text:")
	shows(email.ID, simulator.StatusCreated, simulator.StatusSending, simulator.StatusPending, simulator.StatusSent,
		simulator.StatusTemporaryFailure, simulator.StatusPermanentFailure, simulator.StatusTechnicalFailure)
	fmt.Println("A letter:")
	shows(posted.ID, simulator.StatusSending, simulator.StatusDelivered, simulator.StatusCancelled,
		simulator.StatusReturnedLetter, simulator.StatusPendingVirusCheck, simulator.StatusVirusScanFailed,
		simulator.StatusValidationFailed)
	// Output:
	// An email or a text:
	// created shows as created, final: false
	// sending shows as sending, final: false
	// pending shows as pending, final: false
	// sent shows as sent, final: false
	// temporary-failure shows as temporary-failure, final: true
	// permanent-failure shows as permanent-failure, final: true
	// technical-failure shows as technical-failure, final: true
	// A letter:
	// sending shows as accepted, final: false
	// delivered shows as received, final: true
	// cancelled shows as cancelled, final: true
	// returned-letter shows as received, final: true
	// pending-virus-check shows as pending-virus-check, final: false
	// virus-scan-failed shows as virus-scan-failed, final: true
	// validation-failed shows as validation-failed, final: true
}

// An email arrives as text and as HTML. A mail program shows its first words beside the subject.
func ExampleDelivered() {
	svc, client, _ := licensing(simulator.KeyTypeTest)
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Licence",
		Versions: []simulator.TemplateVersion{{Subject: "Your licence", Body: "# Hello\n\nIt ends on ((date))."}},
	})
	must(err)
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: template,
		Personalisation: notify.Personalisation{"date": "3 May"},
	})
	must(err)
	says := func(d simulator.Delivered, words string) bool {
		return strings.Contains(d.Text, words) && strings.Contains(d.HTML, words) &&
			strings.Contains(d.Preheader, words)
	}
	arrived, _ := svc.Delivered(sent.ID)
	fmt.Println(says(arrived, "It ends on 3 May."), strings.Contains(arrived.HTML, "<h2"))
	// Output: true true
}

// A test can see the files sent by email. The links in the email lead nowhere, unless the test serves something at
// another host.
func ExampleFile() {
	sim := simulator.New(simulator.WithDocumentHost("documents.localhost"))
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Passports", SendFilesContact: "https://www.example.gov.uk/contact",
		Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	must(err)
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Receipt",
		Versions: []simulator.TemplateVersion{{Subject: "Receipt", Body: "Here: ((receipt))"}},
	})
	must(err)
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	must(err)
	_, err = client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: template,
		Personalisation: notify.Personalisation{"receipt": notify.FileFromBytes("receipt.txt", []byte("£82"))},
	})
	must(err)
	message := svc.TestMessages()[0]
	holds := func(f simulator.File, content string) bool { return bytes.Equal(f.Content, []byte(content)) }
	for _, file := range message.Files {
		fmt.Println(file.Placeholder, file.Filename, holds(file, "£82"))
		fmt.Println(strings.HasPrefix(file.URL, "https://documents.localhost/"))
		fmt.Println(strings.Contains(message.Body, file.URL))
		found, ok := sim.File(file.URL) // as the recipient would, who has only the link
		fmt.Println(found.Filename, ok)
	}
	// Output:
	// receipt receipt.txt true
	// true
	// true
	// receipt.txt true
}

// Usage is what a service has used up. The 300 characters of the text would fit into two fragments; with the name of
// the service before them they need three.
func ExampleUsage() {
	svc, client, email := licensing(simulator.KeyTypeLive)
	must(svc.Simulator().SetPrices(simulator.Prices{
		SMSRate: 0.03, Letters: []simulator.LetterPrice{{Sheets: 1, Postage: "second", Rate: 0.70}},
	}))
	text, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder",
		Versions: []simulator.TemplateVersion{{Body: strings.Repeat("Tomorrow! ", 30)}},
	})
	must(err)
	letter, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeLetter, Name: "Decision",
		Versions: []simulator.TemplateVersion{{Subject: "Decision", Body: "Yes"}},
	})
	must(err)
	_, err = client.SendEmail(context.Background(), welcome(email, "amala@example.gov.uk"))
	must(err)
	_, err = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123", TemplateID: text})
	must(err)
	_, err = client.SendLetter(context.Background(), notify.Letter{
		Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"}, TemplateID: letter,
	})
	must(err)

	used := svc.Usage()
	for _, t := range []simulator.MessageType{
		simulator.MessageTypeEmail, simulator.MessageTypeSMS, simulator.MessageTypeLetter,
	} {
		fmt.Println(t, used.Today[t])
	}
	fmt.Printf("%d fragments, %d sheet, £%.2f\n", used.SMSFragments, used.Sheets, used.CostInPounds)
	// Output:
	// email 1
	// sms 1
	// letter 1
	// 3 fragments, 1 sheet, £0.79
}

// A fault is a few lines between the client and the simulator: here a proxy that fails on the way back.
func ExampleSimulator_RoundTrip() {
	svc, _, template := licensing(simulator.KeyTypeTest)
	proxy := roundTrip(func(r *http.Request) (*http.Response, error) {
		answer, err := svc.Simulator().RoundTrip(r) // the message is accepted
		if err != nil {
			return nil, err
		}
		_ = answer.Body.Close()
		answer = &http.Response{StatusCode: http.StatusBadGateway, Body: http.NoBody, Header: http.Header{}, Request: r}
		return answer, nil
	})
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: proxy}))
	must(err)
	_, err = client.SendEmail(context.Background(), welcome(template, "amala@example.com"))
	var answer *notify.Error
	fmt.Println(errors.As(err, &answer), answer.StatusCode, "safe to send again:", notify.SafeToRetry(err))
	fmt.Println(len(svc.TestMessages()), "message was accepted")
	// Output:
	// true 502 safe to send again: false
	// 1 message was accepted
}

// roundTrip makes a function a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
