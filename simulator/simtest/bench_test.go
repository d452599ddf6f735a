package simtest_test

import (
	"math"
	"testing"

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
	client := kit.ClientWithKey(busy.Key(simulator.KeyTypeTest))
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
