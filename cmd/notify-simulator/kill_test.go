//go:build unix

package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

var killRounds = flag.Int("kill.rounds", 3, "how often TestKill kills the command")

const busyService = "d6aa2c68-a2d9-4437-ab19-3ae8eb202553"

// busy is a service that may send as much as a test wants.
const busy = `
services:
- id: ` + busyService + `
  name: Licensing
  rate_limit_per_minute: 60000000
  api_keys: [{name: test, type: test, secret: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03}]
  templates:
  - {id: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01, type: sms, name: Reminder, versions: [{body: "Hello ((name))"}]}
  - {id: 5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a02, type: email, name: E, versions: [{subject: S, body: "Dear ((name))"}]}
`

// accepted is what was answered with 201: ids with the value of the personalisation.
type accepted struct {
	mu    sync.Mutex
	names map[string]string
}

func (a *accepted) add(id, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[id] = name
}

// bombard sends from several connections until the command has gone.
func bombard(t *testing.T, base string, senders int, a *accepted) (sending *sync.WaitGroup) {
	t.Helper()
	client, err := notify.New("test-"+busyService+"-5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a03", notify.WithBaseURL(base),
		notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	sending = &sync.WaitGroup{}
	for sender := range senders {
		sending.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("Jo %d of %d", i, sender)
				values := notify.Personalisation{"name": name}
				var id string
				if i%3 == 0 {
					sent, err := client.SendEmail(t.Context(), notify.Email{
						EmailAddress: "jo@example.gov.uk", TemplateID: "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a02", Personalisation: values,
					})
					if err != nil {
						return
					}
					id = sent.ID
				} else {
					sent, err := client.SendSMS(t.Context(), notify.SMS{
						PhoneNumber: "07900900123", TemplateID: "5d3f7c1e-0b6a-4f6e-9d59-6c1f3f1f0a01", Personalisation: values,
					})
					if err != nil {
						return
					}
					id = sent.ID
				}
				a.add(id, name)
			}
		})
	}
	return sending
}

// TestKill: a process that is killed while it accepts messages has lost none that it answered, whenever that happens,
// and the next one goes on with the same file.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, fixture := filepath.Join(dir, "data"), write(t, busy)
	a := &accepted{names: map[string]string{}}
	cut := 0
	for range *killRounds {
		cmd, base, _, rest := command(t, "-data", data, "-keep", "0", "-fixture", fixture)
		until(t, rest, "email template")
		sending := bombard(t, base, 8, a)
		<-time.After(time.Duration(50+rand.IntN(250)) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill()) // SIGKILL
		require.Error(t, cmd.Wait())
		sending.Wait()
		if f, err := os.ReadFile(data); err == nil && f[len(f)-1] != '\n' {
			cut++
		}
	}
	f, err := store.Open(data)
	require.NoError(t, err)
	defer f.Close()
	sim := simulator.New()
	require.NoError(t, sim.KeepIn(f))
	svc := sim.Service(busyService)
	for id, name := range a.names {
		n, known := svc.Notification(id)
		require.True(t, known, "an accepted message is lost")
		require.Equal(t, simulator.StatusDelivered, n.Status)
		require.Equal(t, name, n.Personalisation["name"])
	}
	require.GreaterOrEqual(t, len(a.names), *killRounds, "no load")
	info, err := os.Stat(data)
	require.NoError(t, err)
	t.Logf("%d rounds: %d messages were answered, %d are there, none is lost; %d kills cut a line; the file has %d bytes",
		*killRounds, len(a.names), len(svc.Messages()), cut, info.Size())
}
