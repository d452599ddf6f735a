package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// whoActs is the switch that a program has in one place. The order matters where one kind includes another.
func whoActs(err error) string {
	switch {
	case errors.Is(err, notify.ErrOutcomeUnknown):
		return "whoever keeps the books: look for its reference"
	case errors.Is(err, notify.ErrValidation), errors.Is(err, notify.ErrMalformedRecipient),
		errors.Is(err, notify.ErrTestRecipient):
		return "the visitor: this is not a recipient"
	case errors.Is(err, notify.ErrTooLarge):
		return "the visitor: the file is too large"
	case errors.Is(err, notify.ErrNotOnGuestList), errors.Is(err, notify.ErrTrialMode):
		return "the team: add the recipient to the guest list, or go live"
	case errors.Is(err, notify.ErrMissingPersonalisation):
		return "the team: the template was changed"
	case errors.Is(err, notify.ErrKeyRevoked):
		return "the team: make a new key"
	case errors.Is(err, notify.ErrClockSkew):
		return "the operator: set the clock"
	case errors.Is(err, notify.ErrUnauthorised):
		return "the operator: is this the right key?"
	case errors.Is(err, notify.ErrDailyLimit):
		return "nobody before midnight UTC"
	case errors.Is(err, notify.ErrRateLimited), errors.Is(err, notify.ErrPDFNotReady):
		return "nobody: try again later"
	case errors.Is(err, notify.ErrNotFound):
		return "nobody: it does not exist, or no longer does"
	case errors.Is(err, notify.ErrInvalidRequest):
		return "the programmer"
	}
	return "the operator"
}

// A maintenance page with status 200 is not a success. If it answers a send, nobody knows what became of the message.
func ExampleError_unexpectedAnswer() {
	client := exampleClient(`200 <html>We are down for maintenance</html>`)
	_, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123", TemplateID: exampleSMS})
	fmt.Println(errors.Is(err, notify.ErrUnexpectedAnswer), errors.Is(err, notify.ErrOutcomeUnknown))
	what, outcome, _ := strings.Cut(err.Error(), "; ")
	fmt.Println(what)
	fmt.Println(outcome)
	fmt.Println(whoActs(err))
	// Output:
	// true true
	// notify: POST /v2/notifications/sms: 200 OK, but the answer lacks JSON of the form that was expected
	// the message may have been accepted
	// whoever keeps the books: look for its reference
}

// Each kind of failure asks somebody else to act.
func ExampleError_Is() {
	service, live := exampleService(simulator.KeyTypeLive)
	send := func(client *notify.Client, phone string, p notify.Personalisation) {
		m := notify.SMS{PhoneNumber: phone, TemplateID: exampleSMS, Personalisation: p}
		_, err := client.SendSMS(context.Background(), m)
		fmt.Println(whoActs(err))
	}
	complete := notify.Personalisation{"name": "Amala", "date": "3 May"}

	send(live, "07700 900003", complete) // made for test keys
	send(live, "0790", complete)
	send(live, "07900 900123", nil)
	service.SetTrialMode(true)
	send(live, "07900 900123", complete)
	_, err := live.Notification(context.Background(), exampleSMS) // the id of a template
	fmt.Println(whoActs(err))
	_, err = live.Notification(context.Background(), "4711") // not an id
	fmt.Println(whoActs(err))
	if err := service.RevokeKey(service.Key(simulator.KeyTypeLive)); err != nil {
		fmt.Println(err)
	}
	send(live, "07900 900123", complete)
	// Output:
	// the visitor: this is not a recipient
	// the visitor: this is not a recipient
	// the team: the template was changed
	// the team: add the recipient to the guest list, or go live
	// nobody: it does not exist, or no longer does
	// the programmer
	// the team: make a new key
}

// What an error prints can be logged: it holds no recipient and no personalisation. Notify's own words may quote them,
// and are there for code that asks.
func ExampleErrorDetail() {
	_, client := exampleService(simulator.KeyTypeTest)
	_, err := client.SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: strings.Repeat("Amala Bird ", 100),
	})
	fmt.Println("the text quotes what was sent:", strings.Contains(err.Error(), "Amala"))
	var answer *notify.Error
	if !errors.As(err, &answer) {
		return // another kind of error
	}
	fmt.Println("so does its other text:", strings.Contains(fmt.Sprintf("%#v", answer), "Amala"))
	quotes := func(detail notify.ErrorDetail) bool { return strings.Contains(detail.Message, "Amala") }
	for _, detail := range answer.Errors {
		fmt.Println("what Notify said does, in a", detail.Type+":", quotes(detail))
	}
	// Output:
	// the text quotes what was sent: false
	// so does its other text: false
	// what Notify said does, in a ValidationError: true
}

// A simulated network that loses the answer shows what a program does when it can't know whether a message was
// accepted.
func ExampleSafeToRetry_lostAnswer() {
	service, sound := exampleService(simulator.KeyTypeTest)
	lossy := roundTripper(func(req *http.Request) (*http.Response, error) {
		answer, err := service.Simulator().RoundTrip(req)
		if err == nil {
			_ = answer.Body.Close()
		}
		return nil, errors.New("connection reset by peer")
	})
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: lossy}))
	if err != nil {
		fmt.Println(err)
		return
	}
	message := notify.SMS{
		PhoneNumber: "07900 900123", TemplateID: exampleSMS, Reference: "licence-4711",
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	}
	_, err = client.SendSMS(context.Background(), message)
	fmt.Println("lost: safe to send again:", notify.SafeToRetry(err), "- accepted:", len(service.TestMessages()))

	message.PhoneNumber = "0790"
	_, err = sound.SendSMS(context.Background(), message)
	fmt.Println("refused: safe to send again:", notify.SafeToRetry(err), "- and pointless:", whoActs(err))
	// Output:
	// lost: safe to send again: false - accepted: 1
	// refused: safe to send again: true - and pointless: the visitor: this is not a recipient
}
