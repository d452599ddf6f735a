package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// a number that is one digit short: ask for another recipient
	// no value for ((name)): somebody changed the template, or the program is wrong
	// a live key and a number for test keys: refused before sending, to protect the key; ask for another recipient
	// a malformed id: refused before sending; the program is wrong
	// an unknown id: it does not exist, or no longer does
	// one more than today's limit: try again after midnight UTC
	// a revoked key: use another key
	// a connection lost after sending: it may have been sent; look for its reference before sending again
	// Notify's words: 400 BadRequestError: Missing personalisation: name
	// sent once: 1 message
}

// Failures that the example does not provoke.
func TestAdvice(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"try again in a minute; the client has waited already": &notify.Error{
			StatusCode: 429, Errors: []notify.ErrorDetail{{Type: "RateLimitError"}},
		},
		"check the key and the clock":                                        &notify.Error{StatusCode: 401},
		"it may have been sent; look for its reference before sending again": &notify.Error{StatusCode: 502, Method: "POST"},
	} {
		require.Equal(t, want, advice(fmt.Errorf("wrapped: %w", err)))
	}
	client, err := notify.New("test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0",
		notify.WithBaseURL("http://"+closedPort(t)), notify.WithRetry(notify.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: smsTemplate})
	require.Equal(t, "nothing was sent; try again later", advice(err))
}

func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
