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

func Example() {
	if err := run(context.Background(), nil, os.Stdout, io.Discard); err != nil {
		fmt.Println(err)
	}
	// Output:
	// phone "(07900) 900-123", email "": 200
	//   We have sent it to 07900 900123.
	// phone "07900 90012x", email "name@example": 422
	//   phone: Enter a phone number using only numbers, like 07900 900123
	//   email: Enter an email address in the correct format, like name@example.com
	// phone "+33 6 12 34 56 78", email "": 422
	//   phone: Enter a UK mobile number: we cannot send text messages to other numbers
	// phone "", email "Amala@exämple.com": 200
	//   We have sent it to Amala@exämple.com.
	// phone "", email "": 422
	//   phone: Enter a UK mobile number or an email address
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
	require.NoError(t, run(ctx, []string{"-listen", "127.0.0.1:0"}, &out, io.Discard))
	require.Regexp(t, `^open http://127\.0\.0\.1:\d+\n$`, out.String())
	require.ErrorContains(t, run(t.Context(), []string{"-port"}, io.Discard, io.Discard), "not defined")
}
