package bulk_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// Elsewhere than on a terminal, progress is a line every ten seconds, and one at the end.
func TestProgress(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, _ *simulator.Service, job virtual) {
		messages := append(texts(250), notify.SMS{PhoneNumber: "1", TemplateID: templateID})
		job.add(t, messages...)
		var out bytes.Buffer
		require.NoError(t, job.run(t.Context(), bulk.RateLimit(300), bulk.Progress(&out)))
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		require.Greater(t, len(lines), 4, out.String())
		require.Regexp(t, `^\d+ of 251 done`, lines[0])
		for _, line := range lines[1 : len(lines)-1] {
			require.Regexp(t, `^\d+ of 251 done(, 1 refused)?, \d+\.\d a second, \d+m?\d*s left$`, line)
		}
		require.Regexp(t, `^251 of 251 done, 1 refused, \d+\.\d a second$`, lines[len(lines)-1])
	})
}

// A bar overwrites itself, and what was longer before it.
func TestProgressBar(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, _ *simulator.Service, job virtual) {
		job.add(t, texts(150)...)
		var out bytes.Buffer
		require.NoError(t, job.run(t.Context(), bulk.RateLimit(300), bulk.ProgressBar(&out)))
		require.True(t, strings.HasSuffix(out.String(), "\n"))
		shown := strings.Split(strings.Trim(out.String(), "\r\n"), "\r")
		require.Greater(t, len(shown), 5)
		bar := regexp.MustCompile(`^\[(#* *)\] \d+ of 150 done`)
		for i, line := range shown {
			require.Len(t, bar.FindStringSubmatch(line)[1], 30)
			if i > 0 {
				require.GreaterOrEqual(t, len(line), len(strings.TrimRight(shown[i-1], " ")))
			}
		}
		require.Contains(t, shown[len(shown)-1], "["+strings.Repeat("#", 30)+"] 150 of 150 done")
	})
}

// Personal data goes when its time is over, and what was sent is still known.
func TestRetain(t *testing.T) {
	t.Parallel()
	sending(t, simulator.KeyTypeTest, func(t *testing.T, service *simulator.Service, job virtual) {
		job.add(t, texts(3)...)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		require.ErrorIs(t, job.run(ctx, bulk.Forever(), bulk.Retain(90*time.Second)), context.DeadlineExceeded)
		require.Equal(t, []string{"07900900000", "07900900001", "07900900002"}, recipientsOf(t, job.Job))
		ctx, cancel = context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		require.ErrorIs(t, job.run(ctx, bulk.Forever(), bulk.Retain(90*time.Second)), context.DeadlineExceeded)
		require.Equal(t, []string{"", "", ""}, recipientsOf(t, job.Job))
		job.add(t, texts(3)...)
		require.NoError(t, job.run(t.Context()))
		require.Len(t, service.TestMessages(), 3)
	})
}

func recipientsOf(t *testing.T, job *bulk.Job) (all []string) {
	t.Helper()
	for r, err := range job.Results(t.Context()) {
		require.NoError(t, err)
		all = append(all, r.Recipient)
	}
	return all
}

func TestWrongRunOptions(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	job := open(t, client)
	require.ErrorContains(t, job.Run(t.Context(), bulk.Progress(nil)), "nothing to show")
	require.ErrorContains(t, job.Run(t.Context(), bulk.Retain(-1)), "negative")
	_, err := job.Purge(t.Context(), -1)
	require.ErrorContains(t, err, "negative")
	broken := failingWriter{}
	_, err = job.Add(t.Context(), texts(1)...)
	require.NoError(t, err)
	require.NoError(t, job.Run(t.Context(), bulk.Progress(broken)), "a broken pipe doesn't stop a mail-out")
	require.ErrorIs(t, job.WriteCSV(t.Context(), broken), errBroken)
}

var errBroken = errors.New("broken pipe")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errBroken }
