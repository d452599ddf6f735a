package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
)

func setup(t *testing.T) (*simulator.Service, *notify.Client, string) {
	t.Helper()
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Licensing", Keys: []simulator.KeyConfig{{Name: "mailout-test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	template, err := service.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Dear ((name)), your licence ends."}},
	})
	require.NoError(t, err)
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	return service, client, template
}

// The file is sent, once, and the results tell what became of it.
func TestMailOut(t *testing.T) {
	t.Parallel()
	service, client, template := setup(t)
	path := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(path, []byte("name,Phone Number\nAnn,07900 900123\nBob,07700900002\n"), 0o600))
	store := filepath.Join(t.TempDir(), "mailout.db")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	var progress, results bytes.Buffer
	require.ErrorIs(t, mailOut(stopped, store, client, template, path, &progress, &results), context.Canceled)
	for range 2 {
		results.Reset()
		require.NoError(t, mailOut(t.Context(), store, client, template, path, &progress, &results))
		require.Len(t, service.TestMessages(), 2)
	}
	require.Contains(t, progress.String(), "2 new messages, 0 known\n")
	require.Contains(t, progress.String(), "0 new messages, 2 known\n")
	rows, err := csv.NewReader(&results).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []string{"Ann", "07900 900123", "delivered"}, []string{rows[1][0], rows[1][1], rows[1][5]})
	require.Equal(t, []string{"Bob", "07700900002", "permanent-failure"}, []string{rows[2][0], rows[2][1], rows[2][5]})
}

// A wrong row is shown, and nothing is sent.
func TestMailOutWrongRow(t *testing.T) {
	t.Parallel()
	service, client, template := setup(t)
	path := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(path, []byte("name,Phone Number\nAnn,07900 900123\n,07900 900124\n"), 0o600))
	var progress, results bytes.Buffer
	err := mailOut(t.Context(), filepath.Join(t.TempDir(), "mailout.db"), client, template, path, &progress, &results)
	require.ErrorContains(t, err, "1 of 2 rows are wrong")
	require.Equal(t, "line 3: has no value for \"name\"\n", progress.String())
	require.Empty(t, service.TestMessages())
}

func TestStart(t *testing.T) {
	require.ErrorContains(t, start(t.Context(), nil), "usage")
	t.Setenv("NOTIFY_API_KEY", "")
	require.ErrorContains(t, start(t.Context(), []string{"a", "b"}), "API key")
}
