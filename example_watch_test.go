package notify_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/notifykit/notify"
)

// For metrics the ends are enough. A real program hands the same values to its library.
func ExampleWithObserver() {
	attempts, sends := map[string]int{}, map[string]int{}
	metrics := notify.Observer{End: func(_ context.Context, e notify.Event) {
		switch {
		case e.Attempt > 0:
			attempts[fmt.Sprint(e.Operation, " ", e.Status, " ", e.Class)]++ // and a histogram of e.Duration
		case e.Outcome != "":
			sends[fmt.Sprint(e.Operation, " ", e.Outcome)]++ // whoever is on call wants to hear of "unknown"
		}
	}}
	client := exampleClientWith([]notify.Option{
		notify.WithObserver(metrics), notify.WithRetry(notify.RetryPolicy{MinWait: 1, MaxWait: 1}),
	},
		`429 {"errors":[{"error":"RateLimitError","message":"Exceeded rate limit"}],"status_code":429}`,
		`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a"}`)
	_, _ = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	_, _ = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	fmt.Println(attempts)
	fmt.Println(sends)
	// Output:
	// map[SendSMS 201 :2 SendSMS 429 RateLimitError:1]
	// map[SendSMS accepted:2]
}

// An observer that opens something at the beginning and closes it at the end, such as a span: what Begin returns is the
// context of what is within.
func ExampleObserver() {
	type within struct{}
	level := func(ctx context.Context) int { n, _ := ctx.Value(within{}).(int); return n }
	outline := notify.Observer{
		Begin: func(ctx context.Context, e notify.Event) context.Context {
			if e.Attempt == 0 {
				fmt.Println(e.Operation, e.Route)
			}
			return context.WithValue(ctx, within{}, level(ctx)+1)
		},
		End: func(ctx context.Context, e notify.Event) {
			indent := strings.Repeat("  ", level(ctx))
			if e.Attempt > 0 {
				fmt.Println(indent+"attempt", e.Attempt, e.Status, e.Class, "again:", e.WillRetry)
				return
			}
			fmt.Println(indent+string(e.Outcome), e.MessageID)
		},
	}
	client := exampleClientWith([]notify.Option{notify.WithObserver(outline)},
		`201 {"id":"740e5834-3a29-46b4-9a6f-16142fde533a"}`)
	_, _ = client.SendSMS(context.Background(), notify.SMS{PhoneNumber: "07900 900123"})
	// Output:
	// SendSMS /v2/notifications/sms
	//     attempt 1 201  again: false
	//   accepted 740e5834-3a29-46b4-9a6f-16142fde533a
}

// An Event can be printed, error and all: there is nothing personal in what it prints.
func ExampleEvent() {
	client := exampleClientWith([]notify.Option{notify.WithObserver(notify.Observer{
		End: func(_ context.Context, e notify.Event) {
			if e.Attempt == 0 {
				fmt.Println(e.Operation, e.KeyType, e.Class)
				fmt.Println(e.Err)
			}
		},
	})}, `404 {"errors":[{"error":"NoResultFound","message":"No result found"}],"status_code":404}`)
	_, _ = client.Notification(context.Background(), "740e5834-3a29-46b4-9a6f-16142fde533a")
	// Output:
	// Notification test NoResultFound
	// notify: GET /v2/notifications/{id}: 404 NoResultFound: No result found
}
