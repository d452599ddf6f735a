package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify"
)

const (
	exampleSent       = `201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a"}`
	exampleDailyLimit = `429 {"errors":[{"error":"TooManyRequestsError",` +
		`"message":"Exceeded send limits (sms: 250000) for today"}],"status_code":429}`
)

// A text and an email worker of one program have a key each, of the same type and so with one rate limit.
func ExampleLimiter() {
	limiter, err := notify.NewLimiter(notify.DefaultRateLimit)
	if err != nil {
		fmt.Println(err)
		return
	}
	texts := exampleClientWith([]notify.Option{notify.WithLimiter(limiter)}, exampleSent)
	emails := exampleClientWith([]notify.Option{notify.WithLimiter(limiter)}, exampleSent)
	_, err = texts.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	fmt.Println(err)
	_, err = emails.SendEmail(context.Background(), notify.Email{EmailAddress: "amala@example.com"})
	fmt.Println(err, limiter)
	// Output:
	// <nil>
	// <nil> notify.Limiter(3000 a minute)
}

func ExampleNewLimiter() {
	_, err := notify.NewLimiter(0)
	fmt.Println(err)
	// Output: notify: the rate limit must be from 1 to 1000000 a minute
}

func ExampleWithRateLimit() {
	// Notify has agreed to twice its usual rate.
	client := exampleClientWith([]notify.Option{notify.WithRateLimit(6000)}, exampleSent)
	_, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleWithoutRateLimit() {
	client := exampleClientWith([]notify.Option{notify.WithoutRateLimit()}, exampleSent)
	_, err := client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	fmt.Println(err)
	// Output: <nil>
}

// A worker with little time hears at once that there is none for it, and can do something else.
func ExampleErrHeldBack() {
	client := exampleClientWith([]notify.Option{notify.WithRateLimit(1)}, exampleSent) // one a minute
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for range 2 {
		_, err := client.SendSMS(ctx, notify.SMS{PhoneNumber: "07900 900123"})
		fmt.Println(errors.Is(err, notify.ErrHeldBack), notify.SafeToRetry(err), ctx.Err())
	}
	// Output:
	// false false <nil>
	// true true <nil>
}

// answeredAt is a transport whose answers have that date.
func answeredAt(date string, answer string) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		stub := answers{answer}
		resp, err := stub.RoundTrip(req)
		if err == nil {
			resp.Header = http.Header{"Date": {date}}
		}
		return resp, err
	})
}

func ExampleResetAt() {
	transport := answeredAt("Tue, 03 Mar 2026 15:04:05 GMT", exampleDailyLimit)
	client, err := notify.New(exampleKey, notify.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	if errors.Is(err, notify.ErrDailyLimit) {
		fmt.Println("later:", notify.ResetAt(err))
	}
	// Output: later: 2026-03-04 00:00:00 +0000 UTC
}

func ExampleWithDailyLimitHold() {
	transport := answeredAt("Tue, 03 Mar 2026 15:04:05 GMT", exampleDailyLimit)
	client, err := notify.New(exampleKey, notify.WithDailyLimitHold(),
		notify.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		_, err = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
		fmt.Println(strings.ReplaceAll(err.Error(), ": ", ":\n  "))
	}
	fmt.Println(errors.Is(err, notify.ErrDailyLimit), notify.SafeToRetry(err), notify.ResetAt(err).Hour())
	// Output:
	// notify:
	//   POST /v2/notifications/sms:
	//   429 TooManyRequestsError:
	//   Exceeded send limits (sms:
	//   250000) for today (resets at 2026-03-04T00:00:00Z)
	// notify:
	//   POST /v2/notifications/sms was not sent:
	//   today's limit of the channel sms was reached before, and is held until 2026-03-04T00:00:00Z
	// true true 0
}
