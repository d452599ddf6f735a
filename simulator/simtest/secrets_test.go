package simtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// TestNoSecrets: whatever a program does with its key and its token, they get into no text that a test leaves behind.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	const token = "a-quite-secret-token"
	var kit *simtest.Kit
	golden := filepath.Join(t.TempDir(), "messages.golden")
	leak := func(f *fakeT) {
		kit = simtest.New(f)
		kit.CallBack(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			panic("not " + r.Header.Get("Authorization")) //nolint:forbidigo // as a program might
		}), token)
		kit.NextCallbacks(1, simulator.CallbackQuirkWrongToken)
		kit.Inject(simulator.OnSend().Reference("no"), simulator.Respond(500, "text/plain", "no "+kit.TestKey+token))
		client, template := kit.Client(), kit.SMSTemplate("Hello ((name))")
		for _, reference := range []string{kit.TestKey, "no"} {
			_, _ = client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07900900123", TemplateID: template, Reference: reference,
				Personalisation: notify.Personalisation{"name": kit.TestKey + " " + strings.ToUpper(token)},
			})
		}
		kit.Advance(0)
	}
	for name, test := range map[string]func(*fakeT){
		"strict": leak,
		"none":   func(f *fakeT) { leak(f); kit.None() },
		"link":   func(f *fakeT) { leak(f); kit.One().Links() },
		"golden": func(f *fakeT) { leak(f); kit.Golden(golden) },
	} {
		f := &fakeT{TB: t, artifacts: t.TempDir()}
		f.run(test)
		require.True(t, f.Failed(), name)
		text := strings.Join(f.texts, "")
		kept, err := os.ReadFile(filepath.Join(f.artifacts, "notify-"+kit.Service.ID()+".txt"))
		require.NoError(t, err)
		for _, text := range []string{text, string(kept)} {
			require.Contains(t, text, "[redacted]", name)
			require.NotContains(t, text, kit.TestKey[len(kit.TestKey)-36:], name)
			require.NotContains(t, strings.ToLower(text), token[:len(token)-1], name)
		}
	}
}
