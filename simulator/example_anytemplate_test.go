package simulator_test

import (
	"context"
	"fmt"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A program may know dozens of template ids. Where a test does not care what the templates say, all of them exist, and
// their texts show what the program sent.
func ExampleService_SetAnyTemplate() {
	svc, client, _ := licensing(simulator.KeyTypeTest)
	svc.SetAnyTemplate(true)
	sent, err := client.SendEmail(context.Background(), notify.Email{
		EmailAddress: "amala@example.com", TemplateID: "3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20",
		Personalisation: notify.Personalisation{"number": 4711, "name": "Amala"},
	})
	must(err)
	fmt.Println(sent.Content.Body)
	// Output:
	// Template 3f1c9a52-6b0e-4a58-9a55-8f2d4f7b1c20
	//
	// name: Amala
	// number: 4711
}
