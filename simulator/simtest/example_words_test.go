package simtest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// One finds the only message that matches, and Code the code in it.
func ExampleKit_One() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	template := kit.SMSTemplate("Your code is ((code)). Or go to https://example.gov.uk/in?c=((code))")
	send(kit, notify.SMS{
		PhoneNumber: "+44 7900 900123", TemplateID: template, Personalisation: notify.Personalisation{"code": "482 913"},
	})

	text := kit.One(simtest.To("07900 900123"))
	fmt.Println(text.Code())
	fmt.Println(text.Links())
	fmt.Println(text.Text())
	fmt.Println(text.Status == notify.StatusDelivered, text.Type == notify.NotificationTypeSMS)
	kit.None(simtest.To("07900 900124"))
	// Output:
	// 482913
	// [https://example.gov.uk/in?c=482]
	// Test Service: Your code is 482 913. Or go to https://example.gov.uk/in?c=482 913
	// true true
}

// send is a program that can only send texts.
func send(kit *simtest.Kit, text notify.SMS) {
	if _, err := kit.Client().SendSMS(context.Background(), text); err != nil {
		fmt.Println(err)
	}
}

// All that is said has to hold, and each condition has a name, for the text of a failure.
func ExampleMatch() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	template := kit.SMSTemplate("Dear ((name)), your order is ready.")
	send(kit, notify.SMS{
		PhoneNumber: "07900900123", TemplateID: template, Reference: "order-1",
		Personalisation: notify.Personalisation{"name": "Ada"},
	})
	marks := []simtest.Mark{kit.Mark()}
	send(kit, notify.SMS{
		PhoneNumber: "07900900124", TemplateID: template, Personalisation: notify.Personalisation{"name": "Grace"},
	})
	for _, match := range []simtest.Match{
		simtest.To("+44 7900-900 123"),
		simtest.Template("A template"),
		simtest.Reference("order-1"),
		simtest.NoReference(),
		simtest.Containing("Dear Grace"),
		simtest.OfType(notify.NotificationTypeSMS),
		simtest.WithStatus(notify.StatusDelivered),
		simtest.Personalised("name", "Ada"),
		simtest.SentWith(notify.KeyTypeLive),
		simtest.Not(simtest.To("07900900123")),
		simtest.Since(marks[0]),
		simtest.Where("short", func(m simtest.Message) bool { return m.Fragments == 1 }),
	} {
		fmt.Printf("%d %s\n", len(kit.Messages(match)), match.String())
	}
	both := kit.N(2, simtest.OfType(notify.NotificationTypeSMS))
	fmt.Println(both[1].String())
	// Output:
	// 1 to +44 7900-900 123
	// 2 template "A template"
	// 1 reference "order-1"
	// 1 reference none
	// 1 text "Dear Grace"
	// 2 type sms
	// 2 status delivered
	// 1 personalisation name "Ada"
	// 0 key live
	// 1 not to 07900900123
	// 1 sent since the mark
	// 2 short
	// sms delivered to 07900900124, template "A template": "Dear Grace, your order is ready."
}

// Eventually waits for a program that sends from a goroutine of its own.
func ExampleKit_Eventually() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	template := kit.SMSTemplate("Hello")
	go send(kit, notify.SMS{PhoneNumber: "07900900123", TemplateID: template})

	fmt.Println(len(kit.Eventually(1, simtest.To("07900 900123"), simtest.Within(time.Minute))))
	// Output: 1
}

// A receiver that is down gets its receipts again, and the test does not wait for it.
func ExampleKit_CallBack() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t, simulator.Realistic())
	up := false
	kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !up {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}), "bearer-token")
	send(kit, notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")})

	fmt.Println("first:", strings.HasPrefix(kit.Pending()[0].Label, "sending"), len(kit.AdvanceToNext()))
	kit.Advance(12 * time.Minute)
	up = true
	kit.Advance(5 * time.Minute)
	for _, attempt := range kit.One().Callbacks {
		fmt.Println(attempt.Attempt, attempt.Status, attempt.Result)
	}
	// Output:
	// first: true 1
	// 1 503 retrying
	// 2 503 retrying
	// 3 503 retrying
	// 4 200 delivered
}

