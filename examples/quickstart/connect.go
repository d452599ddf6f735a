package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// target is a Notify to send to, with a template for each channel.
type target struct {
	name                       string
	client                     *notify.Client
	smsTemplate, emailTemplate string
}

// connect chooses between the simulator and the real service.
func connect(getenv func(string) string) (*target, error) {
	key, base := getenv("NOTIFY_API_KEY"), getenv("NOTIFY_BASE_URL")
	if key != "" {
		return connectReal(key, base, getenv("NOTIFY_SMS_TEMPLATE_ID"), getenv("NOTIFY_EMAIL_TEMPLATE_ID"))
	}
	if base != "" {
		return nil, errors.New("NOTIFY_BASE_URL is set, but NOTIFY_API_KEY is not")
	}
	return connectSimulator()
}

// connectSimulator starts a Notify in this process. It opens no port and there is nothing to stop.
func connectSimulator() (*target, error) {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Quickstart",
		Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	if err != nil {
		return nil, err
	}
	sms, err := service.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "Reminder",
		Versions: []simulator.TemplateVersion{{Body: "Hello ((name)), your appointment is on ((date))."}},
	})
	if err != nil {
		return nil, err
	}
	email, err := service.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Confirmation",
		Versions: []simulator.TemplateVersion{{Subject: "Your application", Body: "# Thank you\n\nDear ((name))"}},
	})
	if err != nil {
		return nil, err
	}
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	if err != nil {
		return nil, err
	}
	return &target{name: "the simulator", client: client, smsTemplate: sms, emailTemplate: email}, nil
}

// connectReal accepts only test keys: Notify revokes live keys that send to recipients meant for testing.
func connectReal(key, base, sms, email string) (*target, error) {
	name := "GOV.UK Notify"
	var opts []notify.Option
	if base != "" {
		name = base
		opts = append(opts, notify.WithBaseURL(base))
	}
	client, err := notify.New(key, opts...)
	if err != nil {
		return nil, fmt.Errorf("NOTIFY_API_KEY or NOTIFY_BASE_URL: %w", err)
	}
	switch client.KeyType() {
	case notify.KeyTypeTest:
	case notify.KeyTypeUnknown:
		return nil, fmt.Errorf("the name of the key in NOTIFY_API_KEY (%v) does not say that it is a test key: "+
			`this program uses test keys only; make one whose name has the word "test"`, client.Key())
	default:
		return nil, fmt.Errorf("the key in NOTIFY_API_KEY (%v) is a %s key by its name: "+
			"this program uses test keys only, since Notify revokes live keys that send to test recipients",
			client.Key(), client.KeyType())
	}
	if sms == "" || email == "" {
		return nil, errors.New("with NOTIFY_API_KEY, set NOTIFY_SMS_TEMPLATE_ID and NOTIFY_EMAIL_TEMPLATE_ID " +
			"to the ids of two of the service's templates")
	}
	return &target{name: name, client: client, smsTemplate: sms, emailTemplate: email}, nil
}

func (t *target) send(ctx context.Context, channel notify.NotificationType, recipient string) (id string, err error) {
	if channel == notify.NotificationTypeSMS {
		values, err := t.values(ctx, t.smsTemplate, channel)
		if err != nil {
			return "", err
		}
		sent, err := t.client.SendSMS(ctx, notify.SMS{
			PhoneNumber: recipient, TemplateID: t.smsTemplate, Personalisation: values,
		})
		if err != nil {
			return "", err
		}
		return sent.ID, nil
	}
	values, err := t.values(ctx, t.emailTemplate, channel)
	if err != nil {
		return "", err
	}
	sent, err := t.client.SendEmail(ctx, notify.Email{
		EmailAddress: recipient, TemplateID: t.emailTemplate, Personalisation: values,
	})
	if err != nil {
		return "", err
	}
	return sent.ID, nil
}

// values fills every placeholder that the template has, so that any template will do.
func (t *target) values(
	ctx context.Context, id string, channel notify.NotificationType,
) (notify.Personalisation, error) {
	template, err := t.client.Template(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", id, err)
	}
	if template.Type != channel {
		return nil, fmt.Errorf("template %s is for %s, not for %s", id, template.Type, channel)
	}
	values := notify.Personalisation{}
	for name := range template.Personalisation {
		values[name] = "quickstart"
	}
	return values, nil
}
