package simtest_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// BenchmarkSendSMS measures one send all the way from the client to the simulator and back.
func BenchmarkSendSMS(b *testing.B) {
	kit := simtest.New(b)
	none := math.MaxInt32
	busy, err := kit.Simulator.AddService(simulator.ServiceConfig{
		Name: "Busy", RateLimit: none, DailyLimits: simulator.DailyLimits{SMS: &none},
		Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(b, err)
	template, err := busy.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "T",
		Versions: []simulator.TemplateVersion{
			{Body: "Hello ((name)), your reference is ((ref))"},
		},
	})
	require.NoError(b, err)
	client := kit.ClientWithKey(busy.Key(simulator.KeyTypeTest), notify.WithoutRateLimit())
	b.ReportAllocs()
	for b.Loop() {
		_, err := client.SendSMS(b.Context(), notify.SMS{
			PhoneNumber: "07900900123", TemplateID: template,
			Personalisation: notify.Personalisation{"name": "Jo", "ref": "A-1"},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNew measures what a test costs before it does anything.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		kit := simtest.New(&fakeT{TB: b})
		kit.Client()
	}
}

// BenchmarkOne measures a whole test: a kit, some sends, a look at one of them, and the end.
func BenchmarkOne(b *testing.B) {
	for _, sends := range []int{1, 20} {
		b.Run(fmt.Sprintf("sends=%d", sends), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				t := &fakeT{TB: b}
				t.run(func(t *fakeT) {
					kit := simtest.New(t)
					client, template := kit.Client(), kit.SMSTemplate("Your code is 123456.")
					for i := range sends {
						text := notify.SMS{PhoneNumber: fmt.Sprintf("07900900%03d", 100+i), TemplateID: template}
						if _, err := client.SendSMS(b.Context(), text); err != nil {
							t.Fatal(err)
						}
					}
					kit.One(simtest.To("07900 900100"))
				})
				if t.Failed() {
					b.Fatal(t.texts)
				}
			}
		})
	}
}

// BenchmarkCallers measures what it costs to keep where a request was made.
func BenchmarkCallers(b *testing.B) {
	for name, opts := range map[string][]simulator.Option{
		"with": {simulator.WithCallers(), simulator.WithRequestLog(1)}, "without": {simulator.WithRequestLog(1)},
	} {
		b.Run(name, func(b *testing.B) {
			client := simtest.NewService(&fakeT{TB: b}, simulator.New(opts...)).Client()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Templates(b.Context(), ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCallback makes a delivery receipt, posts it to the client's handler in process, and waits for that.
func BenchmarkCallback(b *testing.B) {
	kit := simtest.New(&fakeT{TB: b})
	handler, err := notify.NewCallbackHandler(notify.Callbacks{
		DeliveryReceipt: func(context.Context, notify.DeliveryReceipt) error { return nil },
	}, "bearer-token")
	require.NoError(b, err)
	kit.CallBack(handler, "bearer-token")
	require.NoError(b, postAll(b.Context(), kit))
	id := kit.One(simtest.To("07900900123")).ID
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		kit.SetStatus(id, []notify.Status{notify.StatusPermanentFailure, notify.StatusDelivered}[i%2])
		kit.Advance(0)
	}
}

// TestMemoryOfAMessage sends texts through the client and measures what each takes with its four statuses, with the
// request and where that was made, and with the attempt of its receipt.
func TestMemoryOfAMessage(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	const count = 3_000
	sizes := map[string]int64{}
	measure := func(name string, most int64, kit *simtest.Kit, callbacks bool) {
		require.NoError(t, kit.Service.SetRateLimit(math.MaxInt32))
		client, template := kit.Client(notify.WithoutRateLimit()), kit.SMSTemplate("Hello ((name))")
		if callbacks {
			kit.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), "bearer-token")
		}
		before := heap()
		for range count {
			_, err := client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07900900123", TemplateID: template, Personalisation: notify.Personalisation{"name": "Jo"},
			})
			require.NoError(t, err)
		}
		kit.Advance(time.Minute)
		sizes[name] = (heap() - before) / count
		t.Logf("%s: %d bytes", name, sizes[name])
		require.Less(t, sizes[name], most, name)
		require.Len(t, kit.Messages()[0].History, 4)
		runtime.KeepAlive(kit)
	}
	one := simulator.WithRequestLog(1)
	measure("message and history", 2_000, simtest.NewService(t, simulator.New(one, simulator.Realistic())), false)
	measure("and receipt", 4_000, simtest.NewService(t, simulator.New(one, simulator.Realistic())), true)
	measure("and request", 16_000, simtest.New(t, simulator.Realistic()), true)
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
