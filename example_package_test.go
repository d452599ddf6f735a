package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Clinic is the part of a program that sends. It is given its client, so that a test can give it another.
type Clinic struct {
	Notify   *notify.Client
	Template string
}

var errWrongNumber = errors.New("this is not a phone number that can be texted")

// Remind sends one reminder. The booking's number is the message's reference: if an answer is lost, it finds the
// message again.
func (c *Clinic) Remind(ctx context.Context, booking, phone, date string) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // for all attempts together
	defer cancel()
	sent, err := c.Notify.SendSMS(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: c.Template, Reference: booking,
		Personalisation: notify.Personalisation{"date": date},
	})
	switch {
	case errors.Is(err, notify.ErrValidation), errors.Is(err, notify.ErrInvalidRequest):
		return "", errWrongNumber // the visitor can mend this
	case err != nil:
		return "", err // it says nothing of the visitor, so that it can be logged
	}
	return sent.ID, nil
}

// A program has one client and shares it. Here it talks to a simulated Notify; in real life there is a key in
// NOTIFY_API_KEY, and notify.New(os.Getenv("NOTIFY_API_KEY")) is all it takes.
func Example() {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Clinic", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	template, err := service.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder",
		Versions: []simulator.TemplateVersion{{Body: "Your appointment is on ((date))."}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		fmt.Println(err)
		return
	}

	clinic := &Clinic{Notify: client, Template: template}
	for _, phone := range []string{"07900 900123", "0790"} {
		if _, err := clinic.Remind(context.Background(), "B-4711", phone, "3 May"); err != nil {
			fmt.Println(err)
		}
	}
	for _, message := range service.TestMessages() {
		fmt.Println(message.To, message.Reference, message.Body)
	}
	// Output:
	// this is not a phone number that can be texted
	// 07900 900123 B-4711 Your appointment is on 3 May.
}
