package bulk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// Nobody but the owner reads the file, nor those that SQLite puts beside it.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 3000)
	dir := t.TempDir()
	path := filepath.Join(dir, "a b?c%.db")
	job := openAt(t, "sqlite:"+path, client)
	_, err := job.Add(t.Context(), texts(1)...)
	require.NoError(t, err)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		require.Contains(t, []string{"a b?c%.db", "a b?c%.db-wal", "a b?c%.db-shm"}, f.Name())
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), f.Name())
	}
}

// What was sent with one key is not sent for another.
func TestAnotherKey(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { t.Helper(); return filepath.Join(t.TempDir(), "bulk.db") },
		"postgres": postgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service, client := setup(t, 3000)
			at := source(t)
			openAt(t, at, client)
			live, err := notify.New(service.Key(simulator.KeyTypeLive))
			require.NoError(t, err)
			_, err = bulk.Open(t.Context(), at, live)
			require.ErrorIs(t, err, bulk.ErrAnotherKey)
			_, other := setup(t, 3000)
			_, err = bulk.Open(t.Context(), at, other)
			require.ErrorIs(t, err, bulk.ErrAnotherKey)
			openAt(t, at, client)
		})
	}
}

func TestOpenRefused(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 3000)
	for _, source := range []string{"/no/such/directory/bulk.db", "postgres://%", "postgres:///?host=/no/such/directory"} {
		_, err := bulk.Open(t.Context(), source, client)
		require.ErrorContains(t, err, "bulk: ", source)
	}
	_, err := bulk.Open(t.Context(), filepath.Join(t.TempDir(), "bulk.db"), client, bulk.WithoutMigration())
	require.ErrorContains(t, err, "bulk: cannot open the store")
	_, err = bulk.Open(t.Context(), "bulk.db", &notify.Client{})
	require.ErrorContains(t, err, "bulk: ")
}

// Files named by a path are read when their message is sent; one that isn't there is the end of its message.
func TestPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pdf, err := os.ReadFile(filepath.Join("testdata", "letter.pdf"))
	if err != nil {
		pdf = []byte("%PDF-1.4\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "letter.pdf"), pdf, 0o600))
	service, client := setup(t, 3000)
	job := open(t, client)
	letter := notify.PrecompiledLetter{Reference: "letter", Content: bulk.Path(filepath.Join(dir, "letter.pdf"))}
	email := func(reference, file string) notify.Message {
		return notify.Email{
			EmailAddress: "a@dept.gov.uk", TemplateID: emailID, Reference: reference,
			Personalisation: notify.Personalisation{"document": bulk.Path(filepath.Join(dir, file))},
		}
	}
	_, err = job.Add(t.Context(), letter, email("there", "report.txt"), email("missing", "nothing.txt"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "report.txt"), []byte("written later"), 0o600))
	require.NoError(t, job.Run(t.Context()))
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, counts.Sent)
	require.Equal(t, 1, counts.Refused)
	for _, m := range service.TestMessages() {
		if m.Reference == "there" {
			require.Equal(t, "written later", string(m.Files[0].Content))
			require.Equal(t, "report.txt", m.Files[0].Filename)
		}
	}
}

// A message without a reference is the same message if it is added again.
func TestDigest(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 3000)
	job := open(t, client)
	m := notify.SMS{PhoneNumber: "07900 900123", Personalisation: notify.Personalisation{"a": 1, "b": 2}}
	other := m
	other.PhoneNumber = "07900 900124"
	path := func(p bulk.Path) notify.Message { return notify.PrecompiledLetter{Content: p} }
	added, err := job.Add(t.Context(), m, &m, other, path("a.pdf"), path("b.pdf"), path("b.pdf"))
	require.NoError(t, err)
	require.Equal(t, bulk.Added{New: 4, Known: 2}, added)
}

// Two programs on one file share the work.
func TestTwoOnOneFile(t *testing.T) {
	t.Parallel()
	service, client := setup(t, 60_000)
	path := filepath.Join(t.TempDir(), "bulk.db")
	one, two := openAt(t, path, client), openAt(t, path, client)
	_, err := one.Add(t.Context(), texts(400)...)
	require.NoError(t, err)
	done := make(chan error)
	for _, job := range []*bulk.Job{one, two} {
		go func() { done <- job.Run(t.Context(), bulk.RateLimit(60_000), bulk.Workers(10)) }()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Len(t, service.TestMessages(), 400)
}

// A database that breaks all connections, again and again, loses nothing.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	source := postgres(t)
	service, client := setup(t, 60_000)
	job := openAt(t, source, client)
	_, err := job.Add(t.Context(), texts(600)...)
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- job.Run(t.Context(), bulk.RateLimit(12_000), bulk.Workers(10)) }()
	conn, err := pgx.Connect(t.Context(), source)
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context())) //nolint:errcheck // it is only a test's
	for broken := 0; ; broken++ {
		select {
		case err := <-done:
			require.NoError(t, err)
			require.Positive(t, broken)
			sent := map[string]int{}
			for _, m := range service.TestMessages() {
				sent[m.Reference]++
			}
			require.Len(t, sent, 600)
			require.Len(t, service.TestMessages(), 600)
			return
		case <-time.After(300 * time.Millisecond):
			_, err := conn.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"+
				fmt.Sprintf(" WHERE datname = current_database() AND pid <> pg_backend_pid() AND %d < 6", broken))
			require.NoError(t, err)
		}
	}
}
