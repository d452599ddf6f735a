package simulator_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/notifykit/notify/simulator"
)

// BenchmarkRequests reads a full log.
func BenchmarkRequests(b *testing.B) {
	w := setup(b, unlimited())
	key := w.svc.Key(simulator.KeyTypeTest)
	body := fmt.Appendf(nil, `{"phone_number":"07900900123","template_id":%q,"personalisation":{"name":"Jo"}}`, w.sms)
	for range 1_000 {
		send(b, w, key, "/v2/notifications/sms", body)
	}
	b.ReportAllocs()
	for b.Loop() {
		if all := w.sim.Requests(); len(all) != 1_000 || !bytes.Equal(all[0].Body, body) {
			b.Fatal(len(all))
		}
	}
}
