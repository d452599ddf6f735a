package notify_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/notifykit/notify"
)

// A weekday is a number underneath, and "see you on 3" helps nobody.
func ExamplePersonalisation() {
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",
		"content":{"body":"See you on Wednesday at 9.30am","from_number":"GOVUK"}}`)
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	message := notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: "f33517ff-2a88-4f6e-b855-c550268ce08a",
		Personalisation: notify.Personalisation{"day": at.Weekday(), "time": at.Format("3.04pm")},
	}
	_, err := client.SendSMS(context.Background(), message)
	fmt.Println(err)

	message.Personalisation["day"] = at.Weekday().String()
	sent, err := client.SendSMS(context.Background(), message)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Body)
	// Output:
	// notify: personalisation "day": a value of type time.Weekday would not be sent as it prints; make it a string
	// See you on Wednesday at 9.30am
}

// A struct that already has tags for JSON needs few others.
func ExamplePersonalisationFrom() {
	type Applicant struct {
		FirstName string `json:"first_name"`
		Email     string `json:"-"`
	}
	type Permit struct {
		Applicant
		Street    string    `json:"street"`
		Documents []string  `json:"documents,omitempty"`
		ExpiresAt time.Time `json:"expires_at" notify:"-"`
		Expires   string    `json:"-" notify:"expiry date"`
	}
	permit := Permit{
		Applicant: Applicant{FirstName: "Amala", Email: "amala@example.com"},
		Street:    "High Street",
		ExpiresAt: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC),
	}
	permit.Expires = permit.ExpiresAt.Format("2 January 2006")

	values, err := notify.PersonalisationFrom(permit)
	if err != nil {
		fmt.Println(err)
		return
	}
	values["reference"] = "P-4711" // more can be added
	fmt.Println(values)
	// Output: map[expiry date:31 March 2027 first_name:Amala reference:P-4711 street:High Street]
}

// A value that cannot be sent is found before anything is sent. The error names its field.
func ExamplePersonalisationFrom_refused() {
	type Slot struct{ Starts time.Time }
	type Appointment struct {
		*Slot
		Name string `notify:"name"`
	}
	_, err := notify.PersonalisationFrom(Appointment{&Slot{time.Now()}, "Amala"})
	fmt.Println(err)
	fmt.Println(errors.Is(err, notify.ErrInvalidRequest))
	// Output:
	// notify: personalisation "Starts" (field Slot.Starts): a value of type time.Time cannot be used here
	// true
}

// A struct for the message as a whole.
func ExampleClient_SendSMS_struct() {
	type Reminder struct {
		Name string `notify:"name"`
		Day  string `notify:"day"`
	}
	client := exampleClient(`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a",
		"content":{"body":"Hello Amala, see you on Wednesday","from_number":"GOVUK"}}`)
	values, err := notify.PersonalisationFrom(Reminder{"Amala", time.Wednesday.String()})
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: "f33517ff-2a88-4f6e-b855-c550268ce08a", Personalisation: values,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sent.Content.Body)
	// Output: Hello Amala, see you on Wednesday
}
