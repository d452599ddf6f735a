package simulator_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// BenchmarkSendAndLook sends a text with a code, finds it as a test would, and reads the code.
func BenchmarkSendAndLook(b *testing.B) {
	w := setup(b, unlimited())
	key := w.svc.Key(simulator.KeyTypeTest)
	template := w.add(b, simulator.MessageTypeSMS, simulator.TemplateVersion{Body: "Your code is ((code))."})
	body := fmt.Appendf(nil,
		`{"phone_number":"07900900123","template_id":%q,"personalisation":{"code":"482913"}}`, template)
	empty := w.sim.Snapshot()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		send(b, w, key, "/v2/notifications/sms", body)
		found := w.svc.Find(simulator.Query{To: "+44 7900 900123", Status: simulator.StatusDelivered})
		d, _ := w.svc.Delivered(found[len(found)-1].ID)
		if code, _ := d.Code(); code != "482913" {
			b.Fatal(d)
		}
		if i%10 == 9 { // a test sends a few
			require.NoError(b, w.sim.Restore(empty))
		}
	}
}

// BenchmarkFind looks for the last of 1,000 messages.
func BenchmarkFind(b *testing.B) {
	w := setup(b, unlimited())
	simulator.Fill(w.svc, w.sms, w.email, 999, 1)
	key := w.svc.Key(simulator.KeyTypeTest)
	w.do(b, key, "POST", "/v2/notifications/sms", fields{
		"phone_number": "07900900999", "template_id": w.sms, "personalisation": fields{"name": "Amala"}, "reference": "r",
	})
	for name, q := range map[string]simulator.Query{
		"recipient": {To: "+44 7900 900999"}, "text": {Text: "Hello Amala"}, "reference": {Reference: new("r")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(w.svc.Find(q)) != 1 {
					b.Fatal("not found")
				}
			}
		})
	}
}

// TestMemoryWithHistory: a text that goes the whole way keeps its statuses in little memory, its own strings included.
func TestMemoryWithHistory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	c := &clock{now: evening}
	hours := simulator.Timing{Sending: time.Hour, Pending: time.Hour, Outcome: 2 * time.Hour}
	w := setup(t, unlimited(), simulator.WithPlan(simulator.Plan{SMS: hours}), simulator.WithClock(c.Now))
	key := w.svc.Key(simulator.KeyTypeLive)
	body := fmt.Appendf(nil, `{"phone_number":"07900900123","template_id":%q,"personalisation":{"name":"Jo"}}`, w.sms)
	before := heap()
	const count = 5_000
	for range count {
		c.advance(10 * time.Millisecond) // for the rate limit
		send(t, w, key, "/v2/notifications/sms", body)
	}
	underWay := (heap() - before) / count
	w.sim.Advance(4 * time.Hour)
	each := (heap() - before) / count
	t.Logf("%d bytes a message with its four statuses; %d while three are to come", each, underWay)
	n := w.svc.Messages()
	require.Len(t, n[0].History, 4)
	require.Less(t, each, int64(2000))
	runtime.KeepAlive(w)
}