// A receiver has to cope with a receipt that comes twice, and to refuse one with a wrong token: a test whose receiver
// accepts that fails.
func ExampleKit_NextCallbacks() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	kit.CallBack(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer bearer-token" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}), "bearer-token")
	kit.NextCallbacks(1, simulator.CallbackQuirkTwice)
	kit.NextCallbacks(1, simulator.CallbackQuirkWrongToken)
	send(kit, notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")})

	kit.Advance(0)
	for _, attempt := range kit.One().Callbacks {
		fmt.Println(attempt.Status, attempt.Result, attempt.WrongToken)
	}
	// Output:
	// 401 refused true
	// 401 refused true
}

// The program's text is accepted, and the response is lost. Does it send another one?
func ExampleKit_Inject() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	kit.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
	_, err := kit.Client().SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"), Reference: "order-1",
	})
	fmt.Println(notify.SafeToRetry(err))
	fmt.Println(kit.One(simtest.Reference("order-1")).To)
	// Output:
	// false
	// 07900900123
}

// A test that provokes errors on purpose says so: Allow lets them pass, with Expect they have to occur, and with
// ExpectN so many times.
func ExampleKit_Allow() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t).Expect(notify.ErrNotOnGuestList)
	kit.Allow(simtest.ClientErrors, simtest.Refused(http.StatusConflict)).ExpectN(1, notify.ErrNotOnGuestList)

	_, err := kit.ClientWithKey(kit.TeamKey).SendSMS(context.Background(), notify.SMS{
		PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello"),
	})
	fmt.Println(err != nil)
	for _, p := range []simtest.Problem{
		simtest.UnknownPaths, simtest.LostCallbacks, simtest.WrongTokens,
	} {
		fmt.Println(p.Error())
	}
	fmt.Println(simtest.Refused(409).Error())
	// Output:
	// true
	// simtest: UnknownPaths
	// simtest: LostCallbacks
	// simtest: WrongTokens
	// simtest: a request refused with 409
}

// What happens to messages later can be made to happen now.
func ExampleKit_SetStatus() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	_, err := kit.ClientWithKey(kit.LiveKey).SendLetter(context.Background(), notify.Letter{
		Address:    []string{"Amala Bird", "123 High Street", "SW14 6BF"},
		TemplateID: kit.LetterTemplate("Our decision", "Dear Ms Bird"),
	})
	if err != nil {
		t.Fatal(err)
	}
	letter := kit.One(simtest.To("Amala Bird"))
	fmt.Println(letter.HTML(), string(letter.PDF()[:4]))
	kit.ReturnLetter(letter.ID)
	fmt.Println(kit.One().Status, "is what a client sees of", kit.One().Notification.Status)
	kit.SetStatus(letter.ID, notify.StatusTechnicalFailure)
	var last simtest.Change
	for _, last = range kit.One().History {
	}
	fmt.Println(last.Status)
	kit.ReceiveText("07900900123", "Yes")
	// Output:
	// <p>Dear Ms Bird</p> %PDF
	// received is what a client sees of returned-letter
	// technical-failure
}

// A costly beginning can be kept, and put back as often as one likes.
func ExampleKit_Snapshot() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t)
	text := notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")}
	send(kit, text)
	snap := kit.Snapshot()
	for range 3 {
		send(kit, text)
		fmt.Println(len(kit.Messages()))
		kit.Restore(snap)
	}
	// Output:
	// 2
	// 2
	// 2
}

// A golden file has names in place of ids and times. SIMTEST_UPDATE=1 in the environment writes it.
func ExampleKit_Golden() {
	var t testing.T // in a test, the one that it is given
	kit := simtest.New(&t, simulator.Realistic())
	send(kit, notify.SMS{PhoneNumber: "07900900123", TemplateID: kit.SMSTemplate("Hello")})
	kit.Advance(time.Minute)
	kit.Golden("hello")
	fmt.Println(t.Failed())
	// Output: false
}

// Tests can share one simulator, each with a service of its own.
func ExampleNewService() {
	var t testing.T // in a test, the one that it is given
	sim := simulator.New()
	mine, theirs := simtest.NewService(&t, sim), simtest.NewService(&t, sim)
	send(mine, notify.SMS{PhoneNumber: "07900900123", TemplateID: mine.SMSTemplate("Hello")})
	theirs.None()
	fmt.Println(len(mine.Messages()))
	// Output: 1
}
