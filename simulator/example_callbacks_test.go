package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

// A service receives its callbacks in process. Here it is down when the first one comes.
func ExampleService_CallBack() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	down := true
	err := svc.CallBack(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var receipt struct{ To, Status string }
		switch {
		case down:
			w.WriteHeader(http.StatusServiceUnavailable)
		case json.NewDecoder(r.Body).Decode(&receipt) == nil:
			fmt.Println(receipt.To, "is told:", receipt.Status)
		}
	}), "bearer-token")
	must(err)
	_, err = client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)

	svc.Simulator().Advance(time.Minute)
	down = false
	svc.Simulator().Advance(4 * time.Minute)
	for _, a := range svc.Callbacks() {
		fmt.Println("attempt", a.Attempt, "-", a.Status, a.Result)
	}
	// Output:
	// jo@example.gov.uk is told: delivered
	// attempt 1 - 503 retrying
	// attempt 2 - 200 delivered
}

// Callbacks of one kind can go to a URL, or to a handler that sees that URL.
func ExampleService_SetCallback() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks/texts", func(_ http.ResponseWriter, r *http.Request) {
		var text struct {
			From string `json:"source_number"`
			Text string `json:"message"`
		}
		_ = json.NewDecoder(r.Body).Decode(&text)
		fmt.Println(text.From, "wrote:", text.Text)
	})
	must(svc.SetCallback(simulator.CallbackKindReceivedText, simulator.Callback{
		URL: "https://licensing.example.gov.uk/hooks/texts", Handler: mux, BearerToken: "bearer-token",
	}))
	_, err := svc.ReceiveText("07900 900123", "STOP")
	must(err)
	svc.SettleCallbacks() // waits for the callback

	callback := simulator.Callback{URL: "https://licensing.example.gov.uk/receipts", BearerToken: "bearer-token"}
	must(svc.SetCallback(simulator.CallbackKindDeliveryReceipt, callback))
	fmt.Println(callback)
	// Output:
	// 447900900123 wrote: STOP
	// {https://licensing.example.gov.uk/receipts}
}

// What the real service can do at any time happens when a test wants it: here the receipt is early, and comes twice.
func ExampleService_NextCallbacks() {
	svc, client, template := licensing(simulator.KeyTypeTest)
	must(svc.CallBack(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println("a callback,", r.ContentLength > 0)
	}), "bearer-token"))
	for _, quirk := range []simulator.CallbackQuirk{simulator.CallbackQuirkEarly, simulator.CallbackQuirkTwice} {
		must(svc.NextCallbacks(1, quirk))
	}
	_, err := client.SendEmail(context.Background(), welcome(template, "jo@example.gov.uk"))
	must(err)
	svc.Simulator().Advance(0)
	fmt.Println(len(svc.CallbackQuirks()), "quirks to come")
	// Output:
	// a callback, true
	// a callback, true
	// 0 quirks to come
}

// A letter comes back to its sender, who is told.
func ExampleService_ReturnLetter() {
	svc, client, _ := licensing(simulator.KeyTypeLive)
	must(svc.CallBack(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var letter struct {
			Reference string `json:"reference"`
		}
		_ = json.NewDecoder(r.Body).Decode(&letter)
		fmt.Println("came back:", letter.Reference)
	}), "bearer-token"))
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeLetter, Versions: []simulator.TemplateVersion{{Subject: "Licence", Body: "Dear sir"}},
	})
	must(err)
	sent, err := client.SendLetter(context.Background(), notify.Letter{
		TemplateID: template, Reference: "licence-12", Personalisation: notify.Personalisation{
			"address_line_1": "Amala Bird", "address_line_2": "123 High Street", "address_line_3": "SW14 6BF",
		},
	})
	must(err)
	must(svc.ReturnLetter(sent.ID))
	svc.Simulator().Advance(0)
	n, _ := svc.Notification(sent.ID)
	fmt.Println(n.Status)
	// Output:
	// came back: licence-12
	// returned-letter
}

// A receiver that refuses a callback loses it for good.
func ExampleCallbackAttempt() {
	svc, _, _ := licensing(simulator.KeyTypeTest)
	must(svc.CallBack(http.NotFoundHandler(), "bearer-token"))
	for _, kind := range []simulator.CallbackKind{
		simulator.CallbackKindDeliveryReceipt, simulator.CallbackKindReturnedLetter,
	} {
		must(svc.SetCallback(kind, simulator.Callback{})) // goes nowhere
	}
	_, err := svc.ReceiveText("07900 900123", "STOP")
	must(err)
	svc.Simulator().Advance(time.Hour)

	lost := map[simulator.CallbackResult][]simulator.CallbackAttempt{}
	for _, a := range svc.Callbacks() {
		lost[a.Result] = append(lost[a.Result], a)
	}
	for _, a := range lost[simulator.CallbackResultRefused] {
		fmt.Println(a.Kind, "attempt", a.Attempt, "got", a.Status)
	}
	// Output: received_text attempt 1 got 404
}
