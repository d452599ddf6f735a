package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/notifykit/notify"
)

// A payload that is printed shows what it is about, but nobody's data. To keep all of it, ask for it: JSON can be read
// back.
func ExampleDeliveryReceipt() {
	receipt := notify.DeliveryReceipt{
		ID: "740e5834-3a29-46b4-9a6f-16142fde533a", Reference: "licence-4711", To: "07900900123",
		Status: notify.StatusDelivered, NotificationType: notify.NotificationTypeSMS,
	}
	fmt.Println(receipt)
	fmt.Println(receipt.String() == fmt.Sprintf("%+v", receipt), receipt.Key())
	_, err := json.Marshal(receipt)
	fmt.Println(errors.Unwrap(err))
	kept, err := receipt.JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	var again notify.DeliveryReceipt
	err = json.Unmarshal(kept, &again)
	fmt.Println(again == receipt, again.To, err)
	// Output:
	// notify.DeliveryReceipt[id=740e5834-3a29-46b4-9a6f-16142fde533a status=delivered type=sms template= version=0]
	// true 740e5834-3a29-46b4-9a6f-16142fde533a/delivered
	// notify: not encoded, as it holds personal data: use its method JSON
	// true 07900900123 <nil>
}

// A text that was received, and that is kept until somebody has the time to read it.
func ExampleInboundText() {
	var queue [][]byte
	receive := func(_ context.Context, t notify.InboundText) error {
		kept, err := t.JSON()
		if err == nil {
			queue = append(queue, kept)
		}
		return err
	}
	err := receive(context.Background(), notify.InboundText{
		ID: "740e5834-3a29-46b4-9a6f-16142fde533a", SourceNumber: "447900900111", Message: "STOP",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var text notify.InboundText
	err = json.Unmarshal(queue[0], &text)
	fmt.Println(text, text.Key(), text.Message, err)
	// Output: notify.InboundText[id=740e5834-3a29-46b4-9a6f-16142fde533a] 740e5834-3a29-46b4-9a6f-16142fde533a STOP <nil>
}

// A letter that came back has the status received for ever: this is the only news of it.
func ExampleReturnedLetter() {
	letter := notify.ReturnedLetter{
		NotificationID: "740e5834-3a29-46b4-9a6f-16142fde533a", Reference: "licence-4711", SentBy: "API",
	}
	kept, err := letter.JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(letter.Key(), strings.Contains(string(kept), "licence-4711"))
	fmt.Println(letter)
	// Output:
	// 740e5834-3a29-46b4-9a6f-16142fde533a/returned-letter true
	// notify.ReturnedLetter[id=740e5834-3a29-46b4-9a6f-16142fde533a template= version=0]
}
