package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// exampleService makes a simulated Notify, a client for it and a directory.
func exampleService() (client *notify.Client, dir string, remove func()) {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", SendFilesContact: "https://www.example.gov.uk/contact",
		Keys: []simulator.KeyConfig{{Name: "bulk-test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{
			{ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{
				Body: "Dear ((name)), your licence ends.",
			}}},
			{ID: emailID, Type: simulator.MessageTypeEmail, Versions: []simulator.TemplateVersion{{
				Subject: "Your receipt", Body: "Here: ((document))",
			}}},
			{ID: letterID, Type: simulator.MessageTypeLetter, Versions: []simulator.TemplateVersion{{
				Subject: "Our decision", Body: "Dear ((name))", Postage: "second",
			}}},
		},
	})
	must(err)
	client, err = notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	must(err)
	dir, err = os.MkdirTemp("", "bulk-example-*")
	must(err)
	return client, dir, func() { must(os.RemoveAll(dir)) }
}

// must keeps what goes wrong out of the examples.
func must(err error) {
	if err != nil {
		panic(err) //nolint:forbidigo // an example shows how it goes, not how it fails
	}
}

// A mail-out from a file. Stop it any time; run it again, and it goes on.
func Example() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client)
	must(err)
	defer job.Close()
	const people = "name,Phone Number\nAnn,07900 900123\nBob,07700900002\n"
	for range 2 { // adding the table again adds nothing
		added, err := job.AddCSV(ctx, strings.NewReader(people), bulk.SMS(templateID))
		must(err)
		fmt.Println(added.New, "new,", added.Known, "known")
		must(job.Run(ctx))
	}
	_, err = job.Refresh(ctx)
	must(err)
	for r, err := range job.Results(ctx) {
		must(err)
		fmt.Println(r.Recipient, r.State, r.Status)
	}
	// Output:
	// 2 new, 0 known
	// 0 new, 2 known
	// 07900 900123 sent delivered
	// 07700900002 sent permanent-failure
}

// Messages of all kinds can be added in code.
func ExampleJob_Add() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client, bulk.WithLogger(slog.New(slog.DiscardHandler)))
	must(err)
	defer job.Close()
	file := filepath.Join(dir, "receipt.txt")
	must(os.WriteFile(file, []byte("£10"), 0o600))
	var added bulk.Added
	added, err = job.Add(ctx,
		notify.SMS{
			PhoneNumber: "07900 900123", TemplateID: templateID, Reference: "licence-1",
			Personalisation: notify.Personalisation{"name": "Ann"},
		},
		notify.Email{
			EmailAddress: "ann@dept.gov.uk", TemplateID: emailID, Reference: "receipt-1",
			Personalisation: notify.Personalisation{"document": bulk.Path(file)}, // read when it is sent
		},
		notify.SMS{PhoneNumber: "1", TemplateID: templateID, Reference: "licence-2"},
	)
	must(err)
	fmt.Printf("%+v\n", added)
	var opts []bulk.RunOption
	opts = append(opts, bulk.Workers(10), bulk.RateLimit(3000), bulk.Retain(30*24*time.Hour))
	must(job.Run(ctx, opts...))
	var counts bulk.Counts
	counts, err = job.Counts(ctx)
	must(err)
	fmt.Println(counts.Sent, "of", counts.Total(), "sent")
	for reason, n := range counts.Reasons {
		fmt.Println(n, "refused:", reason)
	}
	// Output:
	// {New:3 Known:0 Wrong:0}
	// 2 of 3 sent
	// 1 refused: ValidationError: phone_number Number is not valid – double check the phone number you entered
}

