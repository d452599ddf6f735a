package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/notifykit/notify"
)

func ExampleClient_SendSMS() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",` +
		`"reference":"application-4711","content":{"body":"Hello Amala"}}`)
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber:     "07900 900123",
		TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation: notify.Personalisation{"name": "Amala"},
		Reference:       "application-4711",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.ID, sent.Content.Body)
	// Output: 740e5834-3a29-46b4-9a6f-16142fde533a Hello Amala
}

func ExampleClient_SendEmail() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",` +
		`"content":{"subject":"Hello","body":"* passport\n* photo"}}`)
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress:           "amala@example.com",
		TemplateID:             "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation:        notify.Personalisation{"name": "Amala", "documents": []string{"passport", "photo"}},
		OneClickUnsubscribeURL: "https://example.gov.uk/unsubscribe/4711",
		SanitiseContentFor:     []string{"name"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Body)
	// Output:
	// * passport
	// * photo
}

func ExampleFileFromReader() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",` +
		`"content":{"body":"Download it: https://documents.service.gov.uk/d/…"}}`)
	file := notify.FileFromReader("report.csv", strings.NewReader("name,result\nAmala,passed\n"))
	file.RetentionWeeks = 4
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress:    "amala@example.com",
		TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation: notify.Personalisation{"link_to_file": file},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Body)
	// Output: Download it: https://documents.service.gov.uk/d/…
}

func ExampleFileFromBytes() {
	client := exampleClient("201 {}")
	_, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress:    "amala@example.com",
		TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation: notify.Personalisation{"link_to_file": notify.FileFromBytes("big.pdf", make([]byte, 3_000_000))},
	})
	fmt.Println(errors.Is(err, notify.ErrTooLarge), err)
	// Output: true notify: personalisation "link_to_file": the file is larger than 2098176 bytes
}

func ExampleClient_SendLetter() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",` +
		`"content":{"subject":"Your licence","body":"Dear Amala"}}`)
	sent, err := client.SendLetter(context.Background(), notify.Letter{
		Address:         []string{"Amala Bird", "123 High Street", "Richmond upon Thames", "SW14 6BF"},
		TemplateID:      "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation: notify.Personalisation{"name": "Amala"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Subject)
	// Output: Your licence
}

func ExampleClient_SendPrecompiledLetter() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",` +
		`"postage":"first","reference":"licence-4711"}`)
	sent, err := client.SendPrecompiledLetter(context.Background(), notify.PrecompiledLetter{
		Reference: "licence-4711",
		Content:   strings.NewReader("%PDF-1.7 …"), // an *os.File in real life
		Postage:   notify.PostageFirst,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.ID, sent.Postage)
	// Output: 740e5834-3a29-46b4-9a6f-16142fde533a first
}
