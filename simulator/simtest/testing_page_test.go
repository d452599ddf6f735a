package simtest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// The tests in this file are those of docs/testing.md, word for word.

func TestSignIn(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := &signIn{client: kit.Client(), template: kit.SMSTemplate("Your code is ((code)).")}

	app.askForCode(t.Context(), "+44 7900 900123")

	code := kit.One(simtest.To("07900 900123")).Code() // exactly one, or the test ends and says what came close
	require.True(t, app.enter(code))
}

func TestReceiptsSurviveAnOutage(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.Realistic())
	status, down := notify.Status(""), true
	receiver, err := notify.NewCallbackHandler(notify.Callbacks{
		DeliveryReceipt: func(_ context.Context, r notify.DeliveryReceipt) error {
			if down {
				return errors.New("the database is away")
			}
			status = r.Status
			return nil
		},
	}, "a-bearer-token")
	require.NoError(t, err)
	kit.CallBack(receiver, "a-bearer-token")

	template := kit.SMSTemplate("Hello")
	_, err = kit.Client().SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
	require.NoError(t, err)
	kit.Advance(20 * time.Minute) // delivered, and the receipt is refused at every attempt
	down = false
	kit.Advance(10 * time.Minute)
	require.Equal(t, notify.StatusDelivered, status)
}

func TestDeliveryTakesAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // time stands still until every goroutine waits, and then jumps
		kit := simtest.New(t, simulator.WithOutcomeDelay(10*time.Second)).Expect(notify.ErrNotFound)
		client, template := kit.Client(), kit.SMSTemplate("Hello")
		sent, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
		require.NoError(t, err)

		n, err := client.Notification(t.Context(), sent.ID)
		require.NoError(t, err)
		require.Equal(t, notify.StatusSending, n.Status)

		time.Sleep(10 * time.Second)
		n, err = client.Notification(t.Context(), sent.ID)
		require.NoError(t, err)
		require.Equal(t, notify.StatusDelivered, n.Status)

		time.Sleep(9 * 24 * time.Hour) // beyond the retention of 7 days, and the clean-up at night
		_, err = client.Notification(t.Context(), sent.ID)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t).Expect(notify.ErrRateLimited)
		require.NoError(t, kit.Service.SetRateLimit(60)) // 20 at once, and then one a second
		client := kit.Client(notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
		text := notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")}
		for range 20 {
			_, err := client.SendSMS(t.Context(), text)
			require.NoError(t, err)
		}
		_, err := client.SendSMS(t.Context(), text)
		require.ErrorIs(t, err, notify.ErrRateLimited)

		time.Sleep(2 * time.Second) // one for the refusal, which counts as well, and one for the message
		_, err = client.SendSMS(t.Context(), text)
		require.NoError(t, err)
	})
}

func TestNothingMoreToday(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrDailyLimit)
	require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(1)}))
	client, template := kit.ClientWithKey(kit.LiveKey), kit.SMSTemplate("Hello") // a test key would never reach it
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: template}
	_, err := client.SendSMS(t.Context(), text)
	require.NoError(t, err)
	_, err = client.SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrDailyLimit)
}

func TestALostAnswerDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1) // accepted, but the answer never arrives
	require.NoError(t, confirm(t.Context(), kit.Client(), kit.SMSTemplate("Confirmed"), "order-1"))
	kit.One(simtest.Reference("order-1"))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    simulator.Fault
		unknown  bool
		accepted int
	}{
		"request lost": {simulator.LoseRequest(), true, 0},
		"answer lost":  {simulator.LoseAnswer(), true, 1},
		"unavailable":  {simulator.ProxyPage(simulator.ProxyAWS, 503), true, 0},
		"silent":       {simulator.StallRequest(), true, 0},
		"rate limited": {simulator.RateLimited(), false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // the waits between attempts take no time
				kit := simtest.New(t)
				kit.Inject(simulator.OnSend(), c.fault)
				_, err := kit.Client().SendSMS(t.Context(), notify.SMS{
					PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"), Reference: "B-4711",
				})
				require.Error(t, err)
				require.Equal(t, c.unknown, errors.Is(err, notify.ErrOutcomeUnknown), err)
				kit.N(c.accepted, simtest.Reference("B-4711"))
			})
		})
	}
}

func TestANumberThatFails(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	require.NoError(t, kit.Service.SetOutcome("07900 900123", simulator.StatusPermanentFailure))
	client, template := kit.Client(), kit.SMSTemplate("Hello")
	sent, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "+447900900123", TemplateID: template})
	require.NoError(t, err)
	n, err := client.Notification(t.Context(), sent.ID)
	require.NoError(t, err)
	require.Equal(t, notify.StatusPermanentFailure, n.Status)
}

func TestTemplatesThatDoNotMatter(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	kit.Service.SetAnyTemplate(true)
	sent, err := kit.Client().SendSMS(t.Context(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		Personalisation: notify.Personalisation{"number": 4711, "name": "Jo"},
	})
	require.NoError(t, err)
	require.Equal(t, "Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20\n\nname: Jo\nnumber: 4711", sent.Content.Body)
}

func TestIDsThatStayTheSame(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t, simulator.WithReadableIDs())
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")}
	sent, err := kit.Client().SendSMS(t.Context(), text)
	require.NoError(t, err)
	require.Equal(t, "55555555-0000-4000-8000-000000000001", sent.ID) // the first message
}