// Wrong rows are told before anything is added.
func ExampleRowsError() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client)
	must(err)
	defer job.Close()
	const people = "name,phone number\nAnn,07900 900123\n,07900 900124\nCid,0790\n"
	_, err = job.AddCSV(ctx, strings.NewReader(people), bulk.SMS(templateID))
	if wrong, ok := errors.AsType[*bulk.RowsError](err); ok {
		for _, row := range wrong.Rows {
			fmt.Println(row.Line, row.Reason)
		}
	}
	added, err := job.AddCSV(ctx, strings.NewReader(people), bulk.SMS(templateID),
		bulk.SkipWrong(func(e bulk.RowError) { fmt.Println("skipped", e) }))
	must(err)
	fmt.Println(added.New, "new,", added.Wrong, "wrong")
	// Output:
	// 3 has no value for "name"
	// 4 the phone number: Not enough digits
	// skipped line 3: has no value for "name"
	// skipped line 4: the phone number: Not enough digits
	// 1 new, 2 wrong
}

func ExampleRowsError_Error() {
	err := &bulk.RowsError{Rows: []bulk.RowError{{Line: 3, Reason: `has no value for "name"`}}, Wrong: 1, Total: 20}
	fmt.Println(err)
	// Output: bulk: 1 of 20 rows are wrong, and nothing was added; the first: line 3: has no value for "name"
}

func ExampleRowsError_Unwrap() {
	err := error(&bulk.RowsError{Rows: []bulk.RowError{{Line: 3, Reason: `has no value for "name"`}}, Wrong: 1, Total: 20})
	var first bulk.RowError
	fmt.Println(errors.As(err, &first), first.Line)
	// Output: true 3
}

func ExampleRowError_Error() {
	fmt.Println(bulk.RowError{Line: 3, Reason: `has no value for "name"`}.Error())
	// Output: line 3: has no value for "name"
}

// Every kind of message can come from a table.
func ExampleRows() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	must(os.WriteFile(filepath.Join(dir, "receipt.txt"), []byte("£10"), 0o600))
	must(os.WriteFile(filepath.Join(dir, "letter.pdf"), []byte("%PDF-1.4\n"), 0o600))
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client)
	must(err)
	defer job.Close()
	add := func(table string, rows bulk.Rows, opts ...bulk.CSVOption) {
		added, err := job.AddCSV(ctx, strings.NewReader(table), rows, opts...)
		must(err)
		fmt.Println(added.New, "new,", added.Known, "known")
	}
	add("phone number,name\n07900 900123,Ann\n07900 900123,Ann\n", bulk.SMS(templateID), bulk.EachRow())
	add("phone number,name\n07900 900124,\n", bulk.SMS(templateID), bulk.AllowEmpty())
	add("email address,document\nann@dept.gov.uk,receipt.txt\n", bulk.Email(emailID), bulk.FilesIn(dir, "document"),
		bulk.From("8e222534-7f05-4972-86e3-17c5d9f894e2"))
	add("name,address line 1,address line 2,postcode\nAnn,Ann Example,1 High Street,BA1 1AA\n", bulk.Letter(letterID))
	add("file,reference,postage\nletter.pdf,case 1,first\n", bulk.PrecompiledLetters(), bulk.FilesIn(dir))
	// Output:
	// 2 new, 0 known
	// 1 new, 0 known
	// 1 new, 0 known
	// 1 new, 0 known
	// 1 new, 0 known
}

// The results as a table, and personal data that is deleted.
func ExampleJob_WriteCSV() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client)
	must(err)
	defer job.Close()
	_, err = job.AddCSV(ctx, strings.NewReader("name,phone number,reference,sum\nAnn,07900900123,case 1,=1+1\n"),
		bulk.SMS(templateID))
	must(err)
	left, err := job.TimeLeft(ctx, notify.DefaultRateLimit)
	must(err)
	fmt.Println(left, "left")
	_, err = job.CancelAll(ctx)
	must(err)
	must(job.WriteCSV(ctx, os.Stdout))
	purged, err := job.Purge(ctx, 0)
	must(err)
	fmt.Println(purged, "purged")
	must(job.WriteCSV(ctx, os.Stdout))
	// Output:
	// 20ms left
	// name,phone number,reference,sum,notify id,notify reference,notify state,notify status,notify reason
	// Ann,07900900123,case 1,'=1+1,,case 1,cancelled,,
	// 1 purged
	// notify id,notify reference,notify state,notify status,notify reason
	// ,case 1,cancelled,,
}

