package simtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// The broken programs in this file make the mistakes that people make with Notify. For each there is a test as its
// author would write it, and the file in testdata/broken has what that test says. SIMTEST_UPDATE=1 writes the files.

// caught checks that a test fails, and what it says but for line numbers.
func caught(t *testing.T, name string, test func(*fakeT)) {
	t.Helper()
	said := regexp.MustCompile(`\.go:\d+`).ReplaceAllString(failing(t, test), ".go:1") + "\n"
	path := filepath.Join("testdata", "broken", name+".txt")
	if os.Getenv("SIMTEST_UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, []byte(said), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), said)
}

// confirmTwice is a program that sends again when it hears nothing. But the first text may have been accepted.
func confirmTwice(ctx context.Context, client *notify.Client, template, order string) error {
	text := notify.SMS{PhoneNumber: "07900 900123", TemplateID: template, Reference: order}
	_, err := client.SendSMS(ctx, text)
	if err != nil {
		_, err = client.SendSMS(ctx, text)
	}
	return err
}

func TestBrokenSendsTwice(t *testing.T) {
	t.Parallel()
	caught(t, "sends-twice", func(t *fakeT) {
		kit := simtest.New(t)
		kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)

		_ = confirmTwice(t.Context(), kit.Client(), kit.SMSTemplate("Thanks for your order."), "order-1")

		kit.One(simtest.Reference("order-1"))
	})
}

// insist is a program that falls back to an email if a text fails. But it looks at the error only, which says that the
// status could be read, and not at the status.
func insist(ctx context.Context, client *notify.Client, sms, email string) error {
	text, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07700900002", TemplateID: sms, Reference: "ada"})
	if err == nil {
		_, err = client.WaitForNotification(ctx, text.ID)
	}
	if err != nil {
		_, err = client.SendEmail(ctx, notify.Email{EmailAddress: "ada@example.gov.uk", TemplateID: email, Reference: "ada"})
	}
	return err
}

func TestBrokenIgnoresFailure(t *testing.T) {
	t.Parallel()
	caught(t, "ignores-failure", func(t *fakeT) {
		kit := simtest.New(t)

		_ = insist(t.Context(), kit.Client(), kit.SMSTemplate("Your appointment is on Monday."),
			kit.EmailTemplate("Your appointment", "It is on Monday."))

		kit.One(simtest.To("ada@example.gov.uk"), simtest.WithStatus(notify.StatusDelivered))
	})
}

// gullible is a program that notes receipts, whoever posts them. But its URL is no secret.
type gullible struct{ statuses map[string]string }

func (g *gullible) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var receipt struct{ ID, Status string }
	if err := json.NewDecoder(r.Body).Decode(&receipt); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.statuses[receipt.ID] = receipt.Status
}

func TestBrokenAcceptsAnyToken(t *testing.T) {
	t.Parallel()
	caught(t, "accepts-any-token", func(t *fakeT) {
		kit := simtest.New(t)
		kit.CallBack(&gullible{map[string]string{}}, "bearer-token")
		kit.NextCallbacks(1, simulator.CallbackQuirkWrongToken)

		_, err := kit.Client().SendSMS(t.Context(), notify.SMS{
			PhoneNumber: "07900 900123", TemplateID: kit.SMSTemplate("Hello"),
		})
		require.NoError(t, err)
	})
}

// apologise is a program that writes to all whose text failed. But a page has no more than 250 of them.
func apologise(ctx context.Context, client *notify.Client, email string) error {
	failed, err := client.NotificationsPage(ctx, notify.NotificationFilter{
		Types: []notify.NotificationType{notify.NotificationTypeSMS}, Statuses: []notify.Status{notify.StatusFailed},
	})
	if err != nil {
		return err
	}
	for _, n := range failed.Notifications {
		_, sent := client.SendEmail(ctx, notify.Email{
			EmailAddress: n.Reference + "@example.gov.uk", TemplateID: email, Reference: n.Reference,
		})
		err = errors.Join(err, sent)
	}
	return err
}

func TestBrokenReadsOnePage(t *testing.T) {
	t.Parallel()
	caught(t, "reads-one-page", func(t *fakeT) {
		kit := simtest.New(t)
		client, template := kit.Client(), kit.SMSTemplate("Hello")
		for i := range 251 {
			_, err := client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07700900002", TemplateID: template, Reference: "person-" + strconv.Itoa(i+1),
			})
			require.NoError(t, err)
		}

		require.NoError(t, apologise(t.Context(), client, kit.EmailTemplate("Sorry", "We could not send you a text.")))

		kit.N(251, simtest.OfType(notify.NotificationTypeEmail))
	})
}

// mailOut is a program that tries again after a while when it has to slow down. But today's limit is the same 429.
func mailOut(ctx context.Context, client *notify.Client, template string, addresses ...string) error {
	for _, address := range addresses {
		for range 5 {
			_, err := client.SendEmail(ctx, notify.Email{EmailAddress: address, TemplateID: template})
			var refused *notify.Error
			if !errors.As(err, &refused) || refused.StatusCode != http.StatusTooManyRequests {
				break
			}
			time.Sleep(time.Minute)
		}
	}
	return nil
}

func TestBrokenRetriesAtDailyLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		caught(t, "retries-at-daily-limit", func(t *fakeT) {
			kit := simtest.New(t).ExpectN(1, notify.ErrDailyLimit)
			require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{Email: new(1)}))

			_ = mailOut(t.Context(), kit.ClientWithKey(kit.LiveKey), kit.EmailTemplate("News", "There is some."),
				"ada@example.gov.uk", "grace@example.gov.uk")

			kit.One()
		})
	})
}
