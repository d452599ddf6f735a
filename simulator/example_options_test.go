package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func ExampleWithOutcomes() {
	outcome := func(n simulator.Notification) simulator.Status {
		if strings.HasPrefix(n.To, "full-mailbox@") {
			return simulator.StatusTemporaryFailure
		}
		return simulator.StatusDelivered
	}
	_, client, template := licensing(simulator.KeyTypeLive, simulator.WithOutcomes(outcome))
	sent, _ := client.SendEmail(context.Background(), welcome(template, "full-mailbox@example.gov.uk"))
	message, _ := client.Notification(context.Background(), sent.ID)
	fmt.Println(message.Status)
	// Output: temporary-failure
}

// With a clock of its own a test can move time: messages are kept for a week.
func ExampleWithClock() {
	now := time.Now()
	_, client, template := licensing(simulator.KeyTypeTest, simulator.WithClock(func() time.Time { return now }))
	sent, _ := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	now = now.AddDate(0, 0, 9)
	_, err := client.Notification(context.Background(), sent.ID)
	fmt.Println(errors.Is(err, notify.ErrNotFound))
	// Output: true
}

// A message is sending until its outcome is due.
func ExampleWithOutcomeDelay() {
	now := time.Now()
	_, client, template := licensing(simulator.KeyTypeTest,
		simulator.WithOutcomeDelay(20*time.Second), simulator.WithClock(func() time.Time { return now }))
	sent, _ := client.SendEmail(context.Background(), welcome(template, "jo@example.com"))
	for range 2 {
		message, _ := client.Notification(context.Background(), sent.ID)
		fmt.Println(message.Status)
		now = now.Add(20 * time.Second)
	}
	// Output:
	// sending
	// delivered
}

// The real service needs some seconds to make the PDF of a letter.
func ExampleWithPDFDelay() {
	now := time.Now()
	clock := func() time.Time { return now }
	svc, client, _ := licensing(simulator.KeyTypeTest, simulator.WithPDFDelay(2*time.Second), simulator.WithClock(clock))
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeLetter, Name: "Decision",
		Versions: []simulator.TemplateVersion{{Subject: "Decision", Body: "Dear Jo"}},
	})
	must(err)
	letter, err := client.SendLetter(context.Background(), notify.Letter{
		TemplateID: template, Address: []string{"Amala Bird", "123 High Street", "SW14 6BF"},
	})
	must(err)
	_, err = client.LetterPDF(context.Background(), letter.ID)
	fmt.Println(errors.Is(err, notify.ErrPDFNotReady))
	now = now.Add(2 * time.Second)
	pdf, _ := client.LetterPDF(context.Background(), letter.ID)
	fmt.Printf("%s\n", pdf[:5])
	// Output:
	// true
	// %PDF-
}

// A precompiled letter is accepted after a while. A caller that does not wait for the response has sent nothing.
func ExampleWithPrecompiledDelay() {
	svc, client, _ := licensing(simulator.KeyTypeTest, simulator.WithPrecompiledDelay(time.Hour))
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	letter := notify.PrecompiledLetter{Reference: "A-1", Content: strings.NewReader("%PDF-1.7")}
	_, err := client.SendPrecompiledLetter(ctx, letter)
	fmt.Println(errors.Is(err, context.DeadlineExceeded), len(svc.TestMessages()))
	// Output: true 0
}

// Notify revokes live keys that send to recipients made for testing. The client's guard, switched off here, prevents
// that.
func ExampleWithRevocation() {
	svc, client, template := licensing(simulator.KeyTypeLive, simulator.WithRevocation(1))
	_, err := client.SendEmail(context.Background(), welcome(template, "perm-fail@simulator.notify"))
	fmt.Println(errors.Is(err, notify.ErrTestRecipient), svc.Key(simulator.KeyTypeLive) != "")

	sim := svc.Simulator()
	careless, _ := notify.New(svc.Key(simulator.KeyTypeLive),
		notify.WithHTTPClient(&http.Client{Transport: sim}), notify.WithoutGuard())
	_, _ = careless.SendEmail(context.Background(), welcome(template, "perm-fail@simulator.notify"))
	fmt.Println(svc.Key(simulator.KeyTypeLive) != "")
	// Output:
	// true true
	// false
}
