package appointments_test

import (
	"context"
	"testing"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator/simtest"
)

// remind is the code under test. It takes a client, so that a test can pass in its own.
func remind(ctx context.Context, client *notify.Client, template, booking, phone string) error {
	_, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: phone, TemplateID: template, Reference: booking,
		Personalisation: notify.Personalisation{"date": "3 May"},
	})
	return err
}

func TestRemind(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t) // a Notify of this test's own; there is nothing to close
	template := kit.SMSTemplate("Your appointment is on ((date)).")

	err := remind(t.Context(), kit.Client(), template, "B-4711", "07700900003") // a number that fails on purpose
	if err != nil {
		t.Fatal(err)
	}
	text := kit.One(simtest.To("07700 900003"), simtest.Reference("B-4711")) // or the test ends and says what came close
	if text.Body != "Your appointment is on 3 May." || text.Status != notify.StatusTemporaryFailure {
		t.Error(text)
	}
}
