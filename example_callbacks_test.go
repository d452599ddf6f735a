package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/notifykit/notify"
)

const exampleReceipt = `{"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": "licence-4711", ` +
	`"to": "07900900123", "status": "delivered", "created_at": "2026-11-23T08:49:42.142130Z", ` +
	`"completed_at": "2026-11-23T08:49:44.218848Z", "sent_at": "2026-11-23T08:49:43.194865Z", ` +
	`"notification_type": "sms", "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a", "template_version": 3}`

// examplePost is a callback as Notify makes it. It gives the status of the answer.
func examplePost(handler http.Handler, token, body string) int {
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/notify", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, req)
	return w.Code
}

// A service's receiver of all that Notify posts. The token is given to Notify together with the URL, on the page "API
// integration"; while it is being changed, the handler knows the old one and the new one.
func ExampleNewCallbackHandler() {
	handler, err := notify.NewCallbackHandler(notify.Callbacks{
		DeliveryReceipt: func(_ context.Context, r notify.DeliveryReceipt) error {
			fmt.Println(r.Reference, "to", r.To, "is", r.Status)
			return nil // it is stored: 200
		},
		InboundText: func(_ context.Context, t notify.InboundText) error {
			fmt.Println(t.SourceNumber, "writes", t.Message)
			return errors.New("the database is away") // asked for again in 5 minutes: 503
		},
	}, "the-new-token", "the-old-token")
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/notify", handler)

	text := `{"id": "f33517ff-2a88-4f6e-b855-c550268ce08a", "source_number": "447900900111", ` +
		`"destination_number": "07700900880", "message": "STOP", "date_received": "2026-11-20T11:56:11.000000Z"}`
	fmt.Println(examplePost(mux, "the-old-token", exampleReceipt))
	fmt.Println(examplePost(mux, "the-new-token", text))
	fmt.Println(examplePost(mux, "a-wrong-token", exampleReceipt))
	fmt.Println(examplePost(mux, "the-new-token", `{"something": "else"}`))
	// Output:
	// licence-4711 to 07900900123 is delivered
	// 200
	// 447900900111 writes STOP
	// 503
	// 503
	// 400
}

// The log says why a callback was not accepted. It has nothing in it about people, and nor has a payload that is
// logged.
func ExampleCallbacks() {
	plain := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	logger := slog.New(slog.NewTextHandler(os.Stdout, plain))
	handler, err := notify.NewCallbackHandler(notify.Callbacks{
		Timeout: 3 * time.Second,
		Logger:  logger,
		ReturnedLetter: func(ctx context.Context, l notify.ReturnedLetter) error {
			logger.InfoContext(ctx, "came back", "letter", l)
			return nil
		},
	}, "callback-bearer-token")
	if err != nil {
		fmt.Println(err)
		return
	}
	letter := `{"notification_id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": "licence-4711", ` +
		`"date_sent": "2026-11-20T11:56:11.000000Z", "sent_by": "API", "template_name": null, "template_id": "None", ` +
		`"template_version": null, "spreadsheet_file_name": null, "spreadsheet_row_number": null, ` +
		`"upload_letter_file_name": null}`
	examplePost(handler, "callback-bearer-token", letter)
	examplePost(handler, "callback-bearer-token", exampleReceipt)
	examplePost(handler, "the-wrong-token", exampleReceipt)
	// Output:
	// level=INFO msg="came back" letter.id=740e5834-3a29-46b4-9a6f-16142fde533a letter.template="" letter.version=0
	// level=WARN msg="notify: callback not accepted" status=400 why="there is no function for a notify.DeliveryReceipt"
	// level=WARN msg="notify: callback not accepted" status=503 why="the token is missing or wrong"
}

// A store of keys, if what is done with a receipt cannot be undone or told by a unique index. A key is noted when the
// work is done, and not before: what failed is given again.
func ExampleSkipSeen() {
	done := map[string]bool{} // in earnest, a table
	receive := notify.SkipSeen(
		func(_ context.Context, key string) (bool, error) { return done[key], nil },
		func(_ context.Context, r notify.DeliveryReceipt) error {
			fmt.Println(r.Reference, "is", r.Status)
			done[r.Key()] = true
			return nil
		})
	handler, err := notify.NewCallbackHandler(notify.Callbacks{DeliveryReceipt: receive}, "callback-bearer-token")
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		fmt.Println(examplePost(handler, "callback-bearer-token", exampleReceipt))
	}
	// Output:
	// licence-4711 is delivered
	// 200
	// 200
	// 200
}
