package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/bulk/internal/postgrestest"
	"github.com/notifykit/notify/simulator"
)

func TestMain(m *testing.M) {
	code := m.Run()
	postgrestest.Stop()
	os.Exit(code)
}

// An order that is stored gets its receipt, one that isn't gets none, and the queue's pages show what was done.
func TestOrders(t *testing.T) {
	t.Parallel()
	source := postgrestest.New(t)
	sim := simulator.New()
	service, err := sim.AddService(simulator.ServiceConfig{
		Name: "Shop", Keys: []simulator.KeyConfig{{Name: "outbox-test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	template, err := service.AddTemplate(simulator.TemplateConfig{
		Type:     simulator.MessageTypeEmail,
		Versions: []simulator.TemplateVersion{{Subject: "Your receipt", Body: "Thank you for ordering ((item))"}},
	})
	require.NoError(t, err)
	client, err := notify.New(service.Key(simulator.KeyTypeTest), notify.WithHTTPClient(&http.Client{Transport: sim}))
	require.NoError(t, err)
	job, err := bulk.Open(t.Context(), source, client)
	require.NoError(t, err)
	defer func() { require.NoError(t, job.Close()) }()
	pool, err := pgxpool.New(t.Context(), source)
	require.NoError(t, err)
	defer pool.Close()
	handler, err := newHandler(t.Context(), pool, template, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	defer server.Close()

	for _, o := range []struct {
		email, item string
		status      int
	}{
		{"ann@example.gov.uk", "tea", http.StatusOK},
		{"bob@example.gov.uk", "", http.StatusInternalServerError}, // the database refuses it
		{"nobody", "tea", http.StatusBadRequest},
	} {
		status, _ := call(t, http.MethodPost, server.URL+"/orders", url.Values{"email": {o.email}, "item": {o.item}})
		require.Equal(t, o.status, status)
	}
	require.NoError(t, job.Run(t.Context()))
	sent := service.TestMessages()
	require.Len(t, sent, 1)
	require.Equal(t, "ann@example.gov.uk", sent[0].To)
	require.Equal(t, "Thank you for ordering tea", sent[0].Body)
	require.True(t, strings.HasPrefix(sent[0].Reference, "order-"))

	for path, want := range map[string]string{
		"/queue/": "<html", "/queue/api/jobs?state=completed": `"kind":"notify_message"`,
	} {
		status, body := call(t, http.MethodGet, server.URL+path, nil)
		require.Equal(t, http.StatusOK, status, path)
		require.Contains(t, body, want, path)
	}
}

func TestStart(t *testing.T) {
	logger := slog.New(slog.DiscardHandler)
	require.ErrorContains(t, start(t.Context(), nil, logger), "usage")
	t.Setenv("NOTIFY_API_KEY", "")
	require.ErrorContains(t, start(t.Context(), []string{"postgres://"}, logger), "API key")
}

func call(t *testing.T, method, to string, form url.Values) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := (&http.Client{}).Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(all)
}
