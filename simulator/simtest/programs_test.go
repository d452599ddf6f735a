package simtest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"github.com/notifykit/notify"
)

// signIn is a program that sends people a code, and swallows errors.
type signIn struct {
	client   *notify.Client
	template string
	code     string
}

func (s *signIn) askForCode(ctx context.Context, phone string) {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000))
	s.code = fmt.Sprintf("%06d", n)
	_, _ = s.client.SendSMS(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: s.template, Personalisation: notify.Personalisation{"code": s.code},
	})
}

func (s *signIn) enter(code string) bool { return code == s.code }

// confirm is a program that sends a confirmation once, even if it does not learn whether that was accepted.
func confirm(ctx context.Context, client *notify.Client, template, order string) error {
	_, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07900900123", TemplateID: template, Reference: order})
	if !errors.Is(err, notify.ErrOutcomeUnknown) {
		return err
	}
	for _, err := range client.Notifications(ctx, notify.NotificationFilter{Reference: order}) {
		return err // it was accepted
	}
	return confirm(ctx, client, template, order)
}
