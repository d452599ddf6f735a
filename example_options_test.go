package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/notifykit/notify"
)

func ExampleWithKeyType() {
	client, err := notify.New(
		"acme-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0",
		notify.WithKeyType(notify.KeyTypeTeam),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.Key().Type(), client.KeyType())
	// Output: unknown team
}

func ExampleWithoutGuard() {
	const key = "live-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	guarded, _ := notify.New(key)
	_, err := guarded.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07700 900003"})
	fmt.Println(errors.Is(err, notify.ErrTestRecipient))

	stub := answers{`400 {"errors":[{"error":"BadRequestError","message":"Template not found"}],"status_code":400}`}
	open, _ := notify.New(key, notify.WithoutGuard(), notify.WithHTTPClient(&http.Client{Transport: &stub}))
	_, err = open.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07700 900003"})
	fmt.Println(err)
	// Output:
	// true
	// notify: POST /v2/notifications/sms: 400 BadRequestError: Template not found
}

func ExampleErrReservedRecipient() {
	client, _ := notify.New("live-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	_, err := client.SendEmail(context.Background(), notify.Email{EmailAddress: "amala@example.com"})
	fmt.Println(errors.Is(err, notify.ErrReservedRecipient))
	_, err = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07700 900123"})
	fmt.Println(errors.Is(err, notify.ErrReservedRecipient))
	// Output:
	// true
	// true
}

func ExampleWithRetry() {
	once := notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1})
	client := exampleClientWith([]notify.Option{once},
		"503 ",
		`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"delivered"}`)
	_, err := client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(err)
	// Output: notify: GET /v2/notifications/{id}: 503 Service Unavailable
}

func ExampleWithLogger() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // what differs from run to run
			if a.Key == slog.TimeKey || a.Key == "duration" {
				return slog.Attr{}
			}
			return a
		},
	}))
	client := exampleClientWith([]notify.Option{notify.WithLogger(logger)},
		`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"delivered"}`)
	_, _ = client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	// Output: level=DEBUG msg="notify attempt" method=GET route=/v2/notifications/{id} attempt=1 status=200
}

func ExampleWithBaseURL() {
	_, err := notify.New(exampleKey, notify.WithBaseURL("http://127.0.0.1:6011"))
	fmt.Println(err)
	_, err = notify.New(exampleKey, notify.WithBaseURL("http://notify.internal"))
	fmt.Println(err)
	_, err = notify.New(exampleKey, notify.WithBaseURL("http://notify.internal/v1/"), notify.WithInsecureHTTP())
	fmt.Println(err)
	// Output:
	// <nil>
	// notify: the base URL must be https for a host that is not this machine (WithInsecureHTTP allows it)
	// <nil>
}

func ExampleWithTimeout() {
	slow := roundTripper(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	})
	client, err := notify.New(exampleKey,
		notify.WithTimeout(time.Millisecond),
		notify.WithHTTPClient(&http.Client{Transport: slow}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	fmt.Println(errors.Is(err, context.DeadlineExceeded), notify.SafeToRetry(err))
	// Output: true false
}

// The transport is the place for tracing, metrics, a proxy or a simulator.
func ExampleWithHTTPClient() {
	traced := roundTripper(func(req *http.Request) (*http.Response, error) {
		fmt.Println(req.Method, req.URL.Path)
		stub := answers{`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"delivered"}`}
		return stub.RoundTrip(req)
	})
	client, err := notify.New(exampleKey, notify.WithHTTPClient(&http.Client{Transport: traced}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(err)
	// Output:
	// GET /v2/notifications/740e5834-3a29-46b4-9a6f-16142fde533a
	// <nil>
}

func ExampleWithUserAgent() {
	stub := roundTripper(func(req *http.Request) (*http.Response, error) {
		name, _, _ := strings.Cut(req.UserAgent(), " ")
		fmt.Println(name)
		stub := answers{`200 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a","status":"delivered"}`}
		return stub.RoundTrip(req)
	})
	client, err := notify.New(exampleKey,
		notify.WithUserAgent("parking-permits/1.2"),
		notify.WithHTTPClient(&http.Client{Transport: stub}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	fmt.Println(err)
	// Output:
	// parking-permits/1.2
	// <nil>
}
