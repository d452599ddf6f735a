package simulator_test

import (
	"context"
	"fmt"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// Ids that count are the same in every run, so what a program writes can be compared with a golden file.
func ExampleWithReadableIDs() {
	svc, client, template := licensing(simulator.KeyTypeTest, simulator.WithReadableIDs())
	fmt.Println("service ", svc.ID())
	fmt.Println("template", template)
	for range 2 {
		sent, err := client.SendEmail(context.Background(), notify.Email{
			EmailAddress: "amala@example.com", TemplateID: template, Personalisation: notify.Personalisation{"name": "Amala"},
		})
		must(err)
		fmt.Println("message ", sent.ID)
	}
	// Output:
	// service  11111111-0000-4000-8000-000000000001
	// template 44444444-0000-4000-8000-000000000001
	// message  55555555-0000-4000-8000-000000000001
	// message  55555555-0000-4000-8000-000000000002
}
