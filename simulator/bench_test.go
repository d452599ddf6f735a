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

// unlimited is a service that no benchmark exhausts.
func unlimited() simulator.ServiceConfig {
	none := math.MaxInt32
	return simulator.ServiceConfig{RateLimit: none, DailyLimits: simulator.DailyLimits{SMS: &none, Email: &none, Letter: &none, InternationalSMS: &none}}
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
			return fmt.Sprintf(`{"email_address":"someone@example.com","template_id":%q,"personalisation":{"name":"Jo"}}`, w.email)
		}},
		"letter": {"/v2/notifications/letter", func(w town) string {
			return fmt.Sprintf(`{"template_id":%q,"personalisation":{"name":"Jo","address_line_1":"Amala Bird","address_line_2":"123 High Street","postcode":"SW14 6BF"}}`, w.letter)
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
		Header: http.Header{"Authorization": {w.bearer(key)}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	resp, err := w.sim.RoundTrip(r)
	if err != nil || resp.StatusCode != 201 {
		tb.Fatal(err, resp.StatusCode)
	}
	_ = resp.Body.Close()
}

// stored is how many messages the list is asked for a page of.
const stored = 1_000_000

// BenchmarkList reads a page of 250 out of a thousand and out of a million stored messages: the time must not depend on it.
func BenchmarkList(b *testing.B) {
	for _, count := range []int{1_000, stored} {
		w := setup(b, unlimited())
		key := w.svc.Key(simulator.KeyTypeTest)
		simulator.Fill(w.svc, w.sms, w.email, count)
		for name, query := range map[string]string{
			"all": "", "rare status": "?status=permanent-failure", "type": "?template_type=email", "status and type": "?status=delivered&template_type=sms",
			"no match": "?status=cancelled", "reference": "?reference=reference-77",
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

// TestMemoryOfANotification: a stored message takes at most 1.5 kB beyond its own texts.
func TestMemoryOfANotification(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	w := setup(t, unlimited())
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const count = 20_000
	simulator.Fill(w.svc, w.sms, w.email, count)
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := (after.HeapAlloc - before.HeapAlloc) / count
	t.Logf("%d bytes a message", each)
	require.Less(t, each, uint64(1500))
	runtime.KeepAlive(w)
}
