package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func none(string) string { return "" }

func Example() {
	if err := run(context.Background(), nil, none, os.Stdout, io.Discard); err != nil {
		fmt.Println(err)
	}
	// Output:
	// POST /reminders {"booking": "B-1", "phone": "07900 900123", "date": "3 May"}
	//   202 {"result":"on its way"}
	// GET /reminders/B-1
	//   200 {"result":"delivered"}
	// POST /reminders {"booking": "B-2", "phone": "07700900003", "date": "4 May"}
	//   202 {"result":"on its way"}
	// GET /reminders/B-2
	//   200 {"result":"temporary-failure"}
	// POST /reminders {"booking": "B-3", "phone": "0790", "date": "5 May"}
	//   422 {"result":"check the phone number"}
}

// untilFirst is an output that stops the program that writes to it after the first line.
type untilFirst struct {
	bytes.Buffer
	stop context.CancelFunc
}

func (w *untilFirst) Write(p []byte) (int, error) {
	w.stop()
	return w.Buffer.Write(p)
}

func TestListens(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out := untilFirst{stop: stop}
	require.NoError(t, run(ctx, []string{"-listen", "127.0.0.1:0"}, none, &out, io.Discard))
	require.Regexp(t, `^listening on http://127\.0\.0\.1:\d+; try\n  curl -d .*/reminders\n$`, out.String())
}

func TestSettings(t *testing.T) {
	t.Parallel()
	onlyKey := func(name string) string {
		if name == "NOTIFY_API_KEY" {
			return "test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
		}
		return ""
	}
	require.ErrorContains(t, run(t.Context(), nil, onlyKey, io.Discard, io.Discard), "add -listen")
	listening := []string{"-listen", "127.0.0.1:0"}
	require.ErrorContains(t, run(t.Context(), listening, onlyKey, io.Discard, io.Discard), "NOTIFY_SMS_TEMPLATE_ID")
	require.ErrorContains(t, run(t.Context(), []string{"-port"}, none, io.Discard, io.Discard), "not defined")
}