// Receipts come by callback.
func ExampleJob_DeliveryReceipt() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), client)
	must(err)
	defer job.Close()
	handler, err := notify.NewCallbackHandler(notify.Callbacks{DeliveryReceipt: job.DeliveryReceipt}, "a-bearer-token")
	must(err)
	http.Handle("POST /receipts", handler)

	_, err = job.Add(ctx, texts(1)...)
	must(err)
	must(job.Run(ctx))
	var sent bulk.Result
	for sent, err = range job.Results(ctx) {
		must(err)
	}
	must(job.DeliveryReceipt(ctx, notify.DeliveryReceipt{
		ID: sent.NotificationID, Reference: sent.Reference, Status: notify.StatusDelivered,
	}))
	counts, err := job.Counts(ctx)
	must(err)
	fmt.Println(counts.Statuses)
	// Output: map[delivered:1]
}

// One program pauses, resumes and cancels what others send.
func ExampleJob_Pause() {
	client, dir, remove := exampleService()
	defer remove()
	ctx := context.Background()
	source := filepath.Join(dir, "mailout.db")
	must(bulk.Migrate(ctx, source)) // with the rights to, perhaps
	opts := []bulk.Option{bulk.WithoutMigration()}
	job, err := bulk.Open(ctx, source, client, opts...)
	must(err)
	defer job.Close()
	_, err = job.Add(ctx, texts(3)...)
	must(err)
	must(job.Pause(ctx))
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	fmt.Println(job.Run(soon, bulk.Forever(), bulk.Progress(os.Stdout)))
	cancelled, err := job.Cancel(ctx, "row-1")
	must(err)
	must(job.Resume(ctx))
	must(job.Run(ctx))
	counts, err := job.Counts(ctx)
	must(err)
	fmt.Println(counts.Sent, "sent,", cancelled, "cancelled")
	for r, err := range job.Results(ctx) {
		must(err)
		if r.State == bulk.State("cancelled") {
			fmt.Println(r.Reference)
		}
	}
	// Output:
	// 0 of 3 done
	// 0 of 3 done
	// context deadline exceeded
	// 2 sent, 1 cancelled
	// row-1
}

// A live key reaches real people, which has to be confirmed.
func ExampleLive() {
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", AnyTemplate: true, Keys: []simulator.KeyConfig{
			{Name: "bulk-test", Type: simulator.KeyTypeTest}, {Name: "bulk-live", Type: simulator.KeyTypeLive},
		},
	})
	must(err)
	dir, err := os.MkdirTemp("", "bulk-example-*")
	must(err)
	defer os.RemoveAll(dir) //nolint:errcheck // it is an example's
	ctx := context.Background()
	transport := notify.WithHTTPClient(&http.Client{Transport: sim})
	live, err := notify.New(service.Key(simulator.KeyTypeLive), transport)
	must(err)
	job, err := bulk.Open(ctx, filepath.Join(dir, "mailout.db"), live)
	must(err)
	err = job.Run(ctx)
	fmt.Println(errors.Is(err, bulk.ErrLive), err)
	fmt.Println(job.Run(ctx, bulk.Live()))
	must(job.Close())

	test, err := notify.New(service.Key(simulator.KeyTypeTest), transport)
	must(err)
	_, err = bulk.Open(ctx, filepath.Join(dir, "mailout.db"), test)
	fmt.Println(errors.Is(err, bulk.ErrAnotherKey))
	// Output:
	// true bulk: the key reaches real people, or may: confirm that with Live
	// <nil>
	// true
}
