package notify_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// The templates of the service that the examples in these files send with.
const (
	exampleSMS    = "f33517ff-2a88-4f6e-b855-c550268ce08a"
	exampleEmail  = "f33517ff-2a88-4f6e-b855-c550268ce08b"
	exampleLetter = "f33517ff-2a88-4f6e-b855-c550268ce08c"
)

// exampleService makes a service of a simulated Notify, which answers as the real one does, and a client with a key of
// that type.
func exampleService(t simulator.KeyType) (*simulator.Service, *notify.Client) {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		ID: "26785a09-ab16-4eb0-8407-a37497a57506", Name: "Licensing",
		SendFilesContact: "https://www.example.gov.uk/contact", ReceivedTextNumber: "07900 900880",
		Keys: []simulator.KeyConfig{{Name: "example-" + string(t), Type: t}},
		Templates: []simulator.TemplateConfig{
			{ID: exampleSMS, Type: simulator.MessageTypeSMS, Name: "Reminder", Versions: []simulator.TemplateVersion{
				{Body: "Dear ((name))"}, {Body: "Dear ((name)), your licence ends on ((date))."},
			}},
			{ID: exampleEmail, Type: simulator.MessageTypeEmail, Name: "Confirmation", Versions: []simulator.TemplateVersion{
				{Subject: "Your licence, ((name))", Body: "Thank you for:\n\n((documents))"},
			}},
			{ID: exampleLetter, Type: simulator.MessageTypeLetter, Name: "Decision", Versions: []simulator.TemplateVersion{
				{Subject: "Our decision", Body: "Dear ((name))", Postage: "first"},
			}},
		},
	})
	if err != nil {
		fmt.Println(err)
	}
	client, err := notify.New(service.Key(t), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		fmt.Println(err)
	}
	return service, client
}

// The answer to a text message holds what is sent, word for word, and which version of which template made it.
func ExampleSentSMS() {
	_, client := exampleService(simulator.KeyTypeTest)
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "licence-4711",
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	record(sent.Reference, sent.Template, sent.Content)
	fmt.Println("sent at once:", sent.ScheduledFor.IsZero())
	// Output:
	// licence-4711: Dear Amala, your licence ends on 3 May.
	// from GOVUK, by version 2 of template f33517ff-2a88-4f6e-b855-c550268ce08a
	// sent at once: true
}

// record is what a case file keeps of a text message.
func record(reference string, template notify.TemplateRef, content notify.SMSContent) {
	fmt.Printf("%s: %s\nfrom %s, by version %d of template %s\n",
		reference, content.Body, content.FromNumber, template.Version, template.ID)
}

