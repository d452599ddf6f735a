package simulator_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		simulator.New()
	}
}

// BenchmarkNewService makes a simulator with one service, a key of each type and a template.
func BenchmarkNewService(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		setup(b, simulator.ServiceConfig{})
	}
}

// unlimited is a service with limits too high for any benchmark to reach.
func unlimited() simulator.ServiceConfig {
	none := math.MaxInt32
	return simulator.ServiceConfig{RateLimit: none, DailyLimits: simulator.DailyLimits{
		SMS: &none, Email: &none, Letter: &none, InternationalSMS: &none,
	}}
}

// BenchmarkSend is one send through the handler alone.
func BenchmarkSend(b *testing.B) {
	for name, c := range map[string]struct {
		path string
		body func(town) string
	}{
		"sms": {"/v2/notifications/sms", func(w town) string {
			return fmt.Sprintf(`{"phone_number":"07900900123","template_id":%q,"personalisation":{"name":"Jo"}}`, w.sms)
		}},
		"email": {"/v2/notifications/email", func(w town) string {
			return fmt.Sprintf(`{"email_address":"someone@example.com","template_id":%q,"personalisation":{"name":"Jo"}}`,
				w.email)
		}},
		"letter": {"/v2/notifications/letter", func(w town) string {
			return fmt.Sprintf(`{"template_id":%q,"personalisation":{"name":"Jo",`+
				`"address_line_1":"Amala Bird","address_line_2":"123 High Street","postcode":"SW14 6BF"}}`,
				w.letter)
		}},
	} {
		b.Run(name, func(b *testing.B) {
			w := setup(b, unlimited())
			key := w.svc.Key(simulator.KeyTypeTest)
			body := []byte(c.body(w))
			b.ReportAllocs()
			for b.Loop() {
				send(b, w, key, c.path, body)
			}
		})
	}
}

func send(tb testing.TB, w town, key, path string, body []byte) {
	tb.Helper()
	r := &http.Request{
		Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: "notify.test", Path: path},
		Header: http.Header{"Authorization": {w.bearer(key)}}, Body: io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}
	resp, err := w.sim.RoundTrip(r)
	if err != nil || resp.StatusCode != 201 {
		tb.Fatal(err, resp.StatusCode)
	}
	_ = resp.Body.Close()
}

// stored is how many messages there are to list.
const stored = 1_000_000

// BenchmarkList reads a page of 250 out of a thousand and out of a million stored messages: the time must not depend on
// how many are stored.
func BenchmarkList(b *testing.B) {
	for _, count := range []int{1_000, stored} {
		w := setup(b, unlimited())
		key := w.svc.Key(simulator.KeyTypeTest)
		simulator.Fill(w.svc, w.sms, w.email, count, 100)
		for name, query := range map[string]string{
			"all":             "",
			"rare status":     "?status=permanent-failure",
			"type":            "?template_type=email",
			"status and type": "?status=delivered&template_type=sms",
			"no match":        "?status=cancelled",
			"reference":       "?reference=reference-77",
		} {
			b.Run(fmt.Sprintf("%s/of %d", name, count), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if a := w.sim.Page(b, w.bearer(key), query); a == 0 {
						b.Fatal("empty answer")
					}
				}
			})
		}
	}
}

// sweepOf stores count messages with the same reference, and returns how long deleting them takes.
func sweepOf(tb testing.TB, count int) time.Duration {
	tb.Helper()
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(tb, unlimited(), simulator.WithClock(c.Now))
	simulator.Fill(w.svc, w.sms, w.email, count, count)
	c.advance(9 * 24 * time.Hour)
	start := time.Now()
	left := w.svc.TestMessages()
	took := time.Since(start)
	require.Empty(tb, left)
	return took
}

// BenchmarkSweep is a nightly clean-up of messages that all have the same reference: the time for each must not depend
// on their number.
func BenchmarkSweep(b *testing.B) {
	for _, count := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("%d messages", count), func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				took += sweepOf(b, count)
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N*count), "ns/message")
		})
	}
}

// TestSweepIsLinear deletes twenty times as many messages with the same reference. It should take about twenty times as
// long; if each deletion searched all messages it would take four hundred times.
func TestSweepIsLinear(t *testing.T) { //nolint:paralleltest // it compares times
	few, many := time.Hour, time.Hour
	// The shortest of several runs is the least disturbed by other work on the machine.
	for tries := 0; tries < 10 && (tries == 0 || many >= 250*few); tries++ {
		few, many = min(few, sweepOf(t, 2_000)), min(many, sweepOf(t, 40_000))
	}
	t.Logf("2,000 in %v, 40,000 in %v", few, many)
	require.Less(t, many, 250*few)
}

