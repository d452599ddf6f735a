package store_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

// BenchmarkRecall fills a simulator with 1,000 messages out of a file.
func BenchmarkRecall(b *testing.B) {
	f, err := store.Open(filepath.Join(b.TempDir(), "data"))
	require.NoError(b, err)
	defer f.Close()
	sim := simulator.New()
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", RateLimit: 60_000_000, Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(b, err)
	template, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "T", Versions: []simulator.TemplateVersion{{Body: "Hello ((name))"}},
	})
	require.NoError(b, err)
	require.NoError(b, sim.KeepIn(f))
	client, err := notify.New(svc.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(b, err)
	for i := range 1000 {
		_, err := client.SendSMS(b.Context(), notify.SMS{
			PhoneNumber: fmt.Sprintf("07900900%03d", i), TemplateID: template,
			Personalisation: notify.Personalisation{"name": strings.Repeat("Jo ", 20)},
		})
		require.NoError(b, err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := simulator.New().KeepIn(f); err != nil {
			b.Fatal(err)
		}
	}
}