// What a stranger wrote can be a link or look like Notify's own words. SanitiseContentFor disarms it, and the answer
// tells what it changed.
func ExampleSentEmail() {
	_, client := exampleService(simulator.KeyTypeTest)
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: exampleEmail,
		Personalisation: notify.Personalisation{
			"name":      "Amala",
			"documents": "[Claim your refund](https://refund.example)",
		},
		SanitiseContentFor: []string{"documents"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	heading := func(c notify.EmailContent) string { return c.FromEmail + " - " + c.Subject }
	fmt.Println(heading(sent.Content))
	for name, value := range sent.Sanitised {
		fmt.Println(name, "was", value.Unsanitised)
		fmt.Println(name, "is", value.Sanitised)
	}
	// Output:
	// licensing@notifications.service.gov.uk - Your licence, Amala
	// documents was [Claim your refund](https://refund.example)
	// documents is \[Claim your refund\]\(\)
}

// Sanitised values are worth a look: somebody may be trying to use the service for fraud.
func ExampleSanitised() {
	_, client := exampleService(simulator.KeyTypeTest)
	for _, name := range []string{"Amala Bird", "Amala www.refund.example"} {
		sent, err := client.SendEmail(context.Background(), notify.Email{
			EmailAddress: "amala@example.com", TemplateID: exampleEmail, SanitiseContentFor: []string{"name"},
			Personalisation: notify.Personalisation{"name": name, "documents": "passport"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		changed, suspicious := sent.Sanitised["name"]
		if suspicious {
			fmt.Printf("%q became %q\n", changed.Unsanitised, changed.Sanitised)
		}
	}
	// Output:
	// "Amala www.refund.example" became "Amala www\\. refund\\. example"
}

// A letter's postage is the template's, unless the address is abroad.
func ExampleSentLetter() {
	_, client := exampleService(simulator.KeyTypeTest)
	printed := func(c notify.LetterContent) string { return strconv.Quote(c.Subject + ": " + c.Body) }
	for _, address := range [][]string{
		{"Amala Bird", "123 High Street", "Richmond upon Thames", "SW14 6BF"},
		{"Amala Bird", "12 rue de la Paix", "75002 Paris", "France"},
		{"Amala Bird", "1 George Street", "Sydney NSW 2000", "Australia"},
	} {
		sent, err := client.SendLetter(context.Background(), notify.Letter{
			Address: address, TemplateID: exampleLetter, Personalisation: notify.Personalisation{"name": "Ms Bird"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		letter, err := client.Notification(context.Background(), sent.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(printed(sent.Content), letter.Postage, "abroad:", abroad(letter.Postage))
	}
	// Output:
	// "Our decision: Dear Ms Bird" first abroad: false
	// "Our decision: Dear Ms Bird" europe abroad: true
	// "Our decision: Dear Ms Bird" rest-of-world abroad: true
}

func abroad(p notify.Postage) bool {
	switch p {
	case notify.PostageFirst, notify.PostageSecond, notify.PostageEconomy:
		return false
	case notify.PostageEurope, notify.PostageRestOfWorld:
		return true
	}
	return false // one that is new
}

// A PDF is checked after it was accepted. If it cannot be printed, only its status says so.
func ExampleSentPrecompiledLetter() {
	_, client := exampleService(simulator.KeyTypeTest)
	pdf := "%PDF-1.7\nnot much of one"
	if len(pdf) > notify.MaxLetterBytes {
		fmt.Println("too large to be posted")
		return
	}
	var sent *notify.SentPrecompiledLetter
	sent, err := client.SendPrecompiledLetter(context.Background(), notify.PrecompiledLetter{
		Reference: "licence-4711", Content: strings.NewReader(pdf), Postage: notify.PostageEconomy,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	letter, err := client.WaitForNotification(context.Background(), sent.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Reference, sent.Postage, letter.Status, letter.Status == notify.StatusValidationFailed)
	// Output: licence-4711 economy validation-failed true
}

// However a file is printed, its content does not show, so that a log of a message holds none.
func ExampleFile() {
	payments := notify.FileFromBytes("payments.csv", []byte("date,pounds\n2026-04-01,38.50\n"))
	payments.RetentionWeeks = 4
	payments.ConfirmEmail = new(true)
	for _, printed := range []string{payments.String(), fmt.Sprintf("%+v", payments), fmt.Sprintf("%#v", payments)} {
		fmt.Println("shows its content:", strings.Contains(printed, "38.50"))
	}

	service, client := exampleService(simulator.KeyTypeTest)
	_, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: exampleEmail,
		Personalisation: notify.Personalisation{"name": "Amala", "documents": payments},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range service.TestMessages()[0].Files { // what the recipient can download
		fmt.Println(file.Filename, len(file.Content), "of at most", notify.MaxFileBytes, "bytes")
	}
	// Output:
	// shows its content: false
	// shows its content: false
	// shows its content: false
	// payments.csv 29 of at most 2098176 bytes
}

// Values are strings, numbers, booleans and lists of these. Write money and dates as people read them.
func ExamplePersonalisation_lists() {
	service, client := exampleService(simulator.KeyTypeTest)
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: exampleEmail, Personalisation: notify.Personalisation{
			"NAME":      "Amala",                       // the same as ((name))
			"documents": []string{"passport", "photo"}, // a bulleted list; in a text message "passport and photo"
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Subject)
	arrived, _ := service.Delivered(sent.ID)
	fmt.Println(arrived.Text)
	// Output:
	// Your licence, Amala
	// Thank you for:
	//
	// • passport
	// • photo
}
