package simtest_test

import (
	"context"
	"flag"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

var manyKits = flag.Int("simtest.kits", 50, "how many tests TestManyKits runs, each with a simulator of its own")

// TestManyKits runs tests side by side, each with its own simulator, 20 sends and their receipts. That no goroutine is
// left, TestMain checks. Many more of them, all at once:
//
//	go test -race -run '^TestManyKits$' ./simulator/simtest -v -simtest.kits 1000 -parallel 1000
func TestManyKits(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for i := range *manyKits {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			opts := [][]simulator.Option{nil, {simulator.Realistic()}}
			sendTwenty(t, simtest.New(t, opts[i%2]...))
		})
	}
	t.Cleanup(func() {
		took := time.Since(start)
		t.Logf("%d tests with 20 sends and their receipts in %v", *manyKits, took.Round(time.Millisecond))
	})
}

// sendTwenty sends 20 messages and expects a receipt for each.
func sendTwenty(t *testing.T, kit *simtest.Kit) {
	t.Helper()
	const sends = 20
	var mu sync.Mutex
	told := map[string]notify.Status{}
	receiver, err := notify.NewCallbackHandler(notify.Callbacks{
		DeliveryReceipt: func(_ context.Context, r notify.DeliveryReceipt) error {
			mu.Lock()
			defer mu.Unlock()
			told[r.ID] = r.Status
			return nil
		},
	}, "bearer-token")
	require.NoError(t, err)
	kit.CallBack(receiver, "bearer-token")
	client, text, email := kit.Client(), kit.SMSTemplate("Hello ((name))"), kit.EmailTemplate("Hello", "Hello ((name))")
	for i := range sends / 2 {
		name := notify.Personalisation{"name": strconv.Itoa(i)}
		_, err := client.SendSMS(t.Context(), notify.SMS{
			PhoneNumber: "07900900123", TemplateID: text, Personalisation: name,
		})
		require.NoError(t, err)
		_, err = client.SendEmail(t.Context(), notify.Email{
			EmailAddress: "ada@example.gov.uk", TemplateID: email, Personalisation: name,
		})
		require.NoError(t, err)
	}
	kit.Advance(time.Minute)
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, told, sends)
	for _, m := range kit.N(sends, simtest.WithStatus(notify.StatusDelivered)) {
		require.Equal(t, notify.StatusDelivered, told[m.ID])
		require.Len(t, m.Callbacks, 1)
		require.Equal(t, simulator.CallbackResultDelivered, m.Callbacks[0].Result)
	}
}
