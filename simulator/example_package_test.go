package simulator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// thirdParty is the code under test: it sends through any client.
func thirdParty(ctx context.Context, client *notify.Client, template string) error {
	_, err := client.SendEmail(ctx, notify.Email{
		EmailAddress: "amala@example.gov.uk", TemplateID: template, Reference: "order-4711",
		Personalisation: notify.Personalisation{
			"item": "passport", "receipt": notify.FileFromBytes("receipt.txt", []byte("£82")),
		},
	})
	return err
}

// A simulator takes the place of the network. The code sends as it always does, and the test checks what arrived.
func Example() {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Passports", SendFilesContact: "https://www.example.gov.uk/contact",
		Keys: []simulator.KeyConfig{{Name: "live", Type: simulator.KeyTypeLive}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	template, err := service.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Receipt",
		Versions: []simulator.TemplateVersion{{Subject: "Your ((item))", Body: "Here is your receipt: ((receipt))"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	network := &http.Client{Transport: sim}
	client, err := notify.New(service.Key(simulator.KeyTypeLive), notify.WithHTTPClient(network))
	if err != nil {
		fmt.Println(err)
		return
	}

	if err := thirdParty(context.Background(), client, template); err != nil {
		fmt.Println(err)
		return
	}
	for _, message := range service.Dashboard() {
		fmt.Println(message.Type, "to", message.To, "about", message.Subject, "is", message.Status)
		for _, file := range message.Files {
			fmt.Println(file.Filename, "holds", string(bytes.TrimSpace(file.Content)))
		}
		arrived, _ := service.Delivered(message.ID)
		fmt.Println("links to it:", strings.Contains(arrived.HTML, "https://documents.service.gov.uk/"))
	}

	service.SetTrialMode(true) // now the same in a service that isn't live
	fmt.Println("refused:", errors.Is(thirdParty(context.Background(), client, template), notify.ErrTrialMode))
	// Output:
	// email to amala@example.gov.uk about Your passport is delivered
	// receipt.txt holds £82
	// links to it: true
	// refused: true
}
