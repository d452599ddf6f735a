// Errors shows how to tell failures apart: who has to act, and whether a message may have gone out all the same.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

const (
	smsTemplate   = "3a9d6f10-2b7c-4f7e-8e55-90a1b2c3d405"
	emailTemplate = "3a9d6f10-2b7c-4f7e-8e55-90a1b2c3d406"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "errors:", err)
		os.Exit(1)
	}
}

// advice is the kind of switch that a service should have in one place. The order matters, because some kinds include
// others.
func advice(err error) string {
	switch {
	case errors.Is(err, notify.ErrOutcomeUnknown): // first: nothing below may lead to a second message
		return "it may have been sent; look for its reference before sending again"
	case errors.Is(err, notify.ErrTestRecipient), errors.Is(err, notify.ErrReservedRecipient),
		errors.Is(err, notify.ErrMalformedRecipient):
		return "refused before sending, to protect the key; ask for another recipient"
	case errors.Is(err, notify.ErrInvalidRequest):
		return "refused before sending; the program is wrong"
	case errors.Is(err, notify.ErrKeyRevoked):
		return "use another key"
	case errors.Is(err, notify.ErrUnauthorised):
		return "check the key and the clock"
	case errors.Is(err, notify.ErrMissingPersonalisation):
		return "somebody changed the template, or the program is wrong"
	case errors.Is(err, notify.ErrValidation):
		return "ask for another recipient"
	case errors.Is(err, notify.ErrNotFound):
		return "it does not exist, or no longer does"
	case errors.Is(err, notify.ErrDailyLimit):
		return "try again after midnight UTC"
	case errors.Is(err, notify.ErrRateLimited):
		return "try again in a minute; the client has waited already"
	default:
		return "nothing was sent; try again later"
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	sim, service, err := start()
	if err != nil {
		return err
	}
	dial := func(key string) *notify.Client {
		client, dialErr := notify.New(key, notify.WithHTTPClient(&http.Client{Transport: sim}))
		err = errors.Join(err, dialErr)
		return client
	}
	test, live := dial(service.Key(simulator.KeyTypeTest)), dial(service.Key(simulator.KeyTypeLive))
	old, addErr := service.AddKey("old-test", simulator.KeyTypeTest)
	err = errors.Join(err, addErr, service.RevokeKey(old))
	revoked := dial(old)
	if err != nil {
		return err
	}

	named := notify.Personalisation{"name": "Amala"}
	mistakes := []struct {
		what string
		make func() error
	}{
		{"a number that is one digit short", func() error {
			_, err := test.SendSMS(ctx, notify.SMS{PhoneNumber: "0790090012", TemplateID: smsTemplate, Personalisation: named})
			return err
		}},
		{"no value for ((name))", func() error {
			_, err := test.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: smsTemplate})
			return err
		}},
		{"a live key and a number for test keys", func() error {
			_, err := live.SendSMS(ctx, notify.SMS{PhoneNumber: "07700900003", TemplateID: smsTemplate, Personalisation: named})
			return err
		}},
		{"a malformed id", func() error {
			_, err := test.Notification(ctx, "4711")
			return err
		}},
		{"an unknown id", func() error {
			_, err := test.Notification(ctx, "00000000-0000-4000-8000-000000000000")
			return err
		}},
		{"one more than today's limit", func() error {
			_, err := live.SendEmail(ctx, notify.Email{EmailAddress: "amala@example.gov.uk", TemplateID: emailTemplate})
			return err
		}},
		{"a revoked key", func() error {
			_, err := revoked.Templates(ctx, "")
			return err
		}},
		{"a connection lost after sending", func() error {
			loseAnswer(sim)
			_, err := test.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: smsTemplate, Personalisation: named})
			return err
		}},
	}
	for _, m := range mistakes {
		err := m.make()
		if err == nil {
			return fmt.Errorf("%s: no error", m.what)
		}
		fmt.Fprintf(stdout, "%s: %s\n", m.what, advice(err))
	}

	// *notify.Error has Notify's own error message. It may quote what was sent, so think before logging it; the text of
	// the error itself is safe to log.
	var answer *notify.Error
	if err := mistakes[1].make(); errors.As(err, &answer) {
		fmt.Fprintf(stdout, "Notify's words: %d %s: %s\n", answer.StatusCode, answer.Errors[0].Type, answer.Errors[0].Message)
	}

	// A message that must go out only once, over a connection that loses the response.
	message := notify.SMS{
		PhoneNumber: "07900900123", TemplateID: smsTemplate, Personalisation: named, Reference: "case 4711+a",
	}
	before := len(service.TestMessages())
	loseAnswer(sim)
	if _, err := test.Send(ctx, message, notify.Once()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "sent once: %d message\n", len(service.TestMessages())-before)
	return nil
}

// loseAnswer has the connection break after the next message was accepted.
func loseAnswer(sim *simulator.Simulator) {
	sim.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
}

func start() (*simulator.Simulator, *simulator.Service, error) {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Courts",
		Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest},
			{Name: "live", Type: simulator.KeyTypeLive},
		},
		DailyLimits: simulator.DailyLimits{Email: new(0)},
		Templates: []simulator.TemplateConfig{
			{ID: smsTemplate, Type: simulator.MessageTypeSMS, Name: "Text", Versions: []simulator.TemplateVersion{
				{Body: "Hello ((name))"},
			}},
			{ID: emailTemplate, Type: simulator.MessageTypeEmail, Name: "Email", Versions: []simulator.TemplateVersion{
				{Subject: "News", Body: "Hello"},
			}},
		},
	})
	return sim, service, err
}
