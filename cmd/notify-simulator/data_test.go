package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/store"
)

// TestData: what was sent is there after a restart, in the demonstration too.
func TestData(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "data")
	var id string
	for round := range 3 {
		ctx, stop := context.WithCancel(t.Context())
		out, in := io.Pipe()
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-data", name}, in, io.Discard)
			_ = in.Close()
		}()
		rest := bufio.NewReader(out)
		first, err := rest.ReadString('\n')
		require.NoError(t, err)
		base := strings.TrimPrefix(strings.TrimSpace(first), "notify-simulator listening on ")
		client, err := notify.New("test-"+demoService+"-"+demoTest, notify.WithBaseURL(base),
			notify.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}))
		require.NoError(t, err)
		if round == 0 {
			sent, err := client.SendSMS(t.Context(), notify.SMS{
				PhoneNumber: "07900900123", TemplateID: demoSMS,
				Personalisation: notify.Personalisation{"name": "Jo", "date": "Monday"},
			})
			require.NoError(t, err)
			id = sent.ID
		}
		n, err := client.Notification(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, "Hello Jo, your appointment is on Monday.", n.Body)
		require.Equal(t, notify.StatusDelivered, n.Status)
		stop()
		require.NoError(t, out.Close())
		require.Equal(t, exitFine, <-ended)
	}
}

// TestKeep: the oldest messages go.
func TestKeep(t *testing.T) {
	t.Parallel()
	base, _ := start(t, "-listen", "127.0.0.1:0", "-keep", "2", "-log", "off")
	client, err := notify.New("test-"+demoService+"-"+demoTest, notify.WithBaseURL(base))
	require.NoError(t, err)
	var ids []string
	for range 3 {
		sent, err := client.SendEmail(t.Context(), notify.Email{
			EmailAddress: "jo@example.gov.uk", TemplateID: demoEmail,
			Personalisation: notify.Personalisation{"name": "Jo", "documents": "none"},
		})
		require.NoError(t, err)
		ids = append(ids, sent.ID)
	}
	_, err = client.Notification(t.Context(), ids[0])
	require.ErrorIs(t, err, notify.ErrNotFound)
	_, err = client.Notification(t.Context(), ids[1])
	require.NoError(t, err)
}

// TestDataRefused: a file that can't be used ends the command, with the reason, and stays as it is.
func TestDataRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	f, err := store.Open(open)
	require.NoError(t, err)
	defer f.Close()
	foreign, unknown := filepath.Join(dir, "foreign"), filepath.Join(dir, "unknown")
	require.NoError(t, os.WriteFile(foreign, []byte("letters: []\n"), 0o600))
	other, err := store.Open(unknown)
	require.NoError(t, err)
	require.NoError(t, other.Put([]simulator.Record{{Key: "fax", Value: []byte("{}")}}))
	require.NoError(t, other.Close())
	for name, want := range map[string]string{
		open: "in use by another process", foreign: "not a data file", unknown: "stored record fax",
		dir: "not a regular file",
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitFailed, run(t.Context(), []string{"-listen", "127.0.0.1:0", "-data", name}, &stdout, &stderr))
		require.Contains(t, stderr.String(), want)
		require.Contains(t, stderr.String(), "-data "+name)
		require.Empty(t, stdout.String())
	}
	left, err := os.ReadFile(foreign)
	require.NoError(t, err)
	require.Equal(t, "letters: []\n", string(left))
	var stderr bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), []string{"-keep", "-1"}, io.Discard, &stderr))
}

// TestDataCut: the operator is told of a change that was not written whole.
func TestDataCut(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.WriteFile(name, []byte("notify-simulator data, version 1\n0123"), 0o600))
	var stderr bytes.Buffer
	finish, err := keepIn(simulator.New(), &arguments{data: name}, newLogger(logText, &stderr))
	require.NoError(t, err)
	require.NoError(t, finish())
	require.Contains(t, stderr.String(), "not whole")
	require.Contains(t, stderr.String(), "bytes=4")
}

// TestDataFull: the operator is told once when nothing can be written, and once when it can.
func TestDataFull(t *testing.T) {
	t.Parallel()
	f, err := store.Open(filepath.Join(t.TempDir(), "data"))
	require.NoError(t, err)
	var stderr strings.Builder
	a := &announced{File: f, log: newLogger(logText, &stderr)}
	bad, good := []simulator.Record{{Key: "a b"}}, []simulator.Record{{Key: "a"}}
	for range 2 {
		require.Error(t, a.Put(bad))
	}
	for range 2 {
		require.NoError(t, a.Put(good))
	}
	require.Equal(t, 2, strings.Count(stderr.String(), "\n"), stderr.String())
	require.NoError(t, f.Close())
	require.ErrorIs(t, a.Put(good), os.ErrClosed)
}
