package notify_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A mail-out sends and then waits for all of it. Each look takes one call for 250 messages.
func ExampleClient_WaitForNotifications() {
	_, client := exampleService(simulator.KeyTypeTest)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	var ids []string
	for _, number := range []string{"07900900123", "07700900002", "07700900003"} {
		sent, err := client.SendSMS(ctx, notify.SMS{
			PhoneNumber: number, TemplateID: exampleSMS,
			Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		ids = append(ids, sent.ID)
	}
	statuses := map[notify.Status]int{}
	for n, err := range client.WaitForNotifications(ctx, ids) {
		var unfinished *notify.UnfinishedError
		switch {
		case err == nil:
			statuses[n.Status]++
		case errors.Is(err, notify.ErrNotFound) && n != nil:
			fmt.Println("Notify does not have", n.ID)
		case errors.As(err, &unfinished):
			fmt.Println("no more time for", len(unfinished.IDs))
		default:
			fmt.Println(err)
		}
	}
	fmt.Println(statuses)
	// Output: map[delivered:1 permanent-failure:1 temporary-failure:1]
}

func ExampleClient_NotificationsByID() {
	_, client := exampleService(simulator.KeyTypeTest)
	ctx := context.Background()
	sent, err := client.SendSMS(ctx, notify.SMS{
		PhoneNumber: "07900900123", TemplateID: exampleSMS,
		Personalisation: notify.Personalisation{"name": "Amala", "date": "3 May"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for n, err := range client.NotificationsByID(ctx, []string{sent.ID, "740e5834-3a29-46b4-9a6f-16142fde533a"}) {
		switch {
		case err == nil:
			fmt.Println(n.Status)
		case n != nil:
			fmt.Println(n.ID, errors.Is(err, notify.ErrNotFound))
		default:
			fmt.Println(err) // such as an UnfinishedError
		}
	}
	// Output:
	// delivered
	// 740e5834-3a29-46b4-9a6f-16142fde533a true
}