// TestSweptMemory: deleted messages take no memory.
func TestSweptMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	w := setup(t, unlimited(), simulator.WithClock(c.Now))
	before := heap()
	const count = 50_000
	simulator.Fill(w.svc, w.sms, w.email, count, 100)
	c.advance(9 * 24 * time.Hour)
	require.Empty(t, w.svc.TestMessages())
	each := float64(heap()-before) / count
	t.Logf("%.1f bytes a message", each)
	require.Less(t, each, 4.0)
	runtime.KeepAlive(w)
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestMemoryOfANotification: a stored message takes at most 1.5 kB besides its own strings.
func TestMemoryOfANotification(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	w := setup(t, unlimited())
	before := heap()
	const count = 20_000
	simulator.Fill(w.svc, w.sms, w.email, count, 100)
	each := (heap() - before) / count
	t.Logf("%d bytes a message", each)
	require.Less(t, each, int64(1500))
	runtime.KeepAlive(w)
}

// BenchmarkFaults is a send of a text while faults are armed that are for others: the price of having them.
func BenchmarkFaults(b *testing.B) {
	for name, arm := range map[string]func(*simulator.Simulator){
		"none": func(*simulator.Simulator) {},
		"100 for another operation": func(s *simulator.Simulator) {
			s.Inject(simulator.On(simulator.OperationPDF), simulator.LoseAnswer())
		},
		"100 for other recipients": func(s *simulator.Simulator) {
			s.Inject(simulator.OnSend().To("07900900999"), simulator.LoseAnswer())
		},
	} {
		b.Run(name, func(b *testing.B) {
			w := setup(b, unlimited())
			for range 100 {
				arm(w.sim)
			}
			key := w.svc.Key(simulator.KeyTypeTest)
			body := fmt.Appendf(nil, `{"phone_number":"07900900123","template_id":%q,"personalisation":{"name":"Jo"}}`, w.sms)
			b.ReportAllocs()
			for b.Loop() {
				send(b, w, key, "/v2/notifications/sms", body)
			}
		})
	}
}

// BenchmarkCallback makes a delivery receipt, posts it to a handler in process, and waits for that.
func BenchmarkCallback(b *testing.B) {
	w, _ := receiving(b)
	require.NoError(b, w.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), callbackToken))
	id := w.sendEmail(b, w.svc.Key(simulator.KeyTypeTest), "jo@example.gov.uk").id()
	statuses := []simulator.Status{simulator.StatusPermanentFailure, simulator.StatusDelivered}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := w.svc.SetStatus(id, statuses[i%2]); err != nil {
			b.Fatal(err)
		}
		w.sim.Advance(0)
	}
}

// BenchmarkAdvance makes 100,000 pending events happen: 50,000 emails are handed over and delivered. With callbacks,
// each delivery posts a receipt besides.
func BenchmarkAdvance(b *testing.B) {
	const messages = 50_000
	for name, prepare := range map[string]func(*simulator.Service) error{
		"statuses": func(*simulator.Service) error { return nil },
		"statuses and callbacks": func(svc *simulator.Service) error {
			return svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), callbackToken)
		},
	} {
		b.Run(name, func(b *testing.B) {
			c := &clock{now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
			w := setup(b, unlimited(), simulator.Realistic(), simulator.WithClock(c.Now))
			require.NoError(b, prepare(w.svc))
			key := w.svc.Key(simulator.KeyTypeTest)
			body := fmt.Appendf(nil, `{"email_address":"jo@example.gov.uk","template_id":%q,"personalisation":{"name":"Jo"}}`,
				w.email)
			for range messages {
				c.advance(time.Microsecond) // for the rate limit
				send(b, w, key, "/v2/notifications/email", body)
			}
			snap := w.sim.Snapshot()
			b.ReportAllocs()
			happened := 0
			for b.Loop() {
				happened += len(w.sim.Advance(time.Minute))
				b.StopTimer()
				require.NoError(b, w.sim.Restore(snap))
				b.StartTimer()
			}
			if happened < b.N*2*messages {
				b.Fatal(happened)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(happened), "ns/event")
		})
	}
}
