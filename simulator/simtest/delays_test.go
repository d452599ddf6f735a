package simtest_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

func precompiled() notify.PrecompiledLetter {
	return notify.PrecompiledLetter{Reference: "p", Content: strings.NewReader("%PDF-1.4\n")}
}

// TestDelays does what the suite of Notify's client for Node does: it asks for two letters while the precompiled one is
// still being accepted, and then waits for a PDF that was not ready at first.
func TestDelays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := simtest.New(t, simulator.WithPrecompiledDelay(500*time.Millisecond), simulator.WithPDFDelay(2*time.Second))
		client, ctx := kit.Client(), t.Context()
		letter, err := client.SendLetter(ctx, notify.Letter{
			Address:    []string{"Amala Bird", "123 High Street", "SW14 6BF"},
			TemplateID: kit.LetterTemplate("Decision", "Dear Jo"),
		})
		require.NoError(t, err)
		start := time.Now()
		printed := make(chan error)
		go func() {
			_, err := client.SendPrecompiledLetter(ctx, precompiled())
			printed <- err
		}()
		synctest.Wait()
		one, err := client.Notification(ctx, letter.ID)
		require.NoError(t, err)
		require.Equal(t, notify.StatusReceived, one.Status)
		_, err = client.LetterPDF(ctx, letter.ID)
		require.ErrorIs(t, err, notify.ErrPDFNotReady)
		require.Len(t, kit.Service.TestMessages(), 1)
		require.NoError(t, <-printed)
		require.Equal(t, 500*time.Millisecond, time.Since(start))
		require.Len(t, kit.Service.TestMessages(), 2)
		_, err = client.WaitForLetterPDF(ctx, letter.ID)
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 2*time.Second)

		short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		_, err = client.SendPrecompiledLetter(short, precompiled())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, kit.Service.TestMessages(), 2, "the caller who gave up sent nothing")
	})
}
