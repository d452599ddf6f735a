package bulk_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

const (
	templateID = "f33517ff-2a88-4f6e-b855-c550268ce08a"
	letterID   = "f33517ff-2a88-4f6e-b855-c550268ce08c"
	emailID    = "f33517ff-2a88-4f6e-b855-c550268ce08b"
)

// setup makes a service of a simulated Notify and a client for it.
func setup(t testing.TB, perMinute int, opts ...notify.Option) (*simulator.Service, *notify.Client) {
	t.Helper()
	sim := simulator.New()
	service := addService(t, sim, perMinute)
	opts = append(opts, notify.WithHTTPClient(&http.Client{Transport: sim}))
	client, err := notify.New(service.Key(simulator.KeyTypeTest), opts...)
	require.NoError(t, err)
	return service, client
}

func addService(t testing.TB, sim *simulator.Simulator, perMinute int) *simulator.Service {
	t.Helper()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", RateLimit: perMinute, SendFilesContact: "https://www.example.gov.uk/contact",
		Keys: []simulator.KeyConfig{
			{Name: "bulk-test", Type: simulator.KeyTypeTest}, {Name: "bulk-live", Type: simulator.KeyTypeLive},
		},
		Templates: []simulator.TemplateConfig{
			{ID: templateID, Type: simulator.MessageTypeSMS, Name: "Reminder", Versions: []simulator.TemplateVersion{
				{Body: "Dear ((name)), your licence ends."},
			}},
			{ID: emailID, Type: simulator.MessageTypeEmail, Name: "Receipt", Versions: []simulator.TemplateVersion{
				{Subject: "Your receipt", Body: "Here: ((document))"},
			}},
			{ID: letterID, Type: simulator.MessageTypeLetter, Name: "Decision", Versions: []simulator.TemplateVersion{
				{Subject: "Our decision", Body: "Dear ((name))", Postage: "second"},
			}},
		},
	})
	require.NoError(t, err)
	return service
}

// open opens a store in a file of its own.
func open(t testing.TB, client *notify.Client) *bulk.Job {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "bulk.db"), client)
}

func openAt(t testing.TB, source string, client *notify.Client) *bulk.Job {
	t.Helper()
	job, err := bulk.Open(t.Context(), source, client)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, job.Close()) })
	return job
}

// texts are n text messages to different people.
func texts(n int) []notify.Message { return textsFrom(0, n) }

func textsFrom(first, end int) []notify.Message {
	all := make([]notify.Message, end-first)
	for i := range all {
		n := first + i
		all[i] = notify.SMS{
			PhoneNumber: fmt.Sprintf("0790090%04d", n%10000), TemplateID: templateID, Reference: fmt.Sprintf("row-%d", n),
			Personalisation: notify.Personalisation{"name": fmt.Sprintf("Person %d", n)},
		}
	}
	return all
}

func clientOf(t testing.TB, sim *simulator.Simulator, key string) *notify.Client {
	t.Helper()
	client, err := notify.New(key, notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	return client
}
