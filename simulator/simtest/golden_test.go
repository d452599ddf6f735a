package simtest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

// correspond sends messages at different times, one with a file and one with a link of its own.
func correspond(t testing.TB, kit *simtest.Kit, wait func(time.Duration)) {
	t.Helper()
	post(t, kit)
	wait(time.Hour + 1500*time.Millisecond)
	id := kit.Messages()[0].ID
	_, err := kit.Client().SendEmail(t.Context(), notify.Email{
		EmailAddress: "ada@example.gov.uk", TemplateID: kit.EmailTemplate("Ticket", "((file)) https://example.gov.uk/((id))"),
		Personalisation: notify.Personalisation{
			"id": id, "file": notify.FileFromBytes("a.csv", []byte("a,b\n")),
		},
	})
	require.NoError(t, err)
	wait(time.Minute)
}

// TestGolden: the file is the same in every run, in a bubble and outside it.
func TestGolden(t *testing.T) {
	t.Parallel()
	t.Run("advanced", func(t *testing.T) {
		t.Parallel()
		kit := simtest.New(t, simulator.Realistic(), simulator.WithStart(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
		correspond(t, kit, func(d time.Duration) { time.Sleep(10 * time.Millisecond); kit.Advance(d) })
		kit.Golden("correspondence")
	})
	t.Run("bubble", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			start := simulator.WithStart(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
			kit := simtest.New(t, simulator.Realistic(), start)
			correspond(t, kit, time.Sleep)
			kit.Golden("./testdata/bubble.golden")
		})
	})
}

func TestGoldenDiffers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "other.golden")
	said := failing(t, func(t *fakeT) { simtest.New(t).Golden(path) })
	require.Contains(t, said, "SIMTEST_UPDATE=1 writes it")

	kept, err := os.ReadFile("testdata/correspondence.golden")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(kept, []byte("Grace"), []byte("Gráce"), 1), 0o600))
	said = failing(t, func(t *fakeT) {
		kit := simtest.New(t, simulator.Realistic(), simulator.WithStart(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)))
		correspond(t, kit, func(d time.Duration) { kit.Advance(d) })
		kit.Golden(path)
	})
	require.Contains(t, said, "the messages are not those of "+path)
	before, _, _ := strings.Cut(string(kept), "Grace")
	line := strings.Count(before, "\n") + 1
	require.Contains(t, said, "line "+strconv.Itoa(line)+":\n")
	require.Equal(t, 1, strings.Count(said, "\n- "), said)
	require.Equal(t, 1, strings.Count(said, "\n+ "), said)
	require.NotContains(t, said, "ada@example.gov.uk")
}
