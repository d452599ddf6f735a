package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// delivered with live-2025
	// delivered with live-2026
	// live-2025-… is revoked: true
	// live-2026-… works: true
}

// Many goroutines send while the key is replaced again and again, and each old key is revoked: no message may fail.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	const senders, each, rotations = 8, 50, 20
	kit := simtest.New(t)
	template := kit.SMSTemplate("Hello")
	sender := NewSender(kit.ClientWithKey(kit.LiveKey))
	var sending sync.WaitGroup
	defer sending.Wait()
	for range senders {
		sending.Go(func() {
			for range each {
				err := sender.Do(func(client *notify.Client) error {
					_, err := client.SendSMS(t.Context(), notify.SMS{PhoneNumber: "07900900123", TemplateID: template})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	old := kit.LiveKey
	for i := range rotations {
		key, err := kit.Service.AddKey(fmt.Sprintf("live-%d", i), simulator.KeyTypeLive)
		require.NoError(t, err)
		<-sender.Swap(kit.ClientWithKey(key))
		require.NoError(t, kit.Service.RevokeKey(old))
		old = key
	}
	sending.Wait()
	kit.N(senders * each)
}
