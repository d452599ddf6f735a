package simtest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// The tests in this file are those of docs/testing.md, word for word.

func TestDeliveryTakesAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // time stands still until every goroutine waits, and then jumps
		kit := simtest.New(t, simulator.WithOutcomeDelay(10*time.Second))
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
		kit := simtest.New(t)
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
	kit := simtest.New(t)
	require.NoError(t, kit.Service.SetDailyLimits(simulator.DailyLimits{SMS: new(1)}))
	client, template := kit.ClientWithKey(kit.LiveKey), kit.SMSTemplate("Hello") // a test key would never reach it
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: template}
	_, err := client.SendSMS(t.Context(), text)
	require.NoError(t, err)
	_, err = client.SendSMS(t.Context(), text)
	require.ErrorIs(t, err, notify.ErrDailyLimit)
}

// fault is something wrong with the network. It sees each request and decides what happens to it.
type fault func(r *http.Request, service http.RoundTripper) (*http.Response, error)

// with returns a client whose requests pass through the fault on their way to the kit's service.
func (f fault) with(kit *simtest.Kit) *notify.Client {
	return kit.Client(notify.WithHTTPClient(&http.Client{Transport: faulty{f, kit.Simulator}}))
}

type faulty struct {
	fault   fault
	service http.RoundTripper
}

func (f faulty) RoundTrip(r *http.Request) (*http.Response, error) { return f.fault(r, f.service) }

// The service cannot be reached. Nothing was written, so the client retries, and its error is safe to retry.
func noConnection(*http.Request, http.RoundTripper) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
}

// Notify accepts the message, but the response is lost.
func loseAnswer(r *http.Request, service http.RoundTripper) (*http.Response, error) {
	if answer, err := service.RoundTrip(r); err == nil {
		_ = answer.Body.Close()
	}
	return nil, io.ErrUnexpectedEOF
}

// A proxy in front of Notify responds in its place.
func unavailable(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
	return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// There is no response at all, until the client gives up.
func silent(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    fault
		unknown  bool
		accepted int
	}{
		"no connection": {noConnection, false, 0},
		"answer lost":   {loseAnswer, true, 1},
		"unavailable":   {unavailable, true, 0},
		"silent":        {silent, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // the waits between attempts take no time
				kit := simtest.New(t)
				_, err := c.fault.with(kit).SendSMS(t.Context(), notify.SMS{
					PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"), Reference: "B-4711",
				})
				require.Equal(t, c.unknown, errors.Is(err, notify.ErrOutcomeUnknown), err)
				require.Len(t, kit.Service.TestMessages(), c.accepted)
			})
		})
	}
}

func TestReceiptsSurviveAnOutage(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	told, down := "", true
	receiver := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err == nil && r.Header.Get("Authorization") == "Bearer a-bearer-token" {
			told += string(body)
		}
	})
	require.NoError(t, kit.Service.CallBack(receiver, "a-bearer-token"))

	template := kit.SMSTemplate("Hello")
	_, err := kit.Client().SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
	require.NoError(t, err)
	kit.Simulator.Advance(20 * time.Minute) // refused five times
	down = false
	kit.Simulator.Advance(5 * time.Minute)
	require.Contains(t, told, `"status": "delivered"`)
	require.Len(t, kit.Service.Callbacks(), 6)
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
